package dev.caddis.bench;

import dev.caddis.mqtt.ClientStatus;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder.WhenFull;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Qos;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One process of [DeepQueue]: opens the session, does what it is told, prints one line of figures.
final class DeepQueueLife {

    private static final int PAYLOAD_BYTES = 200;
    private static final long OUTBOX_BYTES = 640L << 20; // of 1 GB on the disk
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private DeepQueueLife() {}

    /// @param arguments what to do: `fill`, `first` or `drain`; host, port and folder of the
    ///   [Target]; the session's folder; how many messages to hand in
    public static void main(String[] arguments) throws Exception {
        var target =
                new Target(arguments[1], Integer.parseInt(arguments[2]), Path.of(arguments[3]));
        int messages = Integer.parseInt(arguments[5]);
        try (MqttClient client = open(target, Path.of(arguments[4]))) {
            switch (arguments[0]) {
                case "fill" -> fill(client, messages);
                case "first" -> first(client, messages);
                case "drain" -> drain(client);
                default -> throw new IllegalArgumentException("no life is called " + arguments[0]);
            }
            client.close(Duration.ZERO);
        }
        System.exit(0);
    }

    private static MqttClient open(Target target, Path session) {
        return MqttClient.builder()
                .broker("mqtts://" + target.host() + ":" + target.port())
                .clientId("deep-" + session.getFileName())
                .identity(
                        ClientIdentity.pem(
                                target.pki().resolve(ThrowAwayPki.CA),
                                target.pki().resolve(ThrowAwayPki.CLIENT),
                                target.pki().resolve(ThrowAwayPki.CLIENT_KEY)))
                .session(session)
                .outbox(Long.MAX_VALUE, OUTBOX_BYTES, WhenFull.BLOCK)
                .open();
    }

    private static Receipt submit(MqttClient client, byte[] payload) {
        return client.submit(Message.of(Contender.TOPIC, payload).qos(Qos.AT_LEAST_ONCE));
    }

    /// The broker is away. Prints the bytes of the heap that live, before and after.
    private static void fill(MqttClient client, int messages) throws InterruptedException {
        byte[] payload = new byte[PAYLOAD_BYTES];
        submit(client, payload).awaitAccepted(PATIENCE);
        long before = live();
        Receipt last = null;
        for (int i = 1; i < messages; i++) {
            last = submit(client, payload);
        }
        if (last != null) {
            last.awaitAccepted(PATIENCE);
        }
        System.out.println(before + " " + live());
    }

    private static long live() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /// Prints the milliseconds from the start of the process to the answer to its first PUBLISH.
    private static void first(MqttClient client, int messages) {
        for (int i = 0; i < messages; i++) {
            submit(client, new byte[PAYLOAD_BYTES]).awaitAccepted(PATIENCE);
        }
        long unfinished = Math.max(1, unfinished(client));
        while (unfinished(client) >= unfinished) {
            LockSupport.parkNanos(100_000);
        }
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.println(System.currentTimeMillis() - started);
    }

    private static long unfinished(MqttClient client) {
        ClientStatus status = client.status();
        return status.outboxMessages() + status.openExchanges();
    }

    /// Prints how many messages the broker got, and in how many nanoseconds since the connection.
    private static void drain(MqttClient client) {
        long messages = unfinished(client);
        while (!client.status().connected()) {
            LockSupport.parkNanos(1_000_000);
        }
        long begun = System.nanoTime();
        if (!client.awaitAcknowledged(PATIENCE)) {
            throw new IllegalStateException("not all acknowledged: " + client.status());
        }
        System.out.println(messages + " " + (System.nanoTime() - begun));
    }
}
