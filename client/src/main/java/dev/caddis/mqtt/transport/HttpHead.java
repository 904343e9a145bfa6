package dev.caddis.mqtt.transport;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The beginning of an HTTP/1.1 response, up to its empty line (RFC 9112): what a proxy and a
/// WebSocket server answer before they step aside.
///
/// @param fields by their names in lower case; several of one name are joined by commas
record HttpHead(int status, String reason, Map<String, String> fields) {

    private static final int BYTES_MAX = 16 << 10;
    private static final int STATUS_START = "HTTP/1.1 ".length();
    private static final int STATUS_END = STATUS_START + 3;

    HttpHead {
        fields = Map.copyOf(fields);
    }

    /// Reads as many bytes as belong to the head and not one more.
    ///
    /// @throws EOFException when the other side closes before its end
    /// @throws IOException also when it is no HTTP; the message says what it is
    static HttpHead read(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int ending = 0; ending < 2; ) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("it ended within its HTTP answer");
            }
            if (octet == '\n') {
                ending++;
            } else if (octet != '\r') {
                ending = 0;
            }
            bytes.write(octet);
            if (bytes.size() == STATUS_START && !begins(bytes)) {
                throw new IOException("it does not speak HTTP");
            }
            if (bytes.size() > BYTES_MAX) {
                throw new IOException("its HTTP answer begins with more than 16 KiB of fields");
            }
        }
        return parse(bytes.toString(StandardCharsets.ISO_8859_1));
    }

    private static boolean begins(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1).startsWith("HTTP/1.");
    }

    private static HttpHead parse(String text) throws IOException {
        String[] lines = text.split("\r?\n", -1);
        if (lines.length == 0 || lines[0].length() < STATUS_END) {
            throw new IOException("it does not speak HTTP");
        }
        String status = lines[0].substring(STATUS_START, STATUS_END);
        if (!status.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IOException("it does not speak HTTP");
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                fields.merge(
                        lines[i].substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip(),
                        (before, more) -> before + ", " + more);
            }
        }
        return new HttpHead(
                Integer.parseInt(status), lines[0].substring(STATUS_END).strip(), fields);
    }

    /// The field, or an empty text.
    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /// "407 Proxy Authentication Required"
    String line() {
        return Text.printable((status + " " + reason).strip());
    }
}
