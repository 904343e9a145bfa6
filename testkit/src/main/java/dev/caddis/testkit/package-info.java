/// What broker can I script? One that listens on this machine, and answers an MQTT client packet by
/// packet, or byte by byte, exactly as a test says.
///
/// [ScriptedBroker] listens; [BrokerConnection] is one connection, played from top to bottom on the
/// test's own thread; [Packets] builds what a broker usually sends. [RawMqtt] is the other end: a
/// client of a few bytes, which asks a real broker without any MQTT library.
///
/// ```java
/// try (var broker = ScriptedBroker.listen();
///         var client = MqttClient.builder().broker(broker.url()).clientId("pump-17").open()) {
///     Receipt receipt = client.submit(Message.of("pump-17/data", "21.5").qos(AT_LEAST_ONCE));
///     BrokerConnection c = broker.accept();
///     c.expect(Connect.class);
///     c.send(connack(false, SUCCESS));
///     Publish publish = c.expect(Publish.class);
///     c.send(puback(publish));
///     receipt.awaitAcknowledged(Duration.ofSeconds(10));
/// }
/// ```
///
/// Every wait has a deadline, and what did not come is told together with what came instead. What a
/// client sends and no script expects fails the test when the broker is closed. Nothing sleeps.
@NullMarked
package dev.caddis.testkit;

import org.jspecify.annotations.NullMarked;
