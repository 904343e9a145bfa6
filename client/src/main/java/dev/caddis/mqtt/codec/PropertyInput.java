package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Property.SUBSCRIPTION_IDENTIFIER;
import static dev.caddis.mqtt.codec.Property.USER_PROPERTY;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.UserProperty;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// One property section of a packet (2.2.2): [#next] until false, then the packet goes on behind
/// it.
///
/// Each value is taken by the method of its type, which refuses what is out of range.
final class PropertyInput {

    private final ByteSource source;
    private final int outerLimit;
    private long seen; // one bit for each property
    private Property current = USER_PROPERTY;
    private @Nullable List<UserProperty> userProperties;

    PropertyInput(ByteSource source) throws MalformedPacketException {
        this.source = source;
        this.outerLimit = source.narrow("property length", source.variable("property length"));
    }

    /// Steps to the next property; false at the end of the section.
    boolean next() throws MalformedPacketException {
        if (!source.hasMore()) {
            source.widen(outerLimit);
            return false;
        }
        int id = source.variable("property identifier");
        Property property = Property.ofId(id);
        if (property == null) {
            throw source.malformed(
                    "property identifier", "is " + id + ", which the standard does not name");
        }
        long bit = 1L << property.ordinal();
        if ((seen & bit) != 0 && !mayRepeat(property)) {
            throw source.protocolError(property, "occurs more than once");
        }
        seen |= bit;
        current = property;
        return true;
    }

    /// User properties repeat everywhere, subscription identifiers in PUBLISH (3.3.2.3.8).
    private boolean mayRepeat(Property property) {
        return property == USER_PROPERTY
                || (property == SUBSCRIPTION_IDENTIFIER && source.packet() == PacketType.PUBLISH);
    }

    Property id() {
        return current;
    }

    /// The refusal of a property that this packet does not have (2.2.2.2).
    MalformedPacketException foreign() {
        return source.malformed(current, "is no property of this packet");
    }

    /// A byte that is 0 or 1.
    boolean flag() throws MalformedPacketException {
        int value = source.oneByte(current);
        if (value > 1) {
            throw source.protocolError(current, "is " + value + "; only 0 and 1 are allowed");
        }
        return value == 1;
    }

    int twoBytes() throws MalformedPacketException {
        return source.twoBytes(current);
    }

    int positiveTwoBytes() throws MalformedPacketException {
        return (int) positive(source.twoBytes(current));
    }

    long fourBytes() throws MalformedPacketException {
        return source.fourBytes(current);
    }

    long positiveFourBytes() throws MalformedPacketException {
        return positive(source.fourBytes(current));
    }

    int positiveVariable() throws MalformedPacketException {
        return (int) positive(source.variable(current));
    }

    /// A topic alias; 0 has a reason code of its own `[MQTT-3.3.2-8]`.
    int topicAlias() throws MalformedPacketException {
        int alias = source.twoBytes(current);
        if (alias == 0) {
            throw source.refusal(ReasonCode.TOPIC_ALIAS_INVALID, current, "is 0");
        }
        return alias;
    }

    String text() throws MalformedPacketException {
        return source.text(current);
    }

    /// A response topic, which is a topic name `[MQTT-3.3.2-14]`.
    String topicName() throws MalformedPacketException {
        return source.topicName(current);
    }

    Bytes binary() throws MalformedPacketException {
        return source.binary(current);
    }

    void userProperty() throws MalformedPacketException {
        if (userProperties == null) {
            userProperties = new ArrayList<>();
        }
        userProperties.add(
                new UserProperty(source.text(current), source.text(current))); // [MQTT-1.5.7-1]
    }

    /// All user properties taken so far, in their order.
    List<UserProperty> userProperties() {
        return userProperties == null ? List.of() : userProperties;
    }

    private long positive(long value) throws MalformedPacketException {
        if (value == 0) {
            throw source.protocolError(current, "is 0");
        }
        return value;
    }
}
