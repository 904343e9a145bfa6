package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// One of the four packets that answer a PUBLISH or each other: the same fields, in the same order
/// (3.4 to 3.7).
///
/// In 3.1.1 only the packet identifier travels; the reason is then [ReasonCode#SUCCESS].
public sealed interface Acknowledgement extends Packet permits Puback, Pubrec, Pubrel, Pubcomp {

    /// Identifier of the PUBLISH whose exchange this belongs to, 1 to 65,535 `[MQTT-2.2.1-5]`.
    int packetId();

    ReasonCode reason();

    @Nullable String reasonString();

    List<UserProperty> userProperties();
}
