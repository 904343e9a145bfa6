package dev.caddis.systemtests.ways;

import dev.caddis.demo.Issued;
import dev.caddis.mqtt.BrokerAddress;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.systemtests.CuttingProxy;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;
import dev.caddis.systemtests.ways.WaysOut.Ground;
import dev.caddis.systemtests.ways.WaysOut.Result;

import java.time.Duration;
import java.util.List;

/// Two brokers that know nothing of each other, each with an observer of its own. The way to the
/// one that is in use fails, again and again: the session moves, and moves back to a broker that
/// still has an old one.
final class Strangers {

    private static final int MOVES = 6;
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private Strangers() {}

    static Result run(Ground ground) throws Exception {
        try (var one = new Mosquitto(settings(ground, "one"));
                var two = new Mosquitto(settings(ground, "two"))) {
            one.start();
            two.start();
            Issued watcher = ground.pki().issueDevice("watcher");
            try (var toOne = new CuttingProxy(one.port());
                    var toTwo = new CuttingProxy(two.port());
                    HiveMqObserver atOne = observer(ground, watcher, one.port());
                    HiveMqObserver atTwo = observer(ground, watcher, two.port())) {
                return move(ground, List.of(toOne, toTwo), List.of(atOne, atTwo));
            }
        }
    }

    private static MosquittoSettings settings(Ground ground, String name) {
        return MosquittoSettings.of(
                ground.pki(), ground.server(), ground.folder().resolve("stranger-" + name));
    }

    private static HiveMqObserver observer(Ground ground, Issued watcher, int port)
            throws Exception {
        HiveMqObserver observer = HiveMqObserver.connect(port, ground.pki(), watcher, "watcher");
        observer.subscribe("strangers/data", 2);
        return observer;
    }

    private static Result move(
            Ground ground, List<CuttingProxy> ways, List<HiveMqObserver> observers)
            throws Exception {
        BrokerAddress[] brokers =
                ways.stream()
                        .map(way -> BrokerAddress.of("mqtts://localhost:" + way.port()))
                        .toArray(BrokerAddress[]::new);
        try (var sender = new Sender(ground, "strangers", brokers)) {
            boolean connected = sender.awaitConnections(1);
            for (int move = 0; move < MOVES && connected; move++) {
                sender.publish(ground.messages() / 2);
                CuttingProxy used = ways.get(move % 2);
                ways.get((move + 1) % 2).accept();
                used.refuse();
                used.cut();
                connected = sender.awaitConnections(move + 2);
            }
            sender.publish(ground.messages() / 2);
            boolean acknowledged = sender.awaitAcknowledged();
            Counted counted = Counted.of(sender.published(), SILENCE, observers);
            long unsaid =
                    counted.repeated().stream().filter(each -> !sender.isFlagged(each)).count();
            long moved =
                    sender.connections().stream()
                                    .filter(each -> !each.sessionPresent())
                                    .map(ClientEvent.Connected::broker)
                                    .count()
                            - 1;
            boolean watched = observers.stream().allMatch(each -> each.losses().isEmpty());
            return new Result(
                    acknowledged
                            && watched
                            && counted.missing().isEmpty()
                            && unsaid == 0
                            && moved == MOVES,
                    "two strangers: "
                            + moved
                            + " moves, "
                            + sender.published()
                            + " messages of QoS 2, "
                            + counted.missing().size()
                            + " lost, "
                            + counted.repeated().size()
                            + " repeated, "
                            + unsaid
                            + " of them without its receipt saying so");
        }
    }
}
