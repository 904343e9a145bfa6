package dev.caddis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;

/// A script that is not kept fails the test, and says how. The client here is a bare socket.
class ScriptedBrokerTest {

    private static final String CONNECT_3_1_1 = "10 0D 0004 4D515454 04 02 0000 0001 61";

    private final ScriptedBroker broker = ScriptedBroker.listen().within(Duration.ofMillis(500));
    private final Socket client = new Socket();

    @AfterEach
    void end() throws IOException {
        client.close();
    }

    private BrokerConnection connected() throws IOException {
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.port()));
        return broker.accept();
    }

    private void send(String hex) throws IOException {
        client.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private String receive(int bytes) throws IOException {
        return HexFormat.of().withUpperCase().formatHex(client.getInputStream().readNBytes(bytes));
    }

    @Test
    void a_script_speaks_the_version_of_the_CONNECT_it_expected() throws IOException {
        try (broker) {
            BrokerConnection c = connected();
            send(CONNECT_3_1_1);
            assertThat(c.expect(Connect.class).version()).isEqualTo(ProtocolVersion.V3_1_1);
            c.send(Packets.connack(false, ReasonCode.SUCCESS));
            assertThat(receive(4)).isEqualTo("20020000");
            send("C000 C000");
            c.expect(new Pingreq());
            c.expectBytes("C0 00");
            c.send(new Pingresp(), new Pingresp());
            assertThat(receive(4)).isEqualTo("D000D000");
            client.shutdownOutput();
            c.expectClosed();
            c.expectEnd();
        }
    }

    @Test
    void another_packet_than_expected_is_told_with_its_bytes() throws IOException {
        BrokerConnection c = connected();
        send("C0 00");
        assertThatThrownBy(() -> c.expect(Publish.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("connection 1", "PUBLISH", "Pingreq", "C0 00");
        broker.close();
    }

    @Test
    void silence_is_told_after_the_deadline() throws IOException {
        BrokerConnection c = connected();
        assertThatThrownBy(() -> c.expect(Connect.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("CONNECT", "nothing within 500 ms");
        assertThatThrownBy(broker::accept)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("connection 2");
        broker.close();
    }

    @Test
    void the_end_is_told_where_a_packet_was_expected() throws IOException {
        BrokerConnection c = connected();
        client.close();
        assertThatThrownBy(() -> c.expect(Connect.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the client closed the connection");
        broker.close();
    }

    @Test
    void bytes_that_are_no_packet_are_told() throws IOException {
        BrokerConnection c = connected();
        send("00 00");
        assertThatThrownBy(() -> c.expect(Connect.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no packet");
        assertThatThrownBy(broker::close).isInstanceOf(AssertionError.class);
    }

    @Test
    void what_no_script_expected_fails_the_test_at_the_end() throws IOException {
        BrokerConnection c = connected();
        send(CONNECT_3_1_1 + "C000 C000");
        c.expect(Connect.class);
        c.expect(Pingreq.class);
        client.shutdownOutput();
        assertThatThrownBy(
                        () -> {
                            try (broker) {
                                client.getInputStream().read(); // the broker has read to the end
                            }
                        })
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("expected less", "Pingreq");
    }

    @Test
    void a_last_DISCONNECT_and_what_follows_the_scripts_own_end_need_no_expect()
            throws IOException {
        BrokerConnection first = connected();
        send(CONNECT_3_1_1 + "E000");
        first.expect(Connect.class);
        try (Socket second = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
            BrokerConnection cut = broker.accept();
            second.getOutputStream().write(new byte[] {(byte) 0xC0, 0});
            cut.reset();
        }
        client.shutdownOutput();
        assertThat(client.getInputStream().read()).isNegative();
        broker.close();
    }

    @Test
    void a_reset_is_a_reset_and_a_close_is_an_end() throws IOException {
        connected().reset();
        assertThatThrownBy(() -> client.getInputStream().read())
                .isInstanceOf(SocketException.class);
        try (Socket second = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
            broker.accept().close();
            assertThat(second.getInputStream().read()).isNegative();
        }
        broker.close();
    }

    @Test
    void a_broker_that_stops_listening_refuses_and_comes_back_on_its_port() throws IOException {
        broker.stopListening();
        assertThatThrownBy(this::connected).isInstanceOf(ConnectException.class);
        assertThatThrownBy(broker::accept)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("listenAgain");
        broker.listenAgain();
        try (Socket again = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
            assertThat(again.isConnected()).isTrue();
            broker.accept();
        }
        broker.close();
    }
}
