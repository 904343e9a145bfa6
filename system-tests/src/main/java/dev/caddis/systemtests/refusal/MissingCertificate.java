package dev.caddis.systemtests.refusal;

import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.identity.ClientIdentity;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Opens a client without a certificate again and again, at a broker that demands one, and counts
/// what it is told the first time each attempt ends.
///
/// In TLS 1.3 the broker says no only after our handshake is over, and a reset may overtake its
/// alert: what is told must not depend on that race.
public final class MissingCertificate {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NAMES_IT = "the broker demands a client certificate and none is";

    private MissingCertificate() {}

    /// @param arguments the broker's URL, the CA file, how many times
    public static void main(String[] arguments) throws Exception {
        int times = Integer.parseInt(arguments[2]);
        var identity = ClientIdentity.pem(Path.of(arguments[1]), null, null);
        var told = new TreeMap<String, Integer>();
        for (int i = 0; i < times; i++) {
            told.merge(firstEvent(arguments[0], "without-" + i, identity), 1, Integer::sum);
        }
        int named = 0;
        for (Map.Entry<String, Integer> each : told.entrySet()) {
            System.out.println(each.getValue() + " times: " + each.getKey());
            if (each.getKey().contains(NAMES_IT)) {
                named += each.getValue();
            }
        }
        System.out.println(named + " of " + times);
        System.exit(named == times ? 0 : 1);
    }

    private static String firstEvent(String url, String clientId, ClientIdentity identity)
            throws Exception {
        var first = new CompletableFuture<ClientEvent>();
        try (MqttClient _ =
                MqttClient.builder()
                        .broker(url)
                        .clientId(clientId)
                        .identity(identity)
                        .reconnect(Duration.ofSeconds(20), Duration.ofSeconds(20))
                        .onEvent(first::complete)
                        .open()) {
            ClientEvent event = first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return event instanceof ClientEvent.ConnectFailed(int _, ConnectionFailure reason)
                            && reason.kind() == ConnectionFailure.Kind.CLIENT_CERTIFICATE_MISSING
                    ? reason.sentence()
                    : "unexpected: " + event;
        }
    }
}
