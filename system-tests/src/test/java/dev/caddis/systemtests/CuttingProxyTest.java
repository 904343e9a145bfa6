package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

class CuttingProxyTest {
    private static final int DEADLINE_MILLIS = 10_000;

    private ServerSocket target;
    private CuttingProxy proxy;

    @BeforeEach
    void open() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target.setSoTimeout(DEADLINE_MILLIS);
        proxy = new CuttingProxy(target.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        target.close();
    }

    @Test
    void bytes_pass_both_ways_and_an_orderly_end_arrives_as_one() throws IOException {
        try (var client = connect();
                var server = acceptAtTarget()) {
            assertPasses(client, server, 1);
            assertPasses(server, client, 2);
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            assertPasses(server, client, 3);
            server.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_cut_resets_both_ends_and_the_next_connection_works() throws IOException {
        try (var client = connect();
                var server = acceptAtTarget()) {
            assertPasses(client, server, 1);
            assertThat(proxy.cut()).isEqualTo(1);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThatThrownBy(() -> server.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        try (var client = connect();
                var server = acceptAtTarget()) {
            assertPasses(client, server, 2);
            assertThat(proxy.accepted()).isEqualTo(2);
        }
    }

    @Test
    void refused_connections_are_refused_until_accepted_again_on_the_same_port()
            throws IOException {
        try (var client = connect();
                var server = acceptAtTarget()) {
            proxy.refuse();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertPasses(client, server, 1);
            proxy.accept();
            try (var another = connect();
                    var anotherServer = acceptAtTarget()) {
                assertPasses(another, anotherServer, 2);
            }
        }
    }

    @Test
    void in_a_black_hole_nothing_arrives_and_nothing_ends() throws IOException {
        try (var client = connect();
                var server = acceptAtTarget()) {
            assertPasses(client, server, 1);
            proxy.blackhole();
            client.getOutputStream().write(2);
            server.setSoTimeout(200);
            assertThatThrownBy(() -> server.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            try (var silent = connect()) {
                silent.setSoTimeout(200);
                assertThatThrownBy(() -> silent.getInputStream().read())
                        .isInstanceOf(SocketTimeoutException.class);
            }
            proxy.pass();
            server.setSoTimeout(DEADLINE_MILLIS);
            assertThat(server.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void a_cut_reaches_into_the_black_hole() throws IOException {
        try (var client = connect();
                var server = acceptAtTarget()) {
            assertPasses(client, server, 1);
            proxy.blackhole();
            client.getOutputStream().write(2);
            proxy.cut();
            assertThatThrownBy(() -> server.getInputStream().read())
                    .isInstanceOf(SocketException.class);
            proxy.close();
            assertThat(proxy.open()).isZero();
        }
    }

    @Test
    void a_target_that_is_away_is_a_reset() throws IOException {
        target.close();
        try (var client = connect()) {
            assertThatThrownBy(
                            () -> {
                                int end = client.getInputStream().read();
                                throw new AssertionError("read " + end);
                            })
                    .isInstanceOf(SocketException.class);
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(DEADLINE_MILLIS);
        return socket;
    }

    private Socket acceptAtTarget() throws IOException {
        Socket socket = target.accept();
        socket.setSoTimeout(DEADLINE_MILLIS);
        return socket;
    }

    private static void assertPasses(Socket from, Socket to, int value) throws IOException {
        from.getOutputStream().write(value);
        InputStream in = to.getInputStream();
        assertThat(in.read()).isEqualTo(value);
    }
}
