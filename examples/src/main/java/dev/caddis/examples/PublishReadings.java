package dev.caddis.examples;

import dev.caddis.mqtt.Acknowledgement;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.packet.Qos;

import java.time.Duration;

/// Publishes one reading and waits until the broker has it.
///
/// Arguments: the broker's URL; the CA file, the certificate file and the key file, or none.
final class PublishReadings {

    private PublishReadings() {}

    public static void main(String[] arguments) {
        try (MqttClient client =
                Setup.client("PublishReadings", arguments)
                        .clientId("example-publisher")
                        .onEvent(Setup::tell)
                        .open()) { // returns at once, online or not
            Message reading =
                    Message.of("pump-17/data", "{\"temperature\":21.5}").qos(Qos.AT_LEAST_ONCE);
            Receipt receipt = client.publish(reading); // in the outbox from here on
            Acknowledgement answer = receipt.awaitAcknowledged(Duration.ofSeconds(30));
            System.out.println(receipt + ": " + answer.reason());
        }
    }
}
