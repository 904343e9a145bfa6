package dev.caddis.mqtt.transport;

import static dev.caddis.mqtt.transport.TestIdentities.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;

/// ALPN as a TLS server of the JDK sees it.
class AlpnTest {

    private static final String AWS = "abc-ats.iot.eu-west-1.amazonaws.com";
    private static final Issued CA = Pki.authority("CN=Test CA");
    private static final Issued SERVER = CA.issue("CN=broker", "localhost", AWS);

    /// A server that takes a protocol by choice: null is an alert, "" is none of them.
    @FunctionalInterface
    private interface Choice {
        @Nullable String of(List<String> offered);
    }

    private final BlockingQueue<List<String>> offers = new ArrayBlockingQueue<>(4);
    private final BlockingQueue<String> sni = new ArrayBlockingQueue<>(4);

    private final TestIdentities identities;

    AlpnTest(@TempDir Path folder) {
        identities = new TestIdentities(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.2, true,  x-amzn-mqtt-ca",
        "TLSv1.3, true,  x-amzn-mqtt-ca",
        "TLSv1.2, false, mqtt",
        "TLSv1.3, false, mqtt"
    })
    void AWS_IoT_on_443_is_asked_for_MQTT_by_itself(
            String protocol, boolean certificate, String expected) throws Exception {
        try (TlsServer server = server(protocol, certificate, offered -> offered.getFirst())) {
            // The endpoint says 443; the bytes go to the port that is free here.
            var setup = new TlsSetup(new Endpoint(true, AWS, 443), identity(certificate).load());
            try (SSLSocket socket = setup.over(connected(server))) {
                socket.startHandshake();
                expectEcho(socket);
                assertThat(socket.getApplicationProtocol()).isEqualTo(expected);
            }
            assertThat(offers.poll(10, TimeUnit.SECONDS)).containsExactly(expected);
            assertThat(sni.poll(10, TimeUnit.SECONDS)).isEqualTo(AWS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8883, 8443})
    void AWS_IoT_elsewhere_is_offered_nothing(int port) throws Exception {
        try (TlsServer server = server("TLSv1.3", true, offered -> null)) {
            var setup = new TlsSetup(new Endpoint(true, AWS, port), identity(true).load());
            try (SSLSocket socket = setup.over(connected(server))) {
                socket.startHandshake();
                expectEcho(socket);
            }
            assertThat(sni.poll(10, TimeUnit.SECONDS)).isEqualTo(AWS);
            assertThat(offers).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void protocols_that_are_set_arrive_in_their_order(String protocol) throws Exception {
        try (TlsServer server = server(protocol, true, offered -> "mqtt")) {
            Endpoint endpoint = server.endpoint().offering(List.of("x-first", "mqtt"));
            Link link = new Dial(endpoint, null, identity(true), phase -> {}).run();
            assertThat(offers.poll(10, TimeUnit.SECONDS)).containsExactly("x-first", "mqtt");
            assertThat(link.description()).endsWith("server CN=broker, ALPN mqtt");
            link.close();
        }
    }

    @Test
    void without_protocols_nothing_arrives() throws Exception {
        try (TlsServer server = server("TLSv1.3", true, offered -> null)) {
            Link link = new Dial(server.endpoint(), null, identity(true), phase -> {}).run();
            assertThat(sni.poll(10, TimeUnit.SECONDS)).isEqualTo("localhost");
            assertThat(offers).isEmpty();
            assertThat(link.description()).endsWith("server CN=broker");
            link.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_server_that_picks_nothing_is_accepted(String protocol) throws Exception {
        try (TlsServer server = server(protocol, true, offered -> "")) {
            Endpoint endpoint = server.endpoint().offering(List.of("mqtt"));
            Link link = new Dial(endpoint, null, identity(true), phase -> {}).run();
            assertThat(link.description()).endsWith("server CN=broker");
            link.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_server_that_refuses_all_of_them_is_told_with_what_was_offered(String protocol)
            throws Exception {
        try (TlsServer server = server(protocol, true, offered -> null)) {
            Endpoint endpoint = server.endpoint().offering(List.of("x-first", "mqtt"));
            assertThat(
                            failure(
                                    Kind.TLS_ALERT,
                                    new Dial(endpoint, null, identity(true), phase -> {})))
                    .startsWith("cannot connect to " + endpoint)
                    .contains(
                            "takes none of the protocols we offer, ALPN x-first, mqtt (TLS alert");
        }
    }

    @Test
    void ALPN_changes_nothing_about_whom_we_trust() throws Exception {
        Issued stranger = Pki.authority("CN=Other CA").issue("CN=broker", "localhost");
        try (TlsServer server = TlsServer.start(stranger, null, "TLSv1.3", TlsServer.ECHO)) {
            Endpoint endpoint = server.endpoint().offering(List.of("mqtt"));
            failure(Kind.SERVER_UNTRUSTED, new Dial(endpoint, null, identity(false), phase -> {}));
        }
    }

    private ClientIdentity identity(boolean certificate) {
        return certificate ? identities.of(CA, CA.issue("CN=pump-17")) : identities.trusting(CA);
    }

    private TlsServer server(String protocol, boolean demandsCertificate, Choice choice) {
        TlsServer server =
                TlsServer.start(
                        SERVER,
                        demandsCertificate ? CA.certificate() : null,
                        protocol,
                        client -> {
                            var session = (ExtendedSSLSession) client.getSession();
                            session.getRequestedServerNames()
                                    .forEach(name -> sni.add(((SNIHostName) name).getAsciiName()));
                            TlsServer.ECHO.with(client);
                        });
        server.chooseProtocol(offered -> {
            offers.add(List.copyOf(offered));
            return choice.of(offered);
        });
        return server;
    }

    private static Wire connected(TlsServer server) throws IOException {
        Wire wire = new Wire();
        wire.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.endpoint().port()),
                0);
        return wire;
    }

    private static void expectEcho(SSLSocket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }
}
