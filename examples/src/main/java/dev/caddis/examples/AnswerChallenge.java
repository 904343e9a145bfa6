package dev.caddis.examples;

import dev.caddis.mqtt.Authenticator;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.event.ClientEvent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Connects to a broker that sends a challenge and wants its HMAC under a shared secret.
///
/// The method is made up: a broker that does not know it refuses the connection, which is told.
///
/// Arguments: the broker's URL, a file with the secret; the CA file, the certificate file and the
/// key file, or none.
final class AnswerChallenge implements Authenticator {

    private final byte[] secret;

    private AnswerChallenge(byte[] secret) {
        this.secret = secret;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var builder = Setup.client("AnswerChallenge", arguments, "SECRET_FILE");
        byte[] secret = Files.readAllBytes(Path.of(arguments[1]));
        var over = new CountDownLatch(1);
        try (MqttClient client =
                builder.clientId("example-challenged")
                        .authenticator(new AnswerChallenge(secret))
                        .reconnectAttempts(1)
                        .onEvent(Setup::tell)
                        .onEvent(event -> {
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

    @Override
    public String method() {
        return "EXAMPLE-HMAC-SHA-256";
    }

    @Override
    public Exchange begin() throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return new Exchange() {
            @Override
            public Optional<byte[]> first() {
                return Optional.empty(); // the broker begins
            }

            @Override
            public Optional<byte[]> answer(Optional<byte[]> challenge) {
                return challenge.map(mac::doFinal);
            }
        };
    }
}
