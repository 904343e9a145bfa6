package dev.caddis.bench;

import dev.caddis.mqtt.Durability;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Qos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;

/// How many bytes a durable session makes the system write to the disk for each message, from the
/// first acceptance to the broker's last answer: what a flash memory wears by.
///
/// The system counts whole pages; what its file system writes beside them is not among them.
final class DiskWear {

    private static final int PAYLOAD_BYTES = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Target broker;
    private final Path folder;

    private DiskWear(Target broker, Path folder) {
        this.broker = broker;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000;
        Path folder = Files.createTempDirectory("caddis-bench");
        try (Mosquitto mosquitto = Mosquitto.start(folder)) {
            DiskWear wear = new DiskWear(mosquitto.target(), folder);
            wear.print(messages, Qos.AT_LEAST_ONCE, Durability.POWER, 1);
            wear.print(messages, Qos.EXACTLY_ONCE, Durability.POWER, 1);
            wear.print(messages, Qos.AT_LEAST_ONCE, Durability.PROCESS, 1);
            wear.print(messages, Qos.AT_LEAST_ONCE, Durability.POWER, 20);
            wear.print(50 * messages, Qos.AT_LEAST_ONCE, Durability.POWER, 1_000);
        } finally {
            Mosquitto.delete(folder);
        }
    }

    private void print(int messages, Qos qos, Durability durability, int inFlight)
            throws IOException {
        Path session = Files.createTempDirectory(folder, "session");
        try (MqttClient client = open(session, durability)) {
            run(client, 100, qos, inFlight);
            long before = written();
            run(client, messages, qos, inFlight);
            double bytes = (double) (written() - before) / messages;
            System.out.printf(
                    Locale.ROOT,
                    "QoS %d, %s, %d at a time: %.0f bytes on the disk for a message of %d, %.1f"
                            + " times as many%n",
                    qos.level(),
                    durability.name().toLowerCase(Locale.ROOT),
                    inFlight,
                    bytes,
                    PAYLOAD_BYTES,
                    bytes / PAYLOAD_BYTES);
        }
    }

    private MqttClient open(Path session, Durability durability) {
        return MqttClient.builder()
                .broker("mqtts://" + broker.host() + ":" + broker.port())
                .clientId(session.getFileName().toString())
                .identity(
                        ClientIdentity.pem(
                                broker.pki().resolve(ThrowAwayPki.CA),
                                broker.pki().resolve(ThrowAwayPki.CLIENT),
                                broker.pki().resolve(ThrowAwayPki.CLIENT_KEY)))
                .session(session)
                .durability(durability)
                .open();
    }

    /// Always as many as that are accepted and not acknowledged.
    private static void run(MqttClient client, int messages, Qos qos, int inFlight) {
        var open = new ArrayDeque<Receipt>();
        byte[] payload = new byte[PAYLOAD_BYTES];
        for (int i = 0; i < messages; i++) {
            if (open.size() == inFlight) {
                open.remove().awaitAcknowledged(PATIENCE);
            }
            open.add(client.submit(Message.of(Contender.TOPIC, payload).qos(qos)));
        }
        open.forEach(receipt -> receipt.awaitAcknowledged(PATIENCE));
    }

    private static long written() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("write_bytes: "))
                .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/self/io has no write_bytes"));
    }
}
