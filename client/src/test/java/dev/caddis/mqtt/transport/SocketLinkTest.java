package dev.caddis.mqtt.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;

import javax.net.ssl.SSLException;

/// How the end of a link is told.
@Timeout(30)
class SocketLinkTest {

    @Test
    void a_reset_is_told_from_an_orderly_end() throws Exception {
        try (RawServer reset =
                        RawServer.start(client -> {
                            client.getInputStream().read();
                            client.setSoLinger(true, 0);
                        });
                RawServer close = RawServer.start(client -> client.getInputStream().read())) {
            Link cut = plain(reset);
            cut.output().write(1);
            IOException cause = assertThrows(IOException.class, () -> cut.input().read());
            assertThat(cut.explain(cause).kind()).isEqualTo(Kind.RESET);
            Link closed = plain(close);
            closed.output().write(1);
            assertThat(closed.input().read()).isEqualTo(-1);
            assertThat(closed.explain(null).kind()).isEqualTo(Kind.CLOSED);
        }
    }

    @Test
    void a_server_that_hangs_up_without_a_word_may_speak_TLS_and_one_that_spoke_does_not()
            throws Exception {
        String hint = "; if this port speaks TLS, write mqtts://";
        try (RawServer reset =
                        RawServer.start(client -> {
                            client.getInputStream().read();
                            client.setSoLinger(true, 0);
                        });
                RawServer close = RawServer.start(client -> client.getInputStream().read());
                RawServer speaks =
                        RawServer.start(client -> {
                            client.getInputStream().read();
                            client.getOutputStream().write(0x20);
                        })) {
            assertThat(sentence(reset)).contains("it was reset").endsWith(hint);
            assertThat(sentence(close)).endsWith("the broker closed it" + hint);
            assertThat(sentence(speaks)).endsWith("the broker closed it");
        }
    }

    @Test
    void a_failed_write_is_held_until_accepted_and_the_read_ends_as_a_reset() throws Exception {
        try (RawServer server =
                RawServer.start(client -> {
                    client.getInputStream().read();
                    client.setSoLinger(true, 0);
                })) {
            Link link = plain(server);
            link.output().write(1);
            // The first write or read that meets the reset takes it away from the socket.
            for (int i = 0; i < 1_000; i++) {
                link.output().write(new byte[65_536]);
            }
            assertThat(link.explain(end(link)).kind()).isEqualTo(Kind.RESET);
            link.accepted();
            IOException held = assertThrows(IOException.class, () -> link.output().write(1));
            assertThat(link.explain(held).kind()).isEqualTo(Kind.RESET);
        }
    }

    @Test
    void a_writer_that_aborts_after_its_failure_does_not_hide_the_reason() throws Exception {
        try (RawServer server =
                RawServer.start(client -> {
                    client.getInputStream().read();
                    client.setSoLinger(true, 0);
                })) {
            Link link = plain(server);
            link.accepted();
            assertThrows(
                    IOException.class,
                    () -> {
                        while (true) {
                            link.output().write(new byte[65_536]);
                        }
                    });
            link.abort();
            IOException closed = assertThrows(IOException.class, () -> link.input().read());
            assertThat(link.explain(closed).kind()).isEqualTo(Kind.RESET);
        }
    }

    @Test
    void an_alert_after_acceptance_is_an_alert() throws Exception {
        try (RawServer server = RawServer.silent()) {
            Link link = plain(server);
            link.accepted();
            var alert = new SSLException("(user_canceled) Received fatal alert: user_canceled");
            assertThat(link.explain(alert).kind()).isEqualTo(Kind.TLS_ALERT);
            link.abort();
        }
    }

    @Test
    void what_the_JDK_throws_has_a_kind() {
        expect(Kind.REFUSED, new ConnectException("Connection refused"));
        expect(Kind.TIMED_OUT, new ConnectException("Connection timed out"));
        expect(Kind.TIMED_OUT, new SocketTimeoutException("Connect timed out"));
        expect(Kind.UNREACHABLE, new ConnectException("Network is unreachable"));
        expect(Kind.UNREACHABLE, new NoRouteToHostException("No route to host"));
        expect(Kind.RESET, new SocketException("Connection reset"));
        expect(Kind.RESET, new SocketException("Broken pipe"));
        expect(Kind.RESET, new SSLException("wrapped", new SocketException("Connection reset")));
        expect(Kind.CLOSED, new SSLException("Remote host terminated", new EOFException("x")));
        expect(Kind.BROKEN, new IOException("something else"));
    }

    private static void expect(Kind kind, IOException thrown) {
        assertThat(IoReason.kind(thrown)).as(thrown.toString()).isEqualTo(kind);
    }

    private static Link plain(RawServer server) throws DialException {
        return new Dial(server.endpoint(false), null, null, phase -> {}).run();
    }

    /// How the end of a connection is told that got no answer.
    private static String sentence(RawServer server) throws Exception {
        Link link = plain(server);
        link.output().write(1);
        return link.explain(end(link)).sentence();
    }

    private static @Nullable IOException end(Link link) {
        try {
            while (link.input().read() >= 0) {
                // whatever was sent before
            }
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
