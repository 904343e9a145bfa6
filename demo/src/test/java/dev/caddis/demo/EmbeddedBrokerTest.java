package dev.caddis.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.testkit.RawMqtt;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class EmbeddedBrokerTest {
    private static final int SESSION_PRESENT = 1;
    private static final int NO_SESSION = 0;

    private static ThrowAwayPki pki;
    private static Issued server;
    private static Issued device;

    @BeforeAll
    static void makeCertificates(@TempDir Path shared) throws IOException {
        pki = ThrowAwayPki.create(shared.resolve("pki"));
        server = pki.issueServer();
        device = pki.issueDevice("pump-17");
    }

    @Test
    void a_client_with_a_certificate_is_answered_in_both_versions() throws IOException {
        try (var broker = started(BrokerSettings.of(pki, server));
                var version5 = connection(broker);
                var version311 = connection(broker)) {
            assertThat(version5.connect5("five")).startsWith(NO_SESSION, 0x00);
            assertThat(version311.connect311("four")).containsExactly(NO_SESSION, 0x00);
        }
    }

    @Test
    void a_client_without_a_certificate_is_refused() throws IOException {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (var broker = started(BrokerSettings.of(pki, server).tlsProtocols(version))) {
                assertThatThrownBy(() -> connectWithoutCertificate(broker))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void a_client_of_another_authority_is_refused(@TempDir Path directory) throws IOException {
        var stranger = ThrowAwayPki.create(directory.resolve("other")).issueDevice("stranger");
        try (var broker = started(BrokerSettings.of(pki, server))) {
            assertThatThrownBy(
                            () -> {
                                try (var raw =
                                        new RawMqtt(pki.clientContext(stranger), broker.port())) {
                                    raw.connect5("stranger");
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void in_memory_a_restart_on_the_same_port_forgets_sessions() throws IOException {
        try (var broker = started(BrokerSettings.of(pki, server))) {
            int port = broker.port();
            assertThat(connectOnce(broker)).startsWith(NO_SESSION, 0x00);
            assertThat(connectOnce(broker)).startsWith(SESSION_PRESENT, 0x00);
            broker.stop();
            assertThatThrownBy(() -> connectOnce(broker)).isInstanceOf(IOException.class);
            broker.start();
            assertThat(broker.port()).isEqualTo(port);
            assertThat(connectOnce(broker)).startsWith(NO_SESSION, 0x00);
        }
    }

    @Test
    void with_a_directory_sessions_and_messages_survive_a_restart(@TempDir Path directory)
            throws IOException {
        Path kept = directory.resolve("broker");
        try (var broker = started(BrokerSettings.of(pki, server).directory(kept))) {
            try (var subscriber = connection(broker)) {
                subscriber.connect5("pump-17");
                subscriber.send(
                        "82" + "07" + "0001" + "00" + "000161" + "01"); // SUBSCRIBE a, QoS 1
                assertThat(subscriber.read(0x90)).endsWith(0x01);
            }
            try (var publisher = connection(broker)) {
                publisher.connect311("publisher");
                publisher.send("32" + "07" + "000161" + "0002" + "6869"); // PUBLISH a, QoS 1, "hi"
                assertThat(publisher.read(0x40)).startsWith(0x00, 0x02);
            }
            broker.stop();
            broker.start();
            try (var subscriber = connection(broker)) {
                assertThat(subscriber.connect5("pump-17")).startsWith(SESSION_PRESENT, 0x00);
                assertThat(subscriber.read(0x32)).endsWith('h', 'i');
            }
        }
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).containsExactly(kept);
        }
    }

    @Test
    void a_taken_port_is_a_failed_start_that_leaves_nothing_running() throws IOException {
        try (var taken = new ServerSocket(0)) {
            var broker =
                    new EmbeddedBroker(BrokerSettings.of(pki, server).port(taken.getLocalPort()));
            assertThatThrownBy(broker::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()))
                    .hasMessageContaining("Choose another port");
            assertThat(broker.running()).isFalse();
        }
    }

    @Test
    void close_leaves_no_thread_that_keeps_the_process_alive() throws Exception {
        Set<Thread> before = threadsThatKeepTheProcessAlive();
        try (var broker = started(BrokerSettings.of(pki, server))) {
            connectOnce(broker);
        }
        Set<Thread> left = threadsThatKeepTheProcessAlive();
        left.removeAll(before);
        for (Thread thread : left) {
            thread.join(5_000);
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }

    private static EmbeddedBroker started(BrokerSettings settings) throws IOException {
        var broker = new EmbeddedBroker(settings);
        broker.start();
        return broker;
    }

    private static RawMqtt connection(EmbeddedBroker broker) throws IOException {
        return new RawMqtt(pki.clientContext(device), broker.port());
    }

    private static byte[] connectOnce(EmbeddedBroker broker) throws IOException {
        try (var raw = connection(broker)) {
            return raw.connect5("pump-17");
        }
    }

    private static void connectWithoutCertificate(EmbeddedBroker broker) throws IOException {
        try (var raw = new RawMqtt(pki.clientContext(null), broker.port())) {
            raw.connect5("nobody");
        }
    }

    private static Set<Thread> threadsThatKeepTheProcessAlive() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .collect(Collectors.toSet());
    }
}
