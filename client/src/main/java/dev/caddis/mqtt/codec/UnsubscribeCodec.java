package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.mqtt.packet.UserProperty;

import java.util.ArrayList;
import java.util.List;

/// UNSUBSCRIBE (3.10): packet identifier, properties in MQTT 5, then filters.
final class UnsubscribeCodec {

    private UnsubscribeCodec() {}

    static Unsubscribe read(ByteSource in, ProtocolVersion version)
            throws MalformedPacketException {
        int packetId = in.packetId();
        List<UserProperty> userProperties = List.of();
        if (version == ProtocolVersion.V5 && !in.skipsNoProperties()) {
            var property = new PropertyInput(in);
            while (property.next()) {
                switch (property.id()) {
                    case USER_PROPERTY -> property.userProperty();
                    default -> throw property.foreign();
                }
            }
            userProperties = property.userProperties();
        }
        if (!in.hasMore()) { // [MQTT-3.10.3-2]
            throw in.protocolError("list of topic filters", "is empty");
        }
        List<String> filters = new ArrayList<>();
        while (in.hasMore()) {
            filters.add(in.topicFilter());
        }
        return new Unsubscribe(packetId, filters, userProperties);
    }

    static void write(Unsubscribe unsubscribe, ProtocolVersion version, FieldOutput output) {
        output.packetId(unsubscribe.packetId());
        if (version == ProtocolVersion.V5) {
            output.properties(section -> section.userProperties(unsubscribe.userProperties()));
        } else if (!unsubscribe.userProperties().isEmpty()) {
            throw output.needsMqtt5("a user property");
        }
        if (unsubscribe.filters().isEmpty()) { // [MQTT-3.10.3-2]
            throw output.refusal("its list of topic filters is empty");
        }
        unsubscribe.filters().forEach(output::topicFilter);
    }
}
