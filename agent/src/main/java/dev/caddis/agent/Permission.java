package dev.caddis.agent;

import dev.caddis.mqtt.packet.ReasonCode;

/// What to look at when a broker does not authorize something: the end of a sentence, empty for
/// every other reason.
public final class Permission {

    private Permission() {}

    /// Of a subscription that was refused.
    public static String toRead(ReasonCode reason) {
        return reason == ReasonCode.NOT_AUTHORIZED ? "; may this client read that topic?" : "";
    }

    /// Of a message that was refused.
    public static String toPublish(ReasonCode reason) {
        return reason == ReasonCode.NOT_AUTHORIZED ? "; may this client publish there?" : "";
    }
}
