package dev.caddis.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Pingreq;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A server that does what each test says, and the steps that are told of the way to it.
class ProbeTest {

    private static final Duration SOON = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final byte[] CONNACK = {0x20, 0x03, 0, 0, 0};

    private final List<Probe.Step> steps = new ArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private MqttClientBuilder to(String scheme) {
        return MqttClient.builder().broker(scheme + "://localhost:" + server.getLocalPort());
    }

    private ProbeException failure(MqttClientBuilder builder) {
        return assertThrows(ProbeException.class, () -> builder.probe(steps::add));
    }

    @Test
    void each_step_is_told_as_it_begins_and_packets_go_both_ways() throws IOException {
        try (Probe probe = to("mqtt").probe(steps::add);
                Socket client = server.accept()) {
            assertThat(steps)
                    .containsExactly(
                            Probe.Step.IDENTITY,
                            Probe.Step.RESOLVING,
                            Probe.Step.CONNECTING,
                            Probe.Step.SPEAKING);
            probe.send(new Pingreq());
            assertThat(client.getInputStream().readNBytes(2)).containsExactly(0xC0, 0);
            client.getOutputStream().write(CONNACK);
            assertThat(probe.receive(LONG)).isInstanceOf(Connack.class);
            assertThat(probe.serverCertificates()).isEmpty();
        }
    }

    @Test
    void a_port_where_nobody_listens_fails_at_its_step() throws IOException {
        server.close();
        ProbeException failure = failure(to("mqtt"));
        assertThat(failure.step()).isEqualTo(Probe.Step.CONNECTING);
        assertThat(failure.failure().kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void a_port_that_takes_the_connection_and_says_nothing_ends_at_the_deadline_of_TLS() { // F44
        ProbeException failure =
                failure(
                        to("mqtts")
                                .identity(ClientIdentity.systemTrust())
                                .handshakeTimeout(SOON)
                                .connectTimeout(LONG));
        assertThat(failure.step()).isEqualTo(Probe.Step.HANDSHAKING);
        assertThat(failure.failure().kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(failure).hasMessageContaining("was silent for 200 ms");
    }

    @Test
    void a_broker_that_does_not_answer_and_one_that_hangs_up_are_told_apart() throws IOException {
        try (Probe probe = to("mqtt").probe(steps::add);
                Socket client = server.accept()) {
            ProbeException late = assertThrows(ProbeException.class, () -> probe.receive(SOON));
            assertThat(late.failure().kind()).isEqualTo(Kind.TIMED_OUT);
            client.shutdownOutput();
            ProbeException gone = assertThrows(ProbeException.class, () -> probe.receive(LONG));
            assertThat(gone.failure().kind()).isEqualTo(Kind.CLOSED);
            assertThrows(ProbeException.class, () -> probe.receive(LONG));
        }
    }

    @Test
    void a_setting_that_is_out_of_bounds_is_no_failure_of_the_network() {
        assertThrows(OpenException.class, () -> MqttClient.builder().probe(steps::add));
        assertThrows(
                OpenException.class,
                () -> MqttClient.builder().broker("tcp://x").probe(steps::add));
        assertThat(steps).isEmpty();
    }
}
