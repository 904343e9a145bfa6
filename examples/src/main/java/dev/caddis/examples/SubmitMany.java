package dev.caddis.examples;

import dev.caddis.mqtt.ClientStatus;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.packet.Qos;

import java.time.Duration;

/// Hands in many messages from one thread, up to 1,000 of them in flight, and waits for the last
/// acknowledgement.
///
/// Arguments: the broker's URL, how many; the CA file, the certificate file and the key file, or
/// none.
final class SubmitMany {

    private SubmitMany() {}

    public static void main(String[] arguments) {
        MqttClientBuilder builder = Setup.client("SubmitMany", arguments, "COUNT");
        int count = Integer.parseInt(arguments[1]);
        try (MqttClient client = builder.clientId("example-meter").onEvent(Setup::tell).open()) {
            for (int i = 1; i <= count; i++) {
                client.submit( // waits for room while the outbox is full
                        Message.of("meter-4/pulses", String.valueOf(i)).qos(Qos.AT_LEAST_ONCE));
            }
            boolean finished = client.awaitAcknowledged(Duration.ofMinutes(1));
            ClientStatus left = client.status();
            System.out.println(
                    finished
                            ? "all " + count + " have their outcome"
                            : left.outboxMessages()
                                    + " wait, "
                                    + left.openExchanges()
                                    + " are out");
        }
    }
}
