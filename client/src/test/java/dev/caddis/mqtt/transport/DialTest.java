package dev.caddis.mqtt.transport;

import static dev.caddis.mqtt.transport.TestIdentities.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;

class DialTest {

    private static final Issued CA = Pki.authority("CN=Test CA");
    private static final Issued SERVER =
            CA.intermediate("CN=Middle").issue("CN=broker", "localhost", "127.0.0.1");

    private final TestIdentities identities;

    DialTest(@TempDir Path folder) {
        identities = new TestIdentities(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_trusted_server_is_reached(String protocol) throws Exception {
        var phases = new ArrayList<Phase>();
        try (TlsServer server = TlsServer.start(SERVER, null, protocol, TlsServer.ECHO)) {
            Link link =
                    new Dial(server.endpoint(), null, identities.trusting(CA), phases::add).run();
            expectEcho(link);
            assertThat(link.description())
                    .startsWith(protocol + ", TLS_")
                    .endsWith("server CN=broker");
            assertThat(phases)
                    .containsExactly(Phase.RESOLVING, Phase.CONNECTING, Phase.HANDSHAKING);
            link.close();
            assertThat(server.outcome()).isEqualTo("talked"); // an orderly end, not a reset
            assertThat(link.explain(null).kind()).isEqualTo(Kind.ABORTED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_client_certificate_is_given_to_a_server_that_demands_one(String protocol)
            throws Exception {
        Issued device = CA.intermediate("CN=Devices").issue("CN=pump-17");
        try (TlsServer server =
                TlsServer.start(SERVER, CA.certificate(), protocol, TlsServer.ECHO)) {
            Link link = dial(server, identities.of(CA, device)).run();
            expectEcho(link);
            link.close();
            assertThat(server.outcome()).isEqualTo("talked");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_certificate_longer_than_a_TLS_record_is_taken_with_the_chain_above_it(String protocol)
            throws Exception {
        String[] names =
                IntStream.range(0, 600)
                        .mapToObj(i ->
                                i == 0 ? "localhost" : "endpoint-%04d.example.com".formatted(i))
                        .toArray(String[]::new);
        Issued large = CA.intermediate("CN=Upper").intermediate("CN=Lower").issue("CN=big", names);
        assertThat(large.certificate().getEncoded()).hasSizeGreaterThan(16_384);
        assertThat(large.chain()).hasSize(3);
        try (TlsServer server = TlsServer.start(large, null, protocol, TlsServer.ECHO)) {
            Link link = dial(server, identities.trusting(CA)).run();
            expectEcho(link);
            assertThat(link.description()).endsWith("server CN=big");
            link.close();
            assertThat(server.outcome()).isEqualTo("talked");
        }
    }

    @Test
    void a_host_name_is_sent_as_SNI_and_an_address_is_not() throws Exception {
        BlockingQueue<List<SNIServerName>> seen = new ArrayBlockingQueue<>(2);
        TlsServer.Talk note =
                client ->
                        seen.add(
                                ((ExtendedSSLSession) client.getSession())
                                        .getRequestedServerNames());
        try (TlsServer server = TlsServer.start(SERVER, null, "TLSv1.3", note)) {
            dial(server, identities.trusting(CA)).run().close();
            assertThat(seen.poll(10, TimeUnit.SECONDS))
                    .containsExactly(new SNIHostName("localhost"));
            Endpoint address = new Endpoint(true, "127.0.0.1", server.endpoint().port());
            new Dial(address, null, identities.trusting(CA), phase -> {}).run().close();
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void without_TLS_bytes_go_over_bare_TCP() throws Exception {
        var phases = new ArrayList<Phase>();
        try (RawServer server =
                RawServer.start(c -> c.getInputStream().transferTo(c.getOutputStream()))) {
            Link link = new Dial(server.endpoint(false), null, null, phases::add).run();
            expectEcho(link);
            assertThat(link.description()).isEqualTo("TCP without TLS");
            assertThat(phases).containsExactly(Phase.RESOLVING, Phase.CONNECTING);
            link.close();
        }
    }

    @Test
    void TLS_without_an_identity_is_a_mistake_of_the_caller() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Dial(new Endpoint(true, "localhost", 1), null, null, phase -> {}));
    }

    @Test
    void a_problem_of_our_files_ends_the_attempt_before_anything_is_sent() {
        var phases = new ArrayList<Phase>();
        ClientIdentity broken =
                ClientIdentity.pem(
                        null,
                        identities.folder().resolve("none.pem"),
                        identities.folder().resolve("none.key"));
        assertThat(
                        failure(
                                Kind.IDENTITY,
                                new Dial(
                                        new Endpoint(true, "localhost", 1),
                                        null,
                                        broken,
                                        phases::add)))
                .startsWith(
                        "cannot connect to mqtts://localhost:1: certificate file "
                                + identities.folder())
                .contains("does not exist");
        assertThat(phases).isEmpty();
    }

    @Test
    void the_addresses_of_a_host_are_tried_in_turn() throws Exception {
        try (RawServer server =
                RawServer.start(c -> c.getInputStream().transferTo(c.getOutputStream()))) {
            InetAddress nobody = InetAddress.getByName("127.0.0.2");
            InetAddress right = InetAddress.getLoopbackAddress();
            Dial dial =
                    new Dial(
                            server.endpoint(false),
                            null,
                            null,
                            phase -> {},
                            host -> new InetAddress[] {nobody, right});
            Link link = dial.run();
            expectEcho(link);
            link.close();
        }
    }

    @Test
    void each_address_has_a_deadline_of_its_own_and_eight_are_tried() throws Exception {
        int port;
        try (TlsServer server = TlsServer.start(SERVER, null, "TLSv1.3", TlsServer.ECHO)) {
            port = server.endpoint().port();
        }
        InetAddress nobody = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        var phases = new ArrayList<Phase>();
        Dial dial =
                new Dial(
                        new Endpoint(true, "localhost", port),
                        null,
                        identities.trusting(CA),
                        phases::add,
                        host -> Collections.nCopies(20, nobody).toArray(InetAddress[]::new));
        failure(Kind.REFUSED, dial);
        assertThat(phases).filteredOn(Phase.CONNECTING::equals).hasSize(8);
    }

    @Test
    void a_port_where_nobody_listens_is_told() throws IOException {
        Endpoint closed;
        try (RawServer server = RawServer.silent()) {
            closed = server.endpoint(false);
        }
        assertThat(failure(Kind.REFUSED, new Dial(closed, null, null, phase -> {})))
                .startsWith("cannot connect to " + closed + ": nothing listens on port")
                .contains("127.0.0.1");
    }

    @Test
    void a_host_without_address_is_told() {
        Endpoint nowhere = new Endpoint(false, "no-such-host.invalid", 1883); // RFC 6761 6.4
        assertThat(failure(Kind.UNKNOWN_HOST, new Dial(nowhere, null, null, phase -> {})))
                .contains("no address is known for host no-such-host.invalid");
    }

    private static Dial dial(TlsServer server, ClientIdentity identity) {
        return new Dial(server.endpoint(), null, identity, phase -> {});
    }

    private static void expectEcho(Link link) throws IOException {
        link.output().write(new byte[] {1, 2, 3});
        link.output().flush();
        assertThat(link.input().readNBytes(3)).containsExactly(1, 2, 3);
    }
}
