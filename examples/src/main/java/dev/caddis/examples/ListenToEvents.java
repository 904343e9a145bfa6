package dev.caddis.examples;

import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.event.ClientEvent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Prints how the connection fares, until it stands or the attempts are used up.
///
/// Arguments: the broker's URL; the CA file, the certificate file and the key file, or none.
final class ListenToEvents {

    private ListenToEvents() {}

    public static void main(String[] arguments) throws InterruptedException {
        var over = new CountDownLatch(1);
        try (MqttClient client =
                Setup.client("ListenToEvents", arguments)
                        .clientId("example-listener")
                        .reconnect(Duration.ofMillis(200), Duration.ofSeconds(5))
                        .reconnectAttempts(5)
                        .onEvent(event -> {
                            System.out.println(sentence(event));
                            if (event instanceof ClientEvent.Connected
                                    || event instanceof ClientEvent.GaveUp) {
                                over.countDown();
                            }
                        })
                        .open()) {
            over.await();
            System.out.println(client.status());
        }
    }

    private static String sentence(ClientEvent event) {
        return switch (event) {
            case ClientEvent.Connected it ->
                    "connected to " + it.broker() + ", MQTT " + it.version() + ", " + it.link();
            case ClientEvent.Disconnected it -> "disconnected: " + it.reason().sentence();
            case ClientEvent.ConnectFailed it ->
                    "attempt " + it.attempt() + " failed: " + it.reason().sentence();
            case ClientEvent.RetryingIn it -> "trying again in " + it.delay().toMillis() + " ms";
            case ClientEvent.GaveUp it -> "gave up after " + it.attempts() + " attempts";
            case ClientEvent.Dropped it -> it.count() + " messages dropped: " + it.cause();
            default -> event.toString();
        };
    }
}
