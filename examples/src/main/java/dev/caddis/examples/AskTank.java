package dev.caddis.examples;

import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.Requester;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Qos;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Asks a tank for its level and prints the response; the tank that answers is in here too.
///
/// Arguments: the broker's URL; the CA file, the certificate file and the key file, or none.
final class AskTank {

    private final CompletableFuture<MqttClient> opened = new CompletableFuture<>();

    private AskTank() {}

    public static void main(String[] arguments) {
        var tank = new AskTank();
        MqttClientBuilder builder = Setup.client("AskTank", arguments);
        try (MqttClient client =
                builder.clientId("example-tank")
                        .onEvent(Setup::tell)
                        .subscribe("tank-3/level", Qos.AT_LEAST_ONCE, tank::answer)
                        .open()) {
            tank.opened.complete(client);
            try (Requester requester = client.requester("example-tank/responses")) {
                requester.awaitReady(Duration.ofSeconds(10));
                CompletableFuture<Message> level =
                        requester.request(Message.of("tank-3/level", "?"), Duration.ofSeconds(5));
                System.out.println("the tank holds " + level.join().text());
            }
        }
    }

    private void answer(Delivery request) {
        opened.join().submit(Message.response(request.message(), Bytes.utf8("73 %")));
    }
}
