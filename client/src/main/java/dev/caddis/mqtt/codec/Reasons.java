package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.ReasonCode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reason codes as they arrive: each packet has its own list (2.4).
final class Reasons {

    private Reasons() {}

    /// The next byte as a reason code of `allowed`.
    static ReasonCode read(ByteSource in, Set<ReasonCode> allowed) throws MalformedPacketException {
        int value = in.oneByte("reason code");
        ReasonCode reason = ReasonCode.ofValue(value);
        if (reason == null || !allowed.contains(reason)) {
            throw unlisted(in, value);
        }
        return reason;
    }

    /// The rest of the packet as reason codes of `allowed`, at least one.
    static List<ReasonCode> readAll(ByteSource in, Set<ReasonCode> allowed)
            throws MalformedPacketException {
        if (!in.hasMore()) {
            throw in.protocolError("list of reason codes", "is empty");
        }
        List<ReasonCode> reasons = new ArrayList<>(in.remaining());
        while (in.hasMore()) {
            reasons.add(read(in, allowed));
        }
        return reasons;
    }

    static MalformedPacketException unlisted(ByteSource in, int value) {
        return in.protocolError(
                "reason code",
                String.format("is 0x%02X, which the standard does not list for it", value));
    }
}
