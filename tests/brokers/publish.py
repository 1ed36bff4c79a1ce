# Publishes with paho as fast as it goes: port, count, quality, topic, payload. Prints seconds and processor seconds.
import sys
import time

import paho.mqtt.client as mqtt

port, count, qos = (int(word) for word in sys.argv[1:4])
topic, payload = sys.argv[4:6]
try:
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
except AttributeError:
    client = mqtt.Client()
client.max_inflight_messages_set(40)
client.connect("127.0.0.1", port)
client.loop_start()
while not client.is_connected():
    time.sleep(0.01)
began, cpu = time.perf_counter(), time.process_time()
last = None
for number in range(count):
    last = client.publish(topic, payload, qos, retain=True)
    if number % 1000 == 999:
        last.wait_for_publish()
last.wait_for_publish()
print(time.perf_counter() - began, time.process_time() - cpu)
client.disconnect()
client.loop_stop()
