package dev.caddis.mqtt.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/// MQTT in frames (RFC 6455): bytes in, bytes out.
class WebSocketTest {

    private static final Endpoint ENDPOINT = Endpoint.parse("ws://broker:8080/mqtt?a=1");
    private static final int SMALL = 125;
    private static final int MEDIUM = 65_535;

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    private WebSocket receiving(String frames) {
        byte[] bytes = HexFormat.of().parseHex(frames.replace(" ", ""));
        return new WebSocket(ENDPOINT, new ByteArrayInputStream(bytes), sent);
    }

    /// Made when it is first read: it depends on the key of the request.
    private static final class Answer extends InputStream {
        private final String answer;
        private final ByteArrayOutputStream request;
        private @Nullable InputStream made;

        Answer(String answer, ByteArrayOutputStream request) {
            this.answer = answer;
            this.request = request;
        }

        @Override
        public int read() throws IOException {
            return made().read();
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            return made().read(bytes, from, count);
        }

        private InputStream made() throws IOException {
            InputStream in = made;
            if (in == null) {
                String name = "Sec-WebSocket-Key: ";
                String key =
                        request.toString(StandardCharsets.US_ASCII)
                                .lines()
                                .filter(line -> line.startsWith(name))
                                .findFirst()
                                .orElseThrow()
                                .substring(name.length());
                in =
                        new ByteArrayInputStream(
                                answer.replace("|", "\r\n")
                                        .replace("ACCEPT", accept(key))
                                        .getBytes(StandardCharsets.US_ASCII));
                made = in;
            }
            return in;
        }
    }

    private WebSocket answering(String answer) {
        return new WebSocket(ENDPOINT, new Answer(answer, sent), sent);
    }

    private static String accept(String key) throws IOException {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-1")
                                    .digest(
                                            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    @Test
    void the_opening_asks_for_the_subprotocol_mqtt() throws Exception { // [MQTT-6.0.0-3]
        answering(
                        "HTTP/1.1 101 Switching Protocols|upgrade: WebSocket|Connection:"
                                + " keep-alive, Upgrade|Sec-WebSocket-Accept:"
                                + " ACCEPT|Sec-WebSocket-Protocol: mqtt||")
                .open();
        assertThat(sent.toString(StandardCharsets.US_ASCII))
                .startsWith(
                        "GET /mqtt?a=1 HTTP/1.1\r\nHost: broker:8080\r\nUpgrade: websocket\r\n"
                                + "Connection: Upgrade\r\nSec-WebSocket-Key: ")
                .contains("\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "HTTP/1.1 404 Not Found||; the server answered 404 Not Found; write the path",
                "HTTP/1.1 302 Found|Location: /x||; it points to /x, which is not followed",
                "HTTP/1.1 101 Yes|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Accept:"
                        + " no||; is not that of a WebSocket server",
                "HTTP/1.1 101 Yes|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Accept:"
                        + " ACCEPT||; does not agree to the subprotocol mqtt",
                "HTTP/1.1 101 Yes|Upgrade: websocket; the server closed the connection",
                " \u0002\u0000\u0000_________; it does not speak HTTP",
            })
    void a_server_that_is_none_is_named(String answer, String sentence) {
        DialException refused = assertThrows(DialException.class, () -> answering(answer).open());
        assertThat(refused.failure().kind()).isEqualTo(Kind.WEBSOCKET_REFUSED);
        assertThat(refused.failure().sentence())
                .startsWith("cannot connect to ws://broker:8080/mqtt?a=1: ")
                .contains(sentence);
    }

    @Test
    void frames_have_no_relation_to_packets() throws IOException { // [MQTT-6.0.0-2]
        WebSocket socket = receiving("02 01 d0  00 00  80 03 00d000  82 7e0002 d000");
        assertThat(socket.input().readAllBytes())
                .isEqualTo(HexFormat.of().parseHex("d000d000d000"));
    }

    @Test
    void a_ping_is_answered_by_the_writer_and_a_pong_is_passed_over() throws IOException {
        WebSocket socket = receiving("8a00 8902cafe 8201 d0");
        AtomicInteger owing = new AtomicInteger();
        socket.whenOwing(owing::incrementAndGet);
        assertThat(socket.input().read()).isEqualTo(0xd0);
        assertThat(owing).hasValue(1);
        assertThat(sent.size()).as("the reader never writes").isZero();
        socket.output().flush();
        assertThat(unmasked()).isEqualTo("8a cafe");
        sent.reset();
        socket.output().flush();
        assertThat(sent.size()).as("once").isZero();
    }

    @Test
    void the_end_is_told_with_the_servers_reason() throws IOException {
        WebSocket socket = receiving("8804 03ea 6e6f");
        assertThat(socket.input().read()).isEqualTo(-1);
        assertThat(socket.closed()).isEqualTo("the server closed the WebSocket with code 1002, no");
        assertThat(socket.input().read()).as("still").isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "8101 61, a text frame", // [MQTT-6.0.0-1]
        "8281 00000000 d0, does not allow a server to send", // masked
        "c201 d0, does not allow a server to send", // a bit of an extension
        "8001 d0, a frame out of turn",
        "0201 d0 8201 d0, a frame out of turn",
        "0900, a control frame that is cut in pieces",
        "897e0080, a control frame that is cut in pieces or too long",
        "8301 00, a frame of an unknown kind",
        "8b00, a control frame of an unknown kind",
        "827fffffffffffffffff, a frame of more than 2^63 bytes",
        "82, ended within a WebSocket frame",
        "8905 01, ended within a WebSocket frame",
    })
    void what_no_server_may_send_ends_the_connection(String frames, String sentence) {
        WebSocket socket = receiving(frames);
        assertThat(
                        assertThrows(
                                IOException.class,
                                () -> {
                                    while (socket.input().read() >= 0) {
                                        // until it is met
                                    }
                                }))
                .hasMessageContaining(sentence);
    }

    @Test
    void what_is_written_is_masked_and_of_every_length() throws IOException {
        for (int length : new int[] {1, SMALL, SMALL + 1, MEDIUM, MEDIUM + 1}) {
            sent.reset();
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) 7);
            receiving("").output().write(bytes, 0, length);
            assertThat(unmasked()).isEqualTo("82 " + HexFormat.of().formatHex(bytes));
        }
        sent.reset();
        receiving("").output().close();
        assertThat(unmasked()).isEqualTo("88 03e8");
    }

    /// The one frame that was sent: its first octet and its content.
    private String unmasked() {
        byte[] frame = sent.toByteArray();
        assertThat(frame[1] & 0x80).as("masked").isEqualTo(0x80);
        int length = frame[1] & 0x7F;
        int start = length < 126 ? 2 : length == 126 ? 4 : 10;
        byte[] content = Arrays.copyOfRange(frame, start + 4, frame.length);
        for (int i = 0; i < content.length; i++) {
            content[i] ^= frame[start + (i & 3)];
        }
        return HexFormat.of().formatHex(frame, 0, 1) + " " + HexFormat.of().formatHex(content);
    }
}
