package dev.caddis.agent.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Collections;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// Answers one MQTT 5 client over mutual TLS as a broker would that grants everything, and sends
/// what it gets at QoS 1 back to where it came from. One thread.
final class RehearsalBroker implements AutoCloseable {

    /// The birth, and the readings of three instants.
    private static final int PUBLISHED = 4;

    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int SUBSCRIBE = 8;
    private static final int PINGREQ = 12;
    private static final int DISCONNECT = 14;

    private final SSLServerSocket listening;

    private RehearsalBroker(SSLServerSocket listening) {
        this.listening = listening;
    }

    /// On a free port of loopback.
    ///
    /// @param store PKCS#12: the certificate of `localhost`, its key, and the CA of both ends
    static RehearsalBroker listening(Path store, String password)
            throws IOException, GeneralSecurityException {
        KeyStore material = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            material.load(in, password.toCharArray());
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(material, password.toCharArray());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities(material));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        var listening =
                (SSLServerSocket)
                        context.getServerSocketFactory()
                                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        listening.setNeedClientAuth(true);
        return new RehearsalBroker(listening);
    }

    private static KeyStore authorities(KeyStore material)
            throws IOException, GeneralSecurityException {
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        for (String alias : Collections.list(material.aliases())) {
            var chain = material.getCertificateChain(alias);
            if (chain != null) {
                authorities.setCertificateEntry("ca", chain[chain.length - 1]);
            }
        }
        return authorities;
    }

    int port() {
        return listening.getLocalPort();
    }

    /// Serves the first client that comes, until it leaves.
    ///
    /// @param published runs once the client has published enough
    /// @throws FailedException when it did not come, or was silent for as long as `patience`
    void serve(Duration patience, Runnable published) throws IOException {
        int millis = Math.toIntExact(patience.toMillis());
        listening.setSoTimeout(millis);
        try (SSLSocket client = (SSLSocket) listening.accept()) {
            client.setSoTimeout(millis);
            converse(
                    new DataInputStream(client.getInputStream()),
                    client.getOutputStream(),
                    published);
        } catch (SocketTimeoutException e) {
            throw new FailedException(
                    "no agent published within "
                            + patience.toSeconds()
                            + " s; run one with the caddis.yaml made here",
                    e);
        }
    }

    private static void converse(DataInputStream in, OutputStream out, Runnable published)
            throws IOException {
        int publishes = 0;
        while (true) {
            int first = in.read();
            if (first < 0) {
                return;
            }
            ByteBuffer body = ByteBuffer.wrap(in.readNBytes(length(in)));
            switch (first >> 4) {
                case CONNECT -> send(out, 0x20, new byte[] {0, 0, 0});
                case SUBSCRIBE -> send(out, 0x90, granted(body));
                case PUBLISH -> {
                    answer(first, body, out);
                    if (++publishes == PUBLISHED) {
                        published.run();
                    }
                }
                case PINGREQ -> send(out, 0xd0, new byte[0]);
                case DISCONNECT -> {
                    return;
                }
                default -> {} // acknowledgements of what was sent back
            }
            out.flush();
        }
    }

    /// PUBACK, then the same message at QoS 0.
    private static void answer(int first, ByteBuffer publish, OutputStream out) throws IOException {
        if ((first >> 1 & 3) != 1) {
            return;
        }
        byte[] topic = new byte[2 + publish.getShort(0)];
        publish.get(topic);
        send(out, 0x40, new byte[] {publish.get(), publish.get()});
        var back = new ByteArrayOutputStream();
        back.write(topic);
        byte[] rest = new byte[publish.remaining()];
        publish.get(rest);
        back.write(rest, 0, rest.length);
        send(out, 0x30, back.toByteArray());
    }

    /// SUBACK: each filter at QoS 1.
    private static byte[] granted(ByteBuffer subscribe) {
        var answer = new ByteArrayOutputStream();
        answer.write(subscribe.get());
        answer.write(subscribe.get());
        answer.write(0);
        int properties = subscribe.get(); // fewer than 128 bytes
        subscribe.position(subscribe.position() + properties);
        while (subscribe.hasRemaining()) {
            int filter = subscribe.getShort();
            subscribe.position(subscribe.position() + filter + 1);
            answer.write(1);
        }
        return answer.toByteArray();
    }

    private static void send(OutputStream out, int first, byte[] body) throws IOException {
        out.write(first);
        int rest = body.length;
        do {
            out.write(rest > 127 ? (rest & 127) | 128 : rest);
            rest >>= 7;
        } while (rest > 0);
        out.write(body);
    }

    private static int length(DataInputStream in) throws IOException {
        int length = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = in.readUnsignedByte();
            length |= (next & 127) << shift;
            if (next < 128) {
                return length;
            }
        }
        throw new EOFException("a packet has no end");
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
