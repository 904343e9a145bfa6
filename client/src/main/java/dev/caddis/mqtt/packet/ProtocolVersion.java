package dev.caddis.mqtt.packet;

/// A version of the protocol, with the number that CONNECT carries for it (3.1.2.2).
public enum ProtocolVersion {
    V3_1_1(4, "3.1.1"),
    V5(5, "5");

    private final int level;
    private final String text;

    ProtocolVersion(int level, String text) {
        this.level = level;
        this.text = text;
    }

    /// The Protocol Level (3.1.1) or Protocol Version (5.0) byte of CONNECT.
    public int level() {
        return level;
    }

    /// `5` or `3.1.1`, as a person writes it.
    @Override
    public String toString() {
        return text;
    }
}
