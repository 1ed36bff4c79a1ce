// A broker on 127.0.0.1 at the port that is named; says "ready" when it listens.
import { createServer } from 'node:net'
import Aedes from 'aedes'

const broker = new Aedes()
createServer(broker.handle).listen(Number(process.argv[2]), '127.0.0.1', () => console.error('ready'))
