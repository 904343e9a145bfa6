package dev.caddis.systemtests;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A message as an independent observer received it.
///
/// @param payloadHex two hexadecimal digits a byte, whatever the payload is
/// @param qos as delivered to the observer: the lower of publisher's and observer's
public record Observed(String topic, String payloadHex, int qos, boolean retained) {
    static Observed of(String topic, byte[] payload, int qos, boolean retained) {
        return new Observed(topic, HexFormat.of().formatHex(payload), qos, retained);
    }

    public byte[] payload() {
        return HexFormat.of().parseHex(payloadHex);
    }

    /// The payload as UTF-8.
    public String text() {
        return new String(payload(), StandardCharsets.UTF_8);
    }
}
