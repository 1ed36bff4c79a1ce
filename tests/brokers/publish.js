// Publishes with mqtt.js as fast as it goes: port, count, quality, topic, payload. Prints seconds and processor seconds.
import mqtt from 'mqtt'

const [port, count, qos] = process.argv.slice(2, 5).map(Number)
const [topic, payload] = process.argv.slice(5)
const client = mqtt.connect({ host: '127.0.0.1', port, protocolVersion: 4 })
client.on('connect', () => {
  const [began, cpu] = [process.hrtime.bigint(), process.cpuUsage()]
  let done = 0
  let sent = 0
  const finish = () => {
    const used = process.cpuUsage(cpu)
    console.log(Number(process.hrtime.bigint() - began) / 1e9, (used.user + used.system) / 1e6)
    client.end(true, () => process.exit(0))
  }
  const more = () => {
    while (sent < count && sent - done < (qos === 0 ? 2000 : 40)) {
      sent++
      client.publish(topic, payload, { qos, retain: true }, () => {
        done++
        if (done === count) finish()
        else if (qos > 0 || sent - done < 1000) more()
      })
    }
  }
  more()
})
