package dev.caddis.systemtests.ways;

import dev.caddis.mqtt.BrokerAddress;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.ways.WaysOut.Ground;
import dev.caddis.systemtests.ways.WaysOut.Result;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Two Artemis nodes that share a store: the primary is killed while messages are on their way, and
/// the session goes on at the other. The observer has subscribed before, and looks afterwards.
final class Cluster {

    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final int IN_FLIGHT_MAX = 20;

    private Cluster() {}

    static Result run(Ground ground) throws Exception {
        Path store = Files.createDirectories(ground.folder().resolve("cluster"));
        int ownOfPrimary = Proxies.freePort();
        int ownOfBackup = Proxies.freePort();
        Path keys = ground.server().keyStore();
        Path trust = ground.pki().trustStore();
        try (ClusterNode primary =
                        ClusterNode.start(
                                true,
                                keys,
                                trust,
                                store,
                                Proxies.freePort(),
                                ownOfPrimary,
                                ownOfBackup);
                ClusterNode backup =
                        ClusterNode.start(
                                false,
                                keys,
                                trust,
                                store,
                                Proxies.freePort(),
                                ownOfBackup,
                                ownOfPrimary)) {
            return failOver(ground, primary, backup);
        }
    }

    private static Result failOver(Ground ground, ClusterNode primary, ClusterNode backup)
            throws Exception {
        var watcher = ground.pki().issueDevice("cluster-watcher");
        try (HiveMqObserver before =
                HiveMqObserver.connect(primary.port, ground.pki(), watcher, "cluster-watcher")) {
            before.subscribe("cluster/data", 2);
        }
        try (var sender =
                new Sender(
                        ground,
                        "cluster",
                        BrokerAddress.of("mqtts://localhost:" + primary.port).sharedSession(),
                        BrokerAddress.of("mqtts://localhost:" + backup.port).sharedSession())) {
            boolean connected = sender.awaitConnections(1);
            sender.publish(ground.messages());
            primary.kill();
            sender.publish(ground.messages());
            connected &= sender.awaitConnections(2);
            boolean acknowledged = connected && sender.awaitAcknowledged();
            if (!acknowledged) {
                return new Result(
                        false,
                        "the session did not go on at the other node: "
                                + sender.connections()
                                + "\n"
                                + backup.output());
            }
            try (HiveMqObserver after =
                    HiveMqObserver.resume(backup.port, ground.pki(), watcher, "cluster-watcher")) {
                Counted counted = Counted.of(sender.published(), SILENCE, List.of(after));
                List<ClientEvent.Connected> connections = sender.connections();
                boolean resumed =
                        connections.stream().skip(1).allMatch(each -> each.sessionPresent());
                return new Result(
                        resumed
                                && counted.missing().isEmpty()
                                && counted.repeated().size() <= IN_FLIGHT_MAX,
                        "two Artemis nodes of one cluster, the primary killed: session "
                                + (resumed ? "resumed" : "NOT resumed")
                                + " at the other, "
                                + sender.published()
                                + " messages of QoS 2, "
                                + counted.missing().size()
                                + " lost, "
                                + counted.repeated().size()
                                + " repeated by Artemis, which does not keep the identifiers of"
                                + " unfinished exchanges");
            }
        }
    }
}
