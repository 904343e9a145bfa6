package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.ReasonCode;

/// Received bytes that are no packet, or a packet the standard forbids. The connection they came
/// over must be closed `[MQTT-4.13.1-1]`; in MQTT 5 a DISCONNECT, or a CONNACK, with [#reason] may
/// go first.
///
/// The message names the packet, the field and what is wrong with it; it never quotes a payload.
public final class MalformedPacketException extends Exception {

    private static final long serialVersionUID = 1;

    private final ReasonCode reason;

    MalformedPacketException(ReasonCode reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// What to tell the sender: 0x81 malformed packet, 0x82 protocol error, 0x84 unsupported
    /// protocol version, 0x85 client identifier not valid, 0x90 topic name invalid, 0x94 topic
    /// alias invalid, 0x95 packet too large.
    public ReasonCode reason() {
        return reason;
    }
}
