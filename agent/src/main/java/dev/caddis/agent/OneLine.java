package dev.caddis.agent;

import dev.caddis.mqtt.packet.Bytes;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Makes what came from outside fit to stand in one line of a log: it can break no line and steer
/// no terminal.
public final class OneLine {

    private static final int PAYLOAD_CHARACTERS_MAX = 1_000;

    private OneLine() {}

    /// `payload` as text, shortened when it is long; what is not UTF-8 is told by its size alone.
    public static String payload(Bytes payload) {
        String text;
        try {
            ByteBuffer bytes = payload.asByteBuffer();
            text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException notText) {
            return "(" + payload.length() + " bytes, not text)";
        }
        if (text.isEmpty()) {
            return "(empty)";
        }
        return text.length() <= PAYLOAD_CHARACTERS_MAX
                ? text(text)
                : text(text.substring(0, PAYLOAD_CHARACTERS_MAX))
                        + "... ("
                        + payload.length()
                        + " bytes)";
    }

    /// `text` with control characters written as `\n`, `\t` or `\u001b`.
    public static String text(String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                        line.append(String.format("\\u%04x", (int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        return line.toString();
    }
}
