package dev.caddis.examples;

import dev.caddis.mqtt.Acknowledgement;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Qos;

import java.nio.file.Path;
import java.time.Duration;

/// Publishes one reading over mutual TLS and waits until the broker has it.
///
/// Arguments: the broker's URL, the CA file, the certificate file, the key file.
final class PublishReadings {

    private PublishReadings() {}

    public static void main(String[] arguments) {
        Path ca = Path.of(arguments[1]);
        Path certificate = Path.of(arguments[2]);
        Path key = Path.of(arguments[3]);
        try (MqttClient client =
                MqttClient.builder()
                        .broker(arguments[0])
                        .clientId("pump-17")
                        .identity(ClientIdentity.pem(ca, certificate, key))
                        .open()) { // returns at once, online or not
            Message reading =
                    Message.of("pump-17/data", "{\"temperature\":21.5}").qos(Qos.AT_LEAST_ONCE);
            Receipt receipt = client.publish(reading); // in the outbox from here on
            Acknowledgement answer = receipt.awaitAcknowledged(Duration.ofSeconds(30));
            System.out.println(receipt + ": " + answer.reason());
        }
    }
}
