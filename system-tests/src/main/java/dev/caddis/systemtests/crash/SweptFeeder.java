package dev.caddis.systemtests.crash;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder.WhenFull;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Qos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Hands numbered messages to a durable session, each with its number as key, and waits until the
/// broker has all of them. Started again after it was killed it does the same: by the key it is one
/// message each.
public final class SweptFeeder {

    private static final int AT_ONCE = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private SweptFeeder() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 8) {
            System.err.println(
                    "usage: SweptFeeder PORT CA CERT KEY SESSION TOPIC QOS MESSAGES [wait]; with"
                        + " wait it opens the session, prints \"open\" and goes on after a line of"
                        + " input");
            System.exit(2);
        }
        String topic = arguments[5];
        Qos qos = Qos.of(Integer.parseInt(arguments[6]));
        int messages = Integer.parseInt(arguments[7]);
        boolean finished;
        try (MqttClient client =
                MqttClient.builder()
                        .broker("mqtts://localhost:" + arguments[0])
                        .clientId(topic.replace('/', '-'))
                        .identity(
                                ClientIdentity.pem(
                                        Path.of(arguments[1]),
                                        Path.of(arguments[2]),
                                        Path.of(arguments[3])))
                        .session(Path.of(arguments[4]))
                        .outbox(10_000, 1 << 20, WhenFull.BLOCK)
                        .reconnect(Duration.ofMillis(10), Duration.ofMillis(500))
                        .open()) {
            if (arguments.length > 8) {
                System.out.println("open");
                System.in.read();
            }
            List<Receipt> submitted = new ArrayList<>();
            for (int number = 1; number <= messages; number++) {
                submitted.add(
                        client.submit(
                                Message.of(topic, String.valueOf(number)).qos(qos),
                                String.valueOf(number)));
                if (number % AT_ONCE == 0) {
                    submitted.getLast().awaitAccepted(PATIENCE);
                }
            }
            finished = client.awaitAcknowledged(PATIENCE);
        }
        System.exit(finished ? 0 : 1);
    }
}
