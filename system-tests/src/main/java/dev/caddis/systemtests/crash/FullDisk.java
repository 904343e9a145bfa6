package dev.caddis.systemtests.crash;

import dev.caddis.demo.Issued;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder.WhenFull;
import dev.caddis.mqtt.OutboxFullException;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.systemtests.CuttingProxy;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/// A disk of a few megabytes fills while the broker is away; then somebody else takes its last
/// byte. The outbox keeps its policy, acknowledgements are recorded all the same, and all that was
/// accepted arrives.
final class FullDisk {

    private static final long DISK_BYTES = 16L << 20;
    private static final long MIN_FREE_BYTES = 2L << 20;
    private static final long OUTBOX_BYTES = 5L << 20; // its files are of 256 KB
    private static final int FILES_BYTES = 10 << 20; // of others, so that the disk is full before
    private static final int PAYLOAD_BYTES = 1_000;
    private static final int IN_FLIGHT = 20;
    private static final int MORE = 500;
    private static final Duration FOR_ROOM = Duration.ofSeconds(5); // it is looked for each second
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CaddisPub away;
    private final Issued server;
    private final Path scratch;
    private final Findings findings = new Findings();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private int submitted;

    private FullDisk(CaddisPub away, Issued server, Path scratch) {
        this.away = away;
        this.server = server;
        this.scratch = scratch;
    }

    static boolean run(Path scratch, CaddisPub away, Issued server) throws Exception {
        try (Mount disk = Mount.of(scratch.resolve("disk"), DISK_BYTES)) {
            return new FullDisk(away, server, scratch).run(disk.folder());
        }
    }

    private boolean run(Path disk) throws Exception {
        ballast(disk, "others", FILES_BYTES);
        var settings = MosquittoSettings.of(away.pki(), server, scratch.resolve("mosquitto"));
        try (Mosquitto broker = new Mosquitto(settings)) {
            broker.start();
            try (HiveMqObserver observer =
                            HiveMqObserver.connect(
                                    broker.port(),
                                    away.pki(),
                                    away.pki().issueDevice("observer-full"),
                                    "observer-full");
                    CuttingProxy network = new CuttingProxy(broker.port())) {
                observer.subscribe(SeedSession.TOPIC, 2);
                network.refuse();
                try (MqttClient client = open(network.port(), disk.resolve("session"))) {
                    return run(disk, client, network, observer);
                }
            }
        }
    }

    private boolean run(Path disk, MqttClient client, CuttingProxy network, HiveMqObserver observer)
            throws IOException {
        int accepted = fill(client);
        ballast(disk, "ballast", Long.MAX_VALUE);
        long least = free(disk);
        network.accept();
        requireAll(client, observer, accepted, "while the disk is full");
        long freed = free(disk);
        findings.require(freed > least, "no file was deleted: " + freed + " bytes free");
        if (findings.isGood()) {
            Files.delete(disk.resolve("ballast"));
            Files.delete(disk.resolve("others"));
            submit(client, MORE);
            requireAll(client, observer, accepted + MORE, "with room again");
        }
        return report(accepted, least, freed);
    }

    private MqttClient open(int port, Path session) {
        return MqttClient.builder()
                .broker("mqtts://localhost:" + port)
                .clientId("pump-full")
                .identity(
                        ClientIdentity.pem(
                                away.pki().ca(), away.device().certificate(), away.device().key()))
                .session(session)
                .outbox(Long.MAX_VALUE, OUTBOX_BYTES, WhenFull.BLOCK)
                .publishTimeout(FOR_ROOM)
                .minFreeDisk(MIN_FREE_BYTES)
                .maxInFlight(IN_FLIGHT) // which has room in the reserve, see docs/operate.md
                .reconnect(Duration.ofMillis(50), Duration.ofMillis(500))
                .onEvent(event -> {
                    if (event instanceof ClientEvent.Failed failed) {
                        failures.add(String.valueOf(failed.cause().getMessage()));
                    }
                })
                .open();
    }

    /// @return how many messages were accepted before one was refused
    private int fill(MqttClient client) {
        try {
            submit(client, Integer.MAX_VALUE);
        } catch (OutboxFullException full) {
            long waiting = client.status().outboxMessages() * (PAYLOAD_BYTES + 128L);
            findings.require(waiting < OUTBOX_BYTES * 3 / 4, "refused for its own bound");
        }
        return submitted;
    }

    private void submit(MqttClient client, int count) {
        for (int i = 0; i < count; i++) {
            String text = "line " + (submitted + 1) + " ";
            client.publish(
                    Message.of(SeedSession.TOPIC, text + ".".repeat(PAYLOAD_BYTES - text.length()))
                            .qos(submitted % 2 == 0 ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE));
            submitted++;
        }
    }

    private void requireAll(MqttClient client, HiveMqObserver observer, int count, String when) {
        boolean all = client.awaitAcknowledged(PATIENCE);
        findings.require(
                all, when + ": not all were acknowledged, " + client.status() + " " + failures);
        int arrived = new HashSet<>(Drained.arrivals(observer, count)).size();
        findings.require(arrived == count, when + ": " + arrived + " of " + count + " arrived");
    }

    private boolean report(int accepted, long least, long freed) {
        findings.require(failures.isEmpty(), "the client failed: " + failures);
        return findings.report(
                "full disk",
                String.format(
                        Locale.ROOT,
                        "%d messages accepted, the next refused; then others left %d bytes free,"
                            + " and all arrived and were acknowledged; %d bytes free by then; with"
                            + " room again %d more arrived",
                        accepted,
                        least,
                        freed,
                        MORE));
    }

    private static long free(Path disk) throws IOException {
        return Files.getFileStore(disk).getUsableSpace();
    }

    /// Somebody else's file of so many bytes, or as many as fit.
    private static void ballast(Path disk, String name, long bytes) throws IOException {
        byte[] page = new byte[4 << 10];
        try (OutputStream out = Files.newOutputStream(disk.resolve(name))) {
            for (long left = bytes; left > 0 && free(disk) > 0; left -= page.length) {
                out.write(page);
            }
        }
    }
}
