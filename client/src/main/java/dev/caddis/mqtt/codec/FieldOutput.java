package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.UserProperty;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Takes the fields of a packet in their order, and either measures them or writes them, so that
/// each codec states its layout once. What the other side's reader would refuse is refused here,
/// while measuring: a write never stops halfway.
final class FieldOutput {

    static final long FOUR_BYTES_MAX = 0xFFFF_FFFFL;

    private final PacketType packet;
    private final @Nullable ByteSink sink;
    private long length;

    private FieldOutput(PacketType packet, @Nullable ByteSink sink) {
        this.packet = packet;
        this.sink = sink;
    }

    /// Writes into `sink` what was measured before.
    static FieldOutput writing(PacketType packet, ByteSink sink) {
        return new FieldOutput(packet, sink);
    }

    /// Bytes that `fields` takes.
    static long measure(PacketType packet, Consumer<FieldOutput> fields) {
        var output = new FieldOutput(packet, null);
        fields.accept(output);
        return output.length;
    }

    EncodingException refusal(String problem) {
        return new EncodingException(packet, problem);
    }

    EncodingException needsMqtt5(String what) {
        return EncodingException.needsMqtt5(packet, what);
    }

    void oneByte(int value) {
        length++;
        if (sink != null) {
            sink.oneByte(value);
        }
    }

    void twoBytes(Object field, int value) {
        requireRange(field, value, 0, 0xFFFF);
        length += 2;
        if (sink != null) {
            sink.twoBytes(value);
        }
    }

    /// A packet identifier, which is never 0 `[MQTT-2.2.1-3]`.
    void packetId(int id) {
        requireRange("packet identifier", id, 1, 0xFFFF);
        twoBytes("packet identifier", id);
    }

    void variable(Object field, long value) {
        requireRange(field, value, 0, VariableByteInteger.MAX);
        length += VariableByteInteger.sizeOf((int) value);
        if (sink != null) {
            sink.variable((int) value);
        }
    }

    void text(Object field, String text) {
        length += 2 + Text.encodedLength(packet, field, text);
        if (sink != null) {
            sink.text(text);
        }
    }

    /// A topic name: not empty `[MQTT-4.7.3-1]`, no wildcards `[MQTT-4.7.0-1]`.
    void topicName(Object field, String topic) {
        if (topic.isEmpty()) {
            throw refusal(field + " is empty");
        }
        if (Text.hasWildcard(topic)) {
            throw refusal(field + " holds a wildcard");
        }
        text(field, topic);
    }

    /// A topic filter: not empty `[MQTT-4.7.3-1]`.
    void topicFilter(String filter) {
        if (filter.isEmpty()) {
            throw refusal("topic filter is empty");
        }
        text("topic filter", filter);
    }

    void binary(Object field, Bytes bytes) {
        if (bytes.length() > Text.BYTES_MAX) {
            throw refusal(
                    field + " is " + bytes.length() + " bytes; at most " + Text.BYTES_MAX + " fit");
        }
        twoBytes(field, bytes.length());
        length += bytes.length();
        if (sink != null) {
            sink.bytes(bytes);
        }
    }

    void reason(ReasonCode reason, Set<ReasonCode> allowed) {
        requireListed(reason, allowed);
        oneByte(reason.value());
    }

    void requireListed(ReasonCode reason, Set<ReasonCode> allowed) {
        if (!allowed.contains(reason)) {
            throw refusal("the standard lists no " + reason + " for it");
        }
    }

    /// A property section: its length, then `properties` `[MQTT-2.2.2-1]`.
    void properties(Consumer<FieldOutput> properties) {
        variable("property length", measure(packet, properties));
        properties.accept(this);
    }

    void property(Property property, @Nullable Boolean value) {
        if (value != null) {
            oneByte(property.id());
            oneByte(value ? 1 : 0);
        }
    }

    void propertyInTwoBytes(Property property, @Nullable Integer value, int minimum) {
        if (value != null) {
            requireRange(property, value, minimum, 0xFFFF);
            oneByte(property.id());
            twoBytes(property, value);
        }
    }

    void propertyInFourBytes(Property property, @Nullable Long value, int minimum) {
        if (value != null) {
            requireRange(property, value, minimum, FOUR_BYTES_MAX);
            oneByte(property.id());
            length += 4;
            if (sink != null) {
                sink.fourBytes(value);
            }
        }
    }

    void subscriptionIdentifier(int value) {
        requireRange(Property.SUBSCRIPTION_IDENTIFIER, value, 1, VariableByteInteger.MAX);
        oneByte(Property.SUBSCRIPTION_IDENTIFIER.id());
        variable(Property.SUBSCRIPTION_IDENTIFIER, value);
    }

    void property(Property property, @Nullable String text) {
        if (text != null) {
            oneByte(property.id());
            text(property, text);
        }
    }

    /// A response topic, which is a topic name `[MQTT-3.3.2-14]`.
    void responseTopic(@Nullable String topic) {
        if (topic != null) {
            oneByte(Property.RESPONSE_TOPIC.id());
            topicName(Property.RESPONSE_TOPIC, topic);
        }
    }

    void property(Property property, @Nullable Bytes bytes) {
        if (bytes != null) {
            oneByte(property.id());
            binary(property, bytes);
        }
    }

    void userProperties(List<UserProperty> userProperties) {
        for (UserProperty property : userProperties) {
            oneByte(Property.USER_PROPERTY.id());
            text(Property.USER_PROPERTY, property.name());
            text(Property.USER_PROPERTY, property.value());
        }
    }

    private void requireRange(Object field, long value, long minimum, long maximum) {
        if (value < minimum || value > maximum) {
            throw refusal(
                    field + " is " + value + "; " + minimum + " to " + maximum + " are allowed");
        }
    }
}
