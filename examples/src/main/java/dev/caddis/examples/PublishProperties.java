package dev.caddis.examples;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.packet.Qos;

import java.time.Duration;

/// Publishes three readings with properties of MQTT 5; the topic travels with the first of them
/// only.
///
/// Arguments: the broker's URL; the CA file, the certificate file and the key file, or none.
final class PublishProperties {

    private static final int COUNT = 3;

    private PublishProperties() {}

    public static void main(String[] arguments) {
        try (MqttClient client =
                Setup.client("PublishProperties", arguments)
                        .clientId("example-properties")
                        .onEvent(Setup::tell)
                        .topicAliases(0, 16) // none from the broker, 16 to it: numbers for topics
                        .open()) {
            Message reading =
                    Message.of("pump-17/data", "{\"temperature\":21.5}")
                            .qos(Qos.AT_LEAST_ONCE)
                            .expiry(Duration.ofMinutes(5)) // whole seconds
                            .contentType("application/json")
                            .userProperty("site", "north");
            for (int i = 0; i < COUNT; i++) {
                client.submit(reading);
            }
            System.out.println(
                    client.awaitAcknowledged(Duration.ofSeconds(30))
                            ? "all have their outcome"
                            : client.status());
        }
    }
}
