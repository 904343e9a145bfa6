package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.identity.Pki.Issued;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// A TLS server of the JDK on a free loopback port: shakes hands, then talks as the test says, one
/// client after the other.
final class TlsServer implements AutoCloseable {

    /// What the server does with a client after the handshake.
    interface Talk {
        void with(SSLSocket client) throws IOException;
    }

    /// Sends back each byte until the client ends.
    static final Talk ECHO = client -> client.getInputStream().transferTo(client.getOutputStream());

    private final SSLServerSocket listener;
    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private volatile @Nullable Function<List<String>, @Nullable String> alpn;

    private TlsServer(SSLServerSocket listener, Talk talk) {
        this.listener = listener;
        Thread.ofPlatform().daemon().name("tls-server").start(() -> serve(talk));
    }

    /// @param clientCa demands client certificates of this authority; null: asks for none
    /// @param signatureSchemes the only ones it knows; none given: all
    static TlsServer start(
            Issued identity,
            @Nullable X509Certificate clientCa,
            String protocol,
            Talk talk,
            String... signatureSchemes) {
        try {
            var listener =
                    (SSLServerSocket)
                            context(identity, clientCa)
                                    .getServerSocketFactory()
                                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            listener.setEnabledProtocols(new String[] {protocol});
            listener.setNeedClientAuth(clientCa != null);
            if (signatureSchemes.length > 0) {
                SSLParameters parameters = listener.getSSLParameters();
                parameters.setSignatureSchemes(signatureSchemes);
                listener.setSSLParameters(parameters);
            }
            return new TlsServer(listener, talk);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext context(Issued identity, @Nullable X509Certificate clientCa)
            throws IOException, GeneralSecurityException {
        char[] password = "test".toCharArray();
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(
                "server",
                identity.key(),
                password,
                identity.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(own, password);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", clientCa == null ? identity.certificate() : clientCa);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private void serve(Talk talk) {
        while (!listener.isClosed()) {
            try (SSLSocket client = (SSLSocket) listener.accept()) {
                Function<List<String>, @Nullable String> choice = alpn;
                if (choice != null) {
                    client.setHandshakeApplicationProtocolSelector(
                            (socket, offered) -> choice.apply(offered));
                }
                outcomes.add(serve(client, talk));
            } catch (IOException e) {
                outcomes.add("not accepted: " + e.getMessage());
            }
        }
    }

    private static String serve(SSLSocket client, Talk talk) {
        try {
            client.startHandshake();
        } catch (IOException e) {
            return "no handshake: " + e.getMessage();
        }
        try {
            talk.with(client);
            return "talked";
        } catch (IOException e) {
            return "broken: " + e.getMessage();
        }
    }

    Endpoint endpoint() {
        return new Endpoint(true, "localhost", listener.getLocalPort());
    }

    /// From the next client on `choice` is asked which of the protocols that it offers by ALPN is
    /// taken: null refuses them all, "" takes none.
    void chooseProtocol(Function<List<String>, @Nullable String> choice) {
        alpn = choice;
    }

    /// How it went with the next client: "talked", "no handshake: ...", "broken: ...".
    String outcome() throws InterruptedException {
        String outcome = outcomes.poll(10, TimeUnit.SECONDS);
        return outcome == null ? "nobody came" : outcome;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
