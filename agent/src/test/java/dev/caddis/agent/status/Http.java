package dev.caddis.agent.status;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// Asks as a browser might, or as one that means no good: every header is ours to choose.
public record Http(int code, String head, String body) {

    private static final int SILENCE_MILLIS = 30_000;

    /// GET with the host name of this machine.
    public static Http get(int port, String path) throws IOException {
        return ask(port, "GET", path, "127.0.0.1:" + port);
    }

    static Http ask(int port, String method, String path, String host) throws IOException {
        return ask(port, method, path, host, "");
    }

    /// @param more header lines, each with its end
    static Http ask(int port, String method, String path, String host, String more)
            throws IOException {
        try (Socket socket = open(port, method, path, host, more)) {
            byte[] all = socket.getInputStream().readAllBytes();
            String text = new String(all, StandardCharsets.UTF_8);
            int blank = text.indexOf("\r\n\r\n");
            return new Http(
                    Integer.parseInt(text.split(" ", 3)[1]),
                    text.substring(0, blank),
                    text.substring(blank + 4));
        }
    }

    /// A request whose answer the caller reads.
    static Socket open(int port, String method, String path, String host) throws IOException {
        return open(port, method, path, host, "");
    }

    static Socket open(int port, String method, String path, String host, String more)
            throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(SILENCE_MILLIS);
        socket.getOutputStream()
                .write(
                        (method
                                        + " "
                                        + path
                                        + " HTTP/1.1\r\nHost: "
                                        + host
                                        + "\r\nOrigin: http://evil.example\r\n"
                                        + more
                                        + "Connection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    Optional<String> header(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ": ";
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst();
    }
}
