package dev.caddis.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Bytes as the tests write them down, and what reader and writer must make of them.
///
/// `20 'ab' ( 00 )` is hexadecimal, text in UTF-8, and a part in parentheses preceded by its length
/// as a variable byte integer.
final class Wire {

    static final int LARGEST = 268_435_460;

    private final String text;
    private int at;

    private Wire(String text) {
        this.text = text;
    }

    static byte[] hex(String text) {
        return new Wire(text).part();
    }

    private byte[] part() {
        var bytes = new ByteArrayOutputStream();
        while (at < text.length() && text.charAt(at) != ')') {
            char c = text.charAt(at++);
            if (c == '\'') {
                int end = text.indexOf('\'', at);
                bytes.writeBytes(text.substring(at, end).getBytes(StandardCharsets.UTF_8));
                at = end + 1;
            } else if (c == '(') {
                byte[] inner = part();
                at++;
                int length = inner.length;
                for (; length >= 0x80; length >>>= 7) {
                    bytes.write(length | 0x80);
                }
                bytes.write(length);
                bytes.writeBytes(inner);
            } else if (!Character.isWhitespace(c)) {
                bytes.write(Integer.parseInt(text.substring(at - 1, ++at), 16));
            }
        }
        return bytes.toByteArray();
    }

    static byte[] written(ProtocolVersion version, Packet packet) {
        var writer = new PacketWriter(version);
        var sink = new ByteSink(1);
        writer.write(packet, sink);
        assertThat(writer.sizeOf(packet)).as("size of " + packet).isEqualTo(sink.length());
        return Arrays.copyOf(sink.array(), sink.length());
    }

    static List<Packet> read(Sender sender, ProtocolVersion version, byte[] bytes)
            throws MalformedPacketException {
        List<Packet> packets = new ArrayList<>();
        var reader = new PacketReader(sender, version, LARGEST);
        reader.feed(bytes, 0, bytes.length, packets::add);
        assertThat(reader.pendingBytes()).isZero();
        return packets;
    }

    static void assertBothWays(
            Sender sender, ProtocolVersion version, Packet packet, String expected)
            throws MalformedPacketException {
        assertThat(written(version, packet)).asHexString().isEqualTo(hexOf(expected));
        assertReads(sender, version, expected, packet);
    }

    static void assertReads(
            Sender sender, ProtocolVersion version, String bytes, Packet... expected)
            throws MalformedPacketException {
        assertThat(read(sender, version, hex(bytes))).containsExactly(expected);
    }

    static void assertRefused(
            Sender sender, ProtocolVersion version, String bytes, ReasonCode reason, String says) {
        MalformedPacketException refusal =
                catchThrowableOfType(
                        MalformedPacketException.class, () -> read(sender, version, hex(bytes)));
        assertThat(refusal).as(bytes).isNotNull().hasMessageContaining(says);
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
    }

    static void assertRefused(PacketReader reader, byte[] bytes, ReasonCode reason) {
        assertThatThrownBy(() -> reader.feed(bytes, 0, bytes.length, packet -> {}))
                .isInstanceOfSatisfying(
                        MalformedPacketException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }

    static void assertUnwritable(ProtocolVersion version, Packet packet, String says) {
        var sink = new ByteSink(16);
        assertThatThrownBy(() -> new PacketWriter(version).write(packet, sink))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining(says);
        assertThat(sink.length()).as("bytes of a refused packet").isZero();
        assertThatThrownBy(() -> new PacketWriter(version).sizeOf(packet))
                .isInstanceOf(EncodingException.class);
    }

    private static String hexOf(String text) {
        var hex = new StringBuilder();
        for (byte b : hex(text)) {
            hex.append(String.format("%02X", b));
        }
        return hex.toString();
    }
}
