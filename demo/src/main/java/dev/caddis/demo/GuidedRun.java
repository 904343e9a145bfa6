package dev.caddis.demo;

import dev.caddis.agent.Agent;
import dev.caddis.agent.AgentSummary;
import dev.caddis.agent.config.AgentConfig;
import dev.caddis.agent.config.ConfigResult;
import dev.caddis.agent.config.Environment;
import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.SourceSettings;
import dev.caddis.agent.source.ThisMachine;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.identity.ClientIdentity;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One guided run, from certificates to the summary, told step by step.
final class GuidedRun {

    private static final String DEVICE = "demo-device";
    private static final String VIEWER = "viewer";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// The broker is stopped and started once, after this many echoes.
    private static final int OUTAGE_AFTER = 2;

    private static final List<String> SENSOR_KINDS =
            List.of("temperature", "humidity", "pressure", "voltage");

    private final PrintWriter out;
    private final DemoFolder place;
    private final Path folder;
    private final int cycles;
    private final int port;
    private final Interruption interruption;
    private final Hints hints;

    GuidedRun(PrintWriter out, DemoFolder place, int cycles, int port, Interruption interruption) {
        this.out = out;
        this.place = place;
        this.folder = place.path();
        this.cycles = cycles;
        this.port = port;
        this.interruption = interruption;
        this.hints = Hints.ofThisProcess();
    }

    /// Whatever ends it, agent and broker do not outlive it.
    ///
    /// @return whether every reading came back
    /// @throws InterruptedException when it was asked to end
    boolean run() throws IOException, InterruptedException {
        say("1. Certificates, for this demo only");
        ThrowAwayPki pki = ThrowAwayPki.create(folder.resolve("pki"));
        Issued server = pki.issueServer();
        Issued device = pki.issueDevice(DEVICE);
        Issued viewer = pki.issueDevice(VIEWER);
        say("   a CA, a server, a device and a viewer in " + pki.directory());
        interruption.check();

        say("2. A broker: Apache Artemis, TLS only, a client certificate required");
        long begun = System.nanoTime();
        BrokerSettings settings =
                BrokerSettings.of(pki, server).port(port).directory(folder.resolve("broker"));
        try (EmbeddedBroker broker = new EmbeddedBroker(settings)) {
            broker.start();
            interruption.check();
            say(
                    "   listening on "
                            + broker.url()
                            + ", started in "
                            + Echoes.millis(System.nanoTime() - begun));

            say("3. A client without a certificate is refused");
            boolean refused = showRefusal(broker, pki);
            interruption.check();

            say("4. The agent, on readings of this machine");
            Path configuration = writeConfiguration(broker, pki, device);
            say("   its configuration: " + configuration);
            hints.secondTerminal(cycles, place.kept(), DEVICE, broker.url(), pki.ca(), viewer)
                    .forEach(line -> say("   " + line));
            return runAgent(broker, configuration) && refused;
        }
    }

    private void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    private boolean showRefusal(EmbeddedBroker broker, ThrowAwayPki pki)
            throws InterruptedException {
        var failure = new CompletableFuture<ConnectionFailure>();
        try (MqttClient stranger =
                MqttClient.builder()
                        .broker(broker.url())
                        .clientId("stranger")
                        .identity(ClientIdentity.pem(pki.ca(), null, null))
                        .onEvent(event -> {
                            switch (event) {
                                case ClientEvent.ConnectFailed failed ->
                                        failure.complete(failed.reason());
                                case ClientEvent.Connected connected ->
                                        failure.completeExceptionally(
                                                new IllegalStateException("the broker let it in"));
                                default -> {}
                            }
                        })
                        .open()) {
            ConnectionFailure reason = failure.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            say("   " + reason.sentence());
            stranger.close(Duration.ZERO);
            return reason.kind() == ConnectionFailure.Kind.CLIENT_CERTIFICATE_MISSING;
        } catch (ExecutionException | TimeoutException e) {
            say("   it was not refused: " + e.getMessage());
            return false;
        }
    }

    private Path writeConfiguration(EmbeddedBroker broker, ThrowAwayPki pki, Issued device)
            throws IOException {
        DeviceTree tree = ThisMachine.tree(SourceSettings.of(DEVICE), Clocks.system()).build();
        SortedSet<String> paths;
        Optional<String> network;
        try (tree) {
            paths = tree.paths();
            network = NetworkInterface.inUse(paths, path -> tree.read(path).value());
        }
        var fields = new StringBuilder();
        fields.append("    cpu_load: /system/cpu/load\n");
        fields.append("    memory_available: /system/memory/available\n");
        network.ifPresent(name -> {
            for (String each : List.of("in_bytes", "out_bytes")) {
                fields.append("    %s: /network/%s/%s\n".formatted(each, name, each));
            }
        });
        List<String> absent = new ArrayList<>();
        for (String kind : SENSOR_KINDS) {
            if (paths.contains("/sensors/" + kind)) {
                fields.append("    ").append(kind).append(": /sensors/").append(kind).append('\n');
            } else {
                absent.add(kind);
            }
        }
        say(
                "   sensors absent on this machine: "
                        + (absent.isEmpty() ? "none" : String.join(", ", absent)));
        Path file = folder.resolve("caddis.yaml");
        Files.writeString(
                file,
                """
                device: { id: %s }
                brokers:
                  - url: %s
                tls:
                  ca: %s
                  cert: %s
                  key: %s
                session:
                  reconnect: { min: 200ms, max: 1s }
                store: { path: %s }
                defaults: { every: 1s, qos: 1 }
                topics:
                  "${device.id}/data":
                %ssubscriptions:
                  - { topic: "${device.id}/data", qos: 1, handler: log }
                """
                        .formatted(
                                DEVICE,
                                broker.url(),
                                quoted(pki.ca()),
                                quoted(device.certificate()),
                                quoted(device.key()),
                                quoted(file.resolveSibling("store")),
                                fields));
        return file;
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    private boolean runAgent(EmbeddedBroker broker, Path configuration)
            throws IOException, InterruptedException {
        ConfigResult loaded = AgentConfig.load(configuration, Environment.ofThisMachine());
        if (!(loaded instanceof ConfigResult.Valid(var settings, var warnings))) {
            throw new IOException("its own configuration is wrong: " + loaded);
        }
        warnings.forEach(warning -> say("   " + warning));
        var echoes = new Echoes(this::say, cycles);
        interruption.whenAsked(echoes::abandon);
        interruption.check();
        Agent agent = Agent.start(settings, echoes);
        try {
            boolean good = follow(broker, echoes);
            say("6. Unsubscribe, say \"offline\", disconnect");
            agent.unsubscribe(PATIENCE);
            return good;
        } finally {
            stop(agent, echoes);
        }
    }

    private boolean follow(EmbeddedBroker broker, Echoes echoes)
            throws IOException, InterruptedException {
        boolean good = echoes.awaitConnected(1, PATIENCE);
        int before = cycles == 0 ? OUTAGE_AFTER : Math.min(OUTAGE_AFTER, cycles);
        good &= echoes.awaitEchoed(before, PATIENCE);
        interruption.check();
        good &= outage(broker, echoes);
        interruption.check();
        if (cycles == 0) {
            say("   on and on, until Ctrl-C");
            echoes.awaitAbandoned();
        }
        good &= echoes.awaitPublished(cycles, PATIENCE.plusSeconds(2L * cycles));
        good &= echoes.awaitEchoed(cycles, PATIENCE);
        interruption.check();
        return good && echoes.echoed() == echoes.published();
    }

    private boolean outage(EmbeddedBroker broker, Echoes echoes)
            throws IOException, InterruptedException {
        say("5. The broker is stopped; readings wait, nothing is lost");
        int connections = echoes.connections();
        int published = echoes.published();
        broker.stop();
        echoes.awaitPublished(
                cycles == 0 ? published + 1 : Math.min(cycles, published + 1), PATIENCE);
        interruption.check();
        say("   the broker is started again");
        broker.start();
        return echoes.awaitConnected(connections + 1, PATIENCE);
    }

    private void stop(Agent agent, Echoes echoes) {
        AgentSummary summary = agent.close(Duration.ofSeconds(5));
        say("   " + summary);
        say("");
        say(
                echoes.published()
                        + " published, "
                        + echoes.echoed()
                        + " echoed; "
                        + echoes.roundTrips()
                        + "; "
                        + (echoes.connections() - 1)
                        + " reconnect(s)");
        hints.next().forEach(this::say);
    }
}
