package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.UserProperty;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The property section that every acknowledgement has: a reason in words, and user properties
/// (3.4.2.2, 3.9.2.1, 3.11.2.1).
record ReasonProperties(@Nullable String reasonString, List<UserProperty> userProperties) {

    static final ReasonProperties NONE = new ReasonProperties(null, List.of());

    static ReasonProperties read(ByteSource in) throws MalformedPacketException {
        if (in.skipsNoProperties()) {
            return NONE;
        }
        @Nullable String reasonString = null;
        var property = new PropertyInput(in);
        while (property.next()) {
            switch (property.id()) {
                case REASON_STRING -> reasonString = property.text();
                case USER_PROPERTY -> property.userProperty();
                default -> throw property.foreign();
            }
        }
        return new ReasonProperties(reasonString, property.userProperties());
    }

    static void write(
            @Nullable String reasonString, List<UserProperty> userProperties, FieldOutput output) {
        output.properties(section -> {
            section.property(Property.REASON_STRING, reasonString);
            section.userProperties(userProperties);
        });
    }
}
