package dev.caddis.examples;

import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.identity.ClientIdentity;

import java.nio.file.Path;

/// What the examples have in common: broker and certificates from the command line, and a word on
/// each filter that is granted and each attempt that fails.
final class Setup {

    private static final int CERTIFICATES = 3;

    private Setup() {}

    /// A builder for the broker that `arguments` name: a URL, then what `more` asks for, then the
    /// files CA, CERT and KEY or none of them.
    ///
    /// Wrong arguments end the program: `usage: NAME URL MORE [CA CERT KEY]`, exit code 2.
    static MqttClientBuilder client(String name, String[] arguments, String... more) {
        int given = arguments.length;
        int least = 1 + more.length;
        if (given != least && given != least + CERTIFICATES) {
            System.err.println("usage: " + name + " " + usage(more));
            System.exit(2);
        }
        MqttClientBuilder client = MqttClient.builder().broker(arguments[0]);
        if (given > least) {
            client.identity(
                    ClientIdentity.pem(
                            Path.of(arguments[least]),
                            Path.of(arguments[least + 1]),
                            Path.of(arguments[least + 2])));
        }
        return client;
    }

    private static String usage(String... more) {
        String between = more.length == 0 ? "" : " " + String.join(" ", more);
        return "mqtts://HOST:8883" + between + " [CA_FILE CERT_FILE KEY_FILE]";
    }

    /// For `onEvent`: what the client listens to, and why it does not; it tries again for ever.
    static void tell(ClientEvent event) {
        switch (event) {
            case ClientEvent.Subscribed it -> System.out.println("subscribed to " + it.filter());
            case ClientEvent.SubscriptionRefused it ->
                    System.err.println("the broker refused " + it.filter() + ": " + it.reason());
            case ClientEvent.ConnectFailed it -> System.err.println(it.reason().sentence());
            default -> {} // the others are for ListenToEvents
        }
    }
}
