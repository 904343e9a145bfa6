package dev.caddis.mqtt.codec;

/// A packet that cannot be expressed: it needs MQTT 5 on a 3.1.1 connection, breaks a rule of the
/// standard, or is longer than 268,435,455 bytes. Nothing of it was written.
public final class EncodingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    EncodingException(PacketType packet, String problem) {
        super(packet + " cannot be written: " + problem);
    }

    /// The refusal of a field that 3.1.1 does not have: never stripped in silence.
    static EncodingException needsMqtt5(PacketType packet, String what) {
        return new EncodingException(
                packet, what + " cannot travel in MQTT 3.1.1; leave it out or connect with MQTT 5");
    }
}
