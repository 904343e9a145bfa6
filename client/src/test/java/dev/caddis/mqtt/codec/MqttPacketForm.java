package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.Acknowledgement;
import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.mqtt.packet.UserProperty;
import dev.caddis.mqtt.packet.Will;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A packet in the words of the npm package `mqtt-packet`, as its fixtures hold them: names to
/// values, what is absent left out.
final class MqttPacketForm {

    private final Map<String, Object> fields = new TreeMap<>();
    private final Map<String, Object> properties = new TreeMap<>();
    private final boolean v5;

    private MqttPacketForm(ProtocolVersion version) {
        this.v5 = version == ProtocolVersion.V5;
    }

    static Map<String, Object> of(Packet packet, ProtocolVersion version) {
        var form = new MqttPacketForm(version);
        form.put("cmd", packet.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        form.fill(packet);
        if (!form.properties.isEmpty()) {
            form.fields.put("properties", form.properties);
        }
        return form.fields;
    }

    private void fill(Packet packet) {
        switch (packet) {
            case Connect connect -> connect(connect);
            case Connack connack -> connack(connack);
            case Publish publish -> publish(publish);
            case Acknowledgement answer -> {
                put("messageId", answer.packetId());
                reason(answer.reason());
                explanation(answer.reasonString(), answer.userProperties());
            }
            case Subscribe subscribe -> {
                put("messageId", subscribe.packetId());
                put("subscriptions", subscribe.requests().stream().map(this::request).toList());
                property("subscriptionIdentifier", subscribe.subscriptionIdentifier());
                userProperties(subscribe.userProperties(), properties);
            }
            case Suback suback -> {
                put("messageId", suback.packetId());
                put("granted", suback.reasons().stream().map(MqttPacketForm::number).toList());
                explanation(suback.reasonString(), suback.userProperties());
            }
            case Unsubscribe unsubscribe -> {
                put("messageId", unsubscribe.packetId());
                put("unsubscriptions", unsubscribe.filters());
                userProperties(unsubscribe.userProperties(), properties);
            }
            case Unsuback unsuback -> {
                put("messageId", unsuback.packetId());
                if (v5) {
                    put(
                            "granted",
                            unsuback.reasons().stream().map(MqttPacketForm::number).toList());
                }
                explanation(unsuback.reasonString(), unsuback.userProperties());
            }
            case Disconnect disconnect -> {
                reason(disconnect.reason());
                property("sessionExpiryInterval", disconnect.sessionExpirySeconds());
                explanation(disconnect.reasonString(), disconnect.userProperties());
                property("serverReference", disconnect.serverReference());
            }
            case Auth auth -> {
                reason(auth.reason());
                property("authenticationMethod", auth.authenticationMethod());
                property("authenticationData", auth.authenticationData());
                explanation(auth.reasonString(), auth.userProperties());
            }
            case Pingreq ping -> {}
            case Pingresp pong -> {}
        }
    }

    private void connect(Connect connect) {
        put("protocolId", "MQTT");
        put("protocolVersion", connect.version().level());
        put("clean", connect.cleanStart());
        put("keepalive", connect.keepAliveSeconds());
        put("clientId", connect.clientId());
        put("will", connect.will() == null ? null : will(connect.will()));
        put("username", connect.userName());
        put("password", connect.password());
        Connect.Properties all = connect.properties();
        property("sessionExpiryInterval", all.sessionExpirySeconds());
        property("receiveMaximum", all.receiveMaximum());
        property("maximumPacketSize", all.maximumPacketSize());
        property("topicAliasMaximum", all.topicAliasMaximum());
        property("requestResponseInformation", all.requestResponseInformation());
        property("requestProblemInformation", all.requestProblemInformation());
        userProperties(all.userProperties(), properties);
        property("authenticationMethod", all.authenticationMethod());
        property("authenticationData", all.authenticationData());
    }

    private static Map<String, Object> will(Will will) {
        var fields = new TreeMap<String, Object>();
        var properties = new TreeMap<String, Object>();
        put("retain", will.retain(), fields);
        put("qos", will.qos(), fields);
        put("topic", will.topic(), fields);
        put("payload", will.payload(), fields);
        put("willDelayInterval", will.delaySeconds(), properties);
        put("payloadFormatIndicator", will.payloadIsUtf8() ? true : null, properties);
        put("messageExpiryInterval", will.messageExpirySeconds(), properties);
        put("contentType", will.contentType(), properties);
        put("responseTopic", will.responseTopic(), properties);
        put("correlationData", will.correlationData(), properties);
        userProperties(will.userProperties(), properties);
        put("properties", properties.isEmpty() ? null : properties, fields);
        return fields;
    }

    private void connack(Connack connack) {
        put("sessionPresent", connack.sessionPresent());
        if (v5) {
            reason(connack.reason());
        } else {
            put("returnCode", ListedReasons.RETURN_CODES.indexOf(connack.reason()));
        }
        Connack.Properties all = connack.properties();
        property("sessionExpiryInterval", all.sessionExpirySeconds());
        property("receiveMaximum", all.receiveMaximum());
        property("maximumQoS", all.maximumQos());
        property("retainAvailable", all.retainAvailable());
        property("maximumPacketSize", all.maximumPacketSize());
        property("assignedClientIdentifier", all.assignedClientId());
        property("topicAliasMaximum", all.topicAliasMaximum());
        explanation(all.reasonString(), all.userProperties());
        property("wildcardSubscriptionAvailable", all.wildcardSubscriptionAvailable());
        property("subscriptionIdentifiersAvailable", all.subscriptionIdentifiersAvailable());
        property("sharedSubscriptionAvailable", all.sharedSubscriptionAvailable());
        property("serverKeepAlive", all.serverKeepAliveSeconds());
        property("responseInformation", all.responseInformation());
        property("serverReference", all.serverReference());
        property("authenticationMethod", all.authenticationMethod());
        property("authenticationData", all.authenticationData());
    }

    private void publish(Publish publish) {
        put("retain", publish.retain());
        put("qos", publish.qos());
        put("dup", publish.dup());
        put("topic", publish.topic());
        put("payload", publish.payload());
        put("messageId", publish.packetId() == 0 ? null : publish.packetId());
        Publish.Properties all = publish.properties();
        property("payloadFormatIndicator", all.payloadIsUtf8() ? true : null);
        property("messageExpiryInterval", all.messageExpirySeconds());
        property("topicAlias", all.topicAlias());
        property("responseTopic", all.responseTopic());
        property("correlationData", all.correlationData());
        userProperties(all.userProperties(), properties);
        List<Integer> subscriptions = all.subscriptionIdentifiers();
        if (!subscriptions.isEmpty()) {
            property(
                    "subscriptionIdentifier",
                    subscriptions.size() == 1
                            ? subscriptions.getFirst()
                            : subscriptions.stream().map(Integer::longValue).toList());
        }
        property("contentType", all.contentType());
    }

    private Map<String, Object> request(Subscribe.Request request) {
        var fields = new TreeMap<String, Object>();
        put("topic", request.filter(), fields);
        put("qos", request.options().maximumQos(), fields);
        if (v5) {
            put("nl", request.options().noLocal(), fields);
            put("rap", request.options().retainAsPublished(), fields);
            put("rh", request.options().retainHandling().ordinal(), fields);
        }
        return fields;
    }

    private void reason(ReasonCode reason) {
        if (v5) {
            put("reasonCode", reason.value());
        }
    }

    private void explanation(@Nullable String reasonString, List<UserProperty> userProperties) {
        property("reasonString", reasonString);
        userProperties(userProperties, properties);
    }

    private static void userProperties(List<UserProperty> all, Map<String, Object> into) {
        var byName = new TreeMap<String, Object>();
        for (UserProperty each : all) {
            byName.merge(each.name(), each.value(), MqttPacketForm::both);
        }
        put("userProperties", byName.isEmpty() ? null : byName, into);
    }

    private static Long number(ReasonCode reason) {
        return (long) reason.value();
    }

    private static Object both(Object one, Object other) {
        List<Object> both = new ArrayList<>(one instanceof List<?> list ? list : List.of(one));
        both.add(other);
        return both;
    }

    private void property(String name, @Nullable Object value) {
        put(name, value, properties);
    }

    private void put(String name, @Nullable Object value) {
        put(name, value, fields);
    }

    private static void put(String name, @Nullable Object value, Map<String, Object> into) {
        switch (value) {
            case null -> {}
            case Qos qos -> into.put(name, (long) qos.level());
            case Integer number -> into.put(name, number.longValue());
            case Bytes bytes ->
                    into.put(name, Map.of("hex", HexFormat.of().formatHex(bytes.toByteArray())));
            default -> into.put(name, value);
        }
    }
}
