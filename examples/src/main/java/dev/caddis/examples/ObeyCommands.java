package dev.caddis.examples;

import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.packet.Qos;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// Obeys commands and answers each from inside the handler, until the command `stop` comes.
///
/// Arguments: the broker's URL; the CA file, the certificate file and the key file, or none.
final class ObeyCommands {

    private final CompletableFuture<MqttClient> opened = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private ObeyCommands() {}

    public static void main(String[] arguments) throws InterruptedException {
        ObeyCommands pump = new ObeyCommands();
        try (MqttClient client =
                Setup.client("ObeyCommands", arguments)
                        .clientId("example-pump")
                        .onEvent(Setup::tell)
                        .will(Message.of("example-pump/state", "offline").retained())
                        .birth(Message.of("example-pump/state", "online").retained())
                        .offline(Message.of("example-pump/state", "offline").retained())
                        .subscribe("pump-17/commands/#", Qos.AT_LEAST_ONCE, pump::obey)
                        .open()) { // bound before the first byte: no command goes by
            pump.opened.complete(client);
            pump.stopped.await();
        }
    }

    /// Runs on the virtual thread of the subscription; the command is acknowledged when it returns.
    private void obey(Delivery command) {
        Message answer = Message.of("pump-17/answers", "done: " + command.text());
        opened.join().publish(answer.qos(Qos.AT_LEAST_ONCE));
        System.out.println("obeyed: " + command.text());
        if (command.text().equals("stop")) {
            stopped.countDown();
        }
    }
}
