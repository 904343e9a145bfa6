package dev.caddis.examples;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.packet.Qos;

import java.nio.file.Path;
import java.time.Duration;

/// Counts in a session folder: each number is kept on the disk until the broker has it, and arrives
/// once. Kill it, cut the network, start it again with the same arguments: it goes on with what is
/// left, and the numbers that it hands in again are known by their keys.
///
/// Arguments: the broker's URL, the folder, up to which number; the CA file, the certificate file
/// and the key file, or none.
final class SurviveRestart {

    private SurviveRestart() {}

    public static void main(String[] arguments) {
        MqttClientBuilder builder =
                Setup.client("SurviveRestart", arguments, "FOLDER", "COUNT").onEvent(Setup::tell);
        Path folder = Path.of(arguments[1]); // made if it is not there
        int count = Integer.parseInt(arguments[2]);
        try (MqttClient client = builder.clientId("example-counter").session(folder).open()) {
            for (int i = 1; i <= count; i++) {
                client.publish(
                        Message.of("counter/numbers", String.valueOf(i)).qos(Qos.EXACTLY_ONCE),
                        "number-" + i); // handed in again it is the same message
            }
            System.out.println("all are on the disk");
            boolean finished = client.awaitAcknowledged(Duration.ofMinutes(1));
            System.out.println(
                    finished
                            ? "all are at the broker"
                            : client.status().outboxMessages() + " wait for the next start");
        }
    }
}
