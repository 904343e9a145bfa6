package dev.caddis.systemtests.crash;

import java.util.Locale;

/// One packet as a [Trace] saw it, or a broker's end or start between two packets.
///
/// @param nanos since the trace began
/// @param connection of that client, counted from 1
/// @param type of MQTT, such as 3 for PUBLISH; 0 where something happened to the broker
/// @param flags the lower four bits of the first byte; in CONNACK: 1 for session present
/// @param reason of an acknowledgement or CONNACK
/// @param message which is published or acknowledged; [Numbered#NONE] for others
record Sight(
        long nanos,
        int connection,
        boolean fromBroker,
        int type,
        int flags,
        int packetId,
        int reason,
        Numbered message,
        String note) {

    static final int CONNECT = 1;
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;

    private static final int DUP = 8;
    private static final int REFUSED = 0x80;

    boolean is(int packetType) {
        return type == packetType;
    }

    /// A PUBLISH that says it may be a repeated one.
    boolean dup() {
        return (flags & DUP) != 0;
    }

    boolean sessionPresent() {
        return (flags & 1) != 0;
    }

    /// From here on the broker is responsible for the message.
    boolean takes() {
        return fromBroker && (type == PUBACK || type == PUBREC) && reason < REFUSED;
    }

    @Override
    public String toString() {
        if (type == 0) {
            return String.format(Locale.ROOT, "%12.6f s  %s", nanos / 1e9, note);
        }
        return String.format(
                Locale.ROOT,
                "%12.6f s  connection %d, %s: %s",
                nanos / 1e9,
                connection,
                fromBroker ? "from the broker" : "to the broker",
                what());
    }

    /// Without its time and message.
    String brief() {
        if (type == 0) {
            return note;
        }
        return (fromBroker ? "from the broker on " : "to the broker on ")
                + connection
                + ": "
                + what().replace(", " + message, "");
    }

    private String what() {
        return switch (type) {
            case CONNECT -> "CONNECT, clean start " + (flags & 1);
            case CONNACK -> "CONNACK, session present " + (flags & 1) + why();
            case PUBLISH ->
                    "PUBLISH id "
                            + packetId
                            + ", QoS "
                            + (flags >> 1 & 3)
                            + (dup() ? ", DUP" : "")
                            + ", "
                            + message;
            case PUBACK -> "PUBACK id " + packetId + why();
            case PUBREC -> "PUBREC id " + packetId + why();
            case PUBREL -> "PUBREL id " + packetId + why();
            case PUBCOMP -> "PUBCOMP id " + packetId + why();
            default -> "packet of type " + type;
        };
    }

    private String why() {
        return reason == 0 ? "" : String.format(Locale.ROOT, ", reason 0x%02x", reason);
    }
}
