package dev.caddis.examples;

import dev.caddis.mqtt.Acknowledger;
import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.WhenHandlerLate;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Takes commands at once and acknowledges each when it is done, on another thread, until the
/// command `stop` comes. The command `forget` is not acknowledged: after 5 seconds that is told,
/// and the broker delivers it again.
///
/// Arguments: the broker's URL; the CA file, the certificate file and the key file, or none.
final class AcknowledgeLater {

    private final CountDownLatch stopped = new CountDownLatch(1);

    private AcknowledgeLater() {}

    public static void main(String[] arguments) throws InterruptedException {
        var pump = new AcknowledgeLater();
        try (MqttClient client =
                Setup.client("AcknowledgeLater", arguments)
                        .clientId("example-worker")
                        .onEvent(Setup::tell)
                        .onEvent(AcknowledgeLater::tellLate)
                        .handlerDeadline(Duration.ofSeconds(5), WhenHandlerLate.RECONNECT)
                        .subscribeManually(
                                "pump-17/commands/#",
                                SubscriptionOptions.of(Qos.AT_LEAST_ONCE),
                                pump::take)
                        .open()) {
            pump.stopped.await();
            System.out.println(client.status());
        }
    }

    /// Returns at once; nothing is acknowledged by that.
    private void take(Delivery command, Acknowledger acknowledger) {
        Thread.startVirtualThread(() -> finish(command, acknowledger));
    }

    private void finish(Delivery command, Acknowledger acknowledger) {
        if (command.text().equals("forget") && !command.duplicate()) {
            return;
        }
        Acknowledger.Result result = acknowledger.acknowledge(); // by any thread
        System.out.println("done: " + command.text() + ", " + result); // STALE: it comes again
        if (command.text().equals("stop")) {
            stopped.countDown();
        }
    }

    private static void tellLate(ClientEvent event) {
        if (event instanceof ClientEvent.HandlerLate it) {
            System.out.println(it.topic() + " has waited for " + it.deadline().toSeconds() + " s");
        }
    }
}
