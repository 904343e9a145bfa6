package dev.caddis.examples;

import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/// Asks for one command a second, however fast they are published, until the command `stop` comes.
///
/// Arguments: the broker's URL; the CA file, the certificate file and the key file, or none.
final class PullMessages implements Flow.Subscriber<Delivery> {

    private final CompletableFuture<Flow.Subscription> commands = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);

    private PullMessages() {}

    public static void main(String[] arguments) throws InterruptedException {
        var pump = new PullMessages();
        try (MqttClient client =
                Setup.client("PullMessages", arguments)
                        .clientId("example-puller")
                        .onEvent(Setup::tell)
                        .open()) {
            client.messages("pump-17/commands/#", SubscriptionOptions.of(Qos.AT_LEAST_ONCE))
                    .subscribe(pump);
            pump.over.await();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        commands.complete(subscription);
        subscription.request(1);
    }

    @Override
    public void onNext(Delivery command) { // acknowledged when this returns
        System.out.println("obeying: " + command.text());
        if (command.text().equals("stop")) {
            over.countDown();
        }
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS)
                .execute(() -> commands.join().request(1)); // the next one, by any thread
    }

    @Override
    public void onError(Throwable failure) {
        System.err.println(failure.getMessage());
        over.countDown();
    }

    @Override
    public void onComplete() {
        over.countDown();
    }
}
