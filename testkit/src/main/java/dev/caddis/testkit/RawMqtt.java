package dev.caddis.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// MQTT written by hand over a JDK socket: says what a broker answers without any MQTT library.
public final class RawMqtt implements AutoCloseable {
    private static final int DEADLINE_MILLIS = 10_000;
    private final SSLSocket socket;

    public RawMqtt(SSLContext context, int port) throws IOException {
        Socket plain = new Socket();
        plain.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), DEADLINE_MILLIS);
        plain.setSoTimeout(DEADLINE_MILLIS);
        socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
    }

    /// CONNECT of MQTT 5.0: clean start 0, keep alive 60 s, session expiry 1 hour; returns the
    /// CONNACK from its third byte on.
    public byte[] connect5(String clientId) throws IOException {
        return connect("00044d515454" + "05" + "00" + "003c" + "05" + "1100000e10", clientId);
    }

    /// CONNECT of MQTT 3.1.1: clean session 0, keep alive 60 s; returns the CONNACK from its third
    /// byte on.
    public byte[] connect311(String clientId) throws IOException {
        return connect("00044d515454" + "04" + "00" + "003c", clientId);
    }

    private byte[] connect(String variableHeader, String clientId) throws IOException {
        byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
        String body = variableHeader + "%04x".formatted(id.length) + HexFormat.of().formatHex(id);
        send("10" + "%02x".formatted(body.length() / 2) + body);
        return read(0x20);
    }

    public void send(String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex));
    }

    /// The next packet, whose first byte must be `header`, without its first byte and length (of at
    /// most 127).
    public byte[] read(int header) throws IOException {
        InputStream in = socket.getInputStream();
        int first = in.read();
        if (first != header) {
            throw new IOException("expected a packet 0x%02x, read 0x%02x".formatted(header, first));
        }
        int length = in.read();
        return in.readNBytes(length);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
