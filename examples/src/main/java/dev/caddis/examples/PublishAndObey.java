package dev.caddis.examples;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.identity.ClientIdentity;

import java.nio.file.Path;
import java.time.Duration;

/// The README's program, with the broker and the certificates of docs/start.md.
final class PublishAndObey {

    private PublishAndObey() {}

    public static void main(String[] arguments) throws InterruptedException {
        var identity =
                ClientIdentity.pem(
                        Path.of("certs/ca.pem"),
                        Path.of("certs/device.pem"),
                        Path.of("certs/device.key"));
        try (var client =
                MqttClient.builder()
                        .broker("mqtts://localhost:8883")
                        .clientId("pump-17-app") // not that of a running agent: one client per id
                        .identity(identity)
                        .subscribe( // bound before the first byte: no command goes by
                                "pump-17/commands/#",
                                AT_LEAST_ONCE,
                                command -> System.out.println("obeying: " + command.text()))
                        .open()) { // returns at once, online or not
            Message reading = Message.of("pump-17/data", "{\"temperature\":21.5}");
            Receipt receipt = client.publish(reading.qos(EXACTLY_ONCE));
            System.out.println(receipt.awaitAcknowledged(Duration.ofSeconds(30)).reason());
            Thread.sleep(Duration.ofMinutes(1)); // for the commands; a device stays for ever
        }
    }
}
