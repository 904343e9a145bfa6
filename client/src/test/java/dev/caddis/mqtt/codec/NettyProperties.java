package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.UserProperty;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The reason code and the properties of a message of Netty, each by its identifier.
record NettyProperties(MqttProperties properties, int reasonCode) {

    static NettyProperties of(MqttMessage message) {
        return switch (message.variableHeader()) {
            case MqttPubReplyMessageVariableHeader header ->
                    new NettyProperties(header.properties(), header.reasonCode() & 0xFF);
            case MqttMessageIdAndPropertiesVariableHeader header ->
                    new NettyProperties(header.properties(), 0);
            case MqttReasonCodeAndPropertiesVariableHeader header ->
                    new NettyProperties(header.properties(), header.reasonCode() & 0xFF);
            case null, default -> new NettyProperties(MqttProperties.NO_PROPERTIES, 0);
        };
    }

    ReasonCode reason() {
        return reason(reasonCode);
    }

    static ReasonCode reason(int value) {
        return Objects.requireNonNull(ReasonCode.ofValue(value));
    }

    private @Nullable Object value(int id) {
        MqttProperties.MqttProperty<?> property = properties.getProperty(id);
        return property == null ? null : property.value();
    }

    @Nullable Integer number(int id) {
        return (Integer) value(id);
    }

    /// Netty reads four bytes as a signed number.
    @Nullable Long four(int id) {
        Integer number = number(id);
        return number == null ? null : Integer.toUnsignedLong(number);
    }

    @Nullable Boolean flag(int id) {
        Integer number = number(id);
        return number == null ? null : number == 1;
    }

    @Nullable String text(int id) {
        return (String) value(id);
    }

    @Nullable Bytes bytes(int id) {
        byte[] bytes = (byte[]) value(id);
        return bytes == null ? null : Bytes.copyOf(bytes);
    }

    List<Integer> numbers(int id) {
        List<Integer> numbers = new ArrayList<>();
        for (MqttProperties.MqttProperty<?> each : properties.getProperties(id)) {
            numbers.add((Integer) each.value());
        }
        return numbers;
    }

    List<UserProperty> userProperties() {
        List<UserProperty> all = new ArrayList<>();
        for (MqttProperties.MqttProperty<?> each : properties.getProperties(0x26)) {
            Iterable<?> pairs =
                    each.value() instanceof Iterable<?> many ? many : List.of(each.value());
            for (Object pair : pairs) {
                var both = (MqttProperties.StringPair) pair;
                all.add(new UserProperty(both.key, both.value));
            }
        }
        return all;
    }
}
