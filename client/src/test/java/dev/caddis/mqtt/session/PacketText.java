package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Acknowledgement;
import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.mqtt.packet.UserProperty;
import dev.caddis.mqtt.packet.Will;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What the session sends, as a transcript shows it: every field that is not its default.
final class PacketText {

    private PacketText() {}

    static String of(Packet packet) {
        return switch (packet) {
            case Connect connect -> connect(connect);
            case Publish publish ->
                    "PUBLISH "
                            + (publish.packetId() == 0
                                    ? ""
                                    : "id=" + publish.packetId() + " dup=" + bit(publish.dup()))
                            + message(publish);
            case Acknowledgement answer ->
                    answer.getClass().getSimpleName().toUpperCase(Locale.ROOT)
                            + " id="
                            + answer.packetId()
                            + reason(answer.reason())
                            + value("reason-string", answer.reasonString())
                            + userProperties(answer.userProperties());
            case Subscribe subscribe ->
                    "SUBSCRIBE id="
                            + subscribe.packetId()
                            + value("identifier", subscribe.subscriptionIdentifier())
                            + subscribe.requests().stream()
                                    .map(each -> " " + each.filter() + options(each.options()))
                                    .collect(Collectors.joining());
            case Unsubscribe unsubscribe ->
                    "UNSUBSCRIBE id="
                            + unsubscribe.packetId()
                            + " "
                            + String.join(" ", unsubscribe.filters());
            case Pingreq ping -> "PINGREQ";
            case Auth auth ->
                    "AUTH"
                            + reason(auth.reason())
                            + value("method", auth.authenticationMethod())
                            + data(auth.authenticationData())
                            + value("reason-string", auth.reasonString())
                            + userProperties(auth.userProperties());
            case Disconnect disconnect ->
                    "DISCONNECT"
                            + reason(disconnect.reason())
                            + value("session-expiry", disconnect.sessionExpirySeconds())
                            + value("reason-string", disconnect.reasonString())
                            + userProperties(disconnect.userProperties());
            default -> throw new IllegalArgumentException("no client sends " + packet);
        };
    }

    private static String connect(Connect connect) {
        Connect.Properties properties = connect.properties();
        return "CONNECT "
                + version(connect.version())
                + " clean="
                + bit(connect.cleanStart())
                + " keep-alive="
                + connect.keepAliveSeconds()
                + " client-id="
                + connect.clientId()
                + will(connect.will())
                + value("user", connect.userName())
                + (connect.password() == null ? "" : " password=" + connect.password().asUtf8())
                + value("session-expiry", properties.sessionExpirySeconds())
                + value("receive-maximum", properties.receiveMaximum())
                + value("maximum-packet-size", properties.maximumPacketSize())
                + value("topic-alias-maximum", properties.topicAliasMaximum())
                + value("request-response-information", properties.requestResponseInformation())
                + value("request-problem-information", properties.requestProblemInformation())
                + value("method", properties.authenticationMethod())
                + data(properties.authenticationData())
                + userProperties(properties.userProperties());
    }

    private static String userProperties(List<UserProperty> userProperties) {
        return userProperties.stream()
                .map(each -> " " + each.name() + ":" + each.value())
                .collect(Collectors.joining());
    }

    private static String will(@Nullable Will will) {
        return will == null
                ? ""
                : " will="
                        + will.topic()
                        + ","
                        + text(will.payload())
                        + ",qos="
                        + will.qos().level()
                        + ",retain="
                        + bit(will.retain())
                        + (will.contentType() == null ? "" : "," + will.contentType());
    }

    static String message(Publish publish) {
        return (publish.packetId() == 0 ? "" : " ")
                + "qos="
                + publish.qos().level()
                + " topic="
                + publish.topic()
                + " payload="
                + text(publish.payload())
                + (publish.retain() ? " retain=1" : "")
                + value("alias", publish.properties().topicAlias())
                + value("message-expiry", publish.properties().messageExpirySeconds())
                + value("content-type", publish.properties().contentType());
    }

    private static String data(@Nullable Bytes data) {
        return data == null ? "" : " data=" + data.asUtf8();
    }

    static String text(Bytes payload) {
        return payload.length() > 30 ? "<" + payload + ">" : payload.asUtf8();
    }

    private static String options(SubscriptionOptions options) {
        return ":"
                + options.maximumQos().level()
                + (options.noLocal() ? ",no-local" : "")
                + (options.retainAsPublished() ? ",as-published" : "");
    }

    static String version(ProtocolVersion version) {
        return "v" + version;
    }

    static String reason(ReasonCode reason) {
        return reason == ReasonCode.SUCCESS ? "" : " reason=\"" + reason + "\"";
    }

    private static String value(String name, @Nullable Object value) {
        return value == null ? "" : " " + name + "=" + value;
    }

    private static int bit(boolean flag) {
        return flag ? 1 : 0;
    }
}
