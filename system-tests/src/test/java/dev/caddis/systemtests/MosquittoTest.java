package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

@RequiresMosquitto
class MosquittoTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int SESSION_PRESENT = 1;
    private static final int NO_SESSION = 0;

    private static Certificates certificates;
    @TempDir Path directory;

    @BeforeAll
    static void makeCertificates(@TempDir Path shared) throws IOException {
        certificates = Certificates.in(shared);
    }

    @Test
    void a_client_with_a_certificate_is_answered_in_both_versions() throws IOException {
        try (var broker = started(settings());
                var version5 = certificates.connection(broker.port());
                var version311 = certificates.connection(broker.port())) {
            assertThat(version5.connect5("five")).startsWith(NO_SESSION, 0x00);
            assertThat(version311.connect311("four")).containsExactly(NO_SESSION, 0x00);
            assertThat(broker.log()).contains("New client connected from");
        }
    }

    @Test
    void a_client_without_a_certificate_is_refused() throws IOException {
        for (String version : List.of("tlsv1.2", "tlsv1.3")) {
            try (var broker = started(settings().line("tls_version " + version))) {
                assertThatThrownBy(
                                () -> {
                                    try (var raw =
                                            certificates.connectionWithoutCertificate(
                                                    broker.port())) {
                                        raw.connect5("nobody");
                                    }
                                })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void a_restart_on_the_same_port_keeps_sessions_only_where_told_to() throws IOException {
        for (var settings : List.of(settings(), settings().keepingSessions())) {
            try (var broker = started(settings)) {
                assertThat(connectOnce(broker)).startsWith(NO_SESSION, 0x00);
                broker.stop();
                assertThatThrownBy(() -> connectOnce(broker)).isInstanceOf(IOException.class);
                broker.start();
                assertThat(connectOnce(broker))
                        .startsWith(settings.keepSessions() ? SESSION_PRESENT : NO_SESSION, 0x00);
                broker.kill();
                broker.start();
            }
        }
    }

    @Test
    void a_broker_that_cannot_start_says_why() throws IOException {
        try (var broker = new Mosquitto(settings().line("no_such_option true"))) {
            assertThatThrownBy(broker::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no_such_option");
        }
    }

    @Test
    void both_observers_see_what_is_published() throws Exception {
        try (var broker = started(settings());
                var hive = certificates.observer(broker.port(), "hive");
                var sub = mosquittoSub(broker, "mqttv5");
                var old = mosquittoSub(broker, "mqttv311")) {
            hive.subscribe("pump/#", 1);
            hive.publish("pump/a topic", "hé\nllo".getBytes(UTF_8), 1, false);
            hive.publish("pump/empty", new byte[0], 2, false);

            for (var observer : List.of(sub.observations(), old.observations())) {
                assertThat(observer.next(DEADLINE))
                        .isEqualTo(
                                Observed.of("pump/a topic", "hé\nllo".getBytes(UTF_8), 1, false));
                assertThat(observer.next(DEADLINE))
                        .isEqualTo(new Observed("pump/empty", "", 2, false));
            }
            assertThat(hive.observations().await(2, DEADLINE))
                    .extracting(Observed::text)
                    .containsExactly("hé\nllo", "");
        }
    }

    @Test
    void nothing_is_dropped_for_a_slow_observer() throws Exception {
        int messages = 5_000; // five times Mosquitto's default queue
        try (var broker = started(settings());
                var sub = mosquittoSub(broker, "mqttv5");
                var raw = certificates.connection(broker.port())) {
            raw.connect5("publisher");
            String burst = "3005" + "000161" + "00" + "78"; // PUBLISH a, QoS 0, "x"
            raw.send(burst.repeat(messages));
            assertThat(sub.observations().await(messages, DEADLINE)).hasSize(messages);
        }
    }

    private MosquittoSettings settings() {
        return certificates.mosquitto(directory.resolve("mosquitto"));
    }

    private static Mosquitto started(MosquittoSettings settings) throws IOException {
        var broker = new Mosquitto(settings);
        broker.start();
        return broker;
    }

    private static MosquittoSub mosquittoSub(Mosquitto broker, String mqtt) throws IOException {
        return MosquittoSub.subscribe(
                broker.port(),
                certificates.pki().ca(),
                certificates.device(),
                mqtt,
                "observer-" + mqtt,
                "#");
    }

    private static byte[] connectOnce(Mosquitto broker) throws IOException {
        try (var raw = certificates.connection(broker.port())) {
            return raw.connect5("pump-17");
        }
    }
}
