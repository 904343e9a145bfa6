package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.ReasonCode.CONTINUE_AUTHENTICATION;
import static dev.caddis.mqtt.packet.ReasonCode.SERVER_MOVED;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;

import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.mqtt.packet.UserProperty;
import dev.caddis.mqtt.packet.Will;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// A field of some packet that holds text; `packet` makes that packet with the text in it.
record TextPlace(
        String name, Sender sender, ProtocolVersion version, Function<String, Packet> packet) {

    private static final List<ReasonCode> OK = List.of(SUCCESS);
    private static final SubscriptionOptions OPTIONS = SubscriptionOptions.of(Qos.AT_MOST_ONCE);

    /// Every field of every packet that holds text.
    static Stream<TextPlace> all() {
        List<TextPlace> places = new ArrayList<>();
        fromTheClient(places);
        fromTheServer(places);
        of311(places);
        return places.stream();
    }

    static Stream<TextPlace> topicNames() {
        return all().filter(place -> place.name.endsWith("topic"));
    }

    static Stream<TextPlace> topicFilters() {
        return all().filter(place -> place.name.endsWith("filter"));
    }

    /// Both halves of user properties.
    static Stream<TextPlace> userProperties() {
        return all().filter(place -> place.name.contains("user property"));
    }

    @Override
    public String toString() {
        return name + ", MQTT " + version;
    }

    private static void fromTheClient(List<TextPlace> to) {
        add(to, "client identifier", CLIENT, text -> Sample.connect(V5, text));
        add(to, "user name", CLIENT, text -> connect(text, null, Connect.Properties.NONE));
        add(to, "will topic", CLIENT, text -> connect(null, will(text), Connect.Properties.NONE));
        add(to, "will response topic", CLIENT, text -> will(text, null, List.of()));
        add(to, "will content type", CLIENT, text -> will(null, text, List.of()));
        halves(to, "the will", CLIENT, list -> will(null, null, list));
        add(to, "method of CONNECT", CLIENT, text -> connect(text, List.of()));
        halves(to, "CONNECT", CLIENT, list -> connect(null, list));
        add(to, "topic", CLIENT, text -> Sample.publish(text, "", Qos.AT_MOST_ONCE, 0));
        add(to, "response topic", CLIENT, text -> publish(text, null, List.of()));
        add(to, "content type", CLIENT, text -> publish(null, text, List.of()));
        halves(to, "PUBLISH", CLIENT, list -> publish(null, null, list));
        add(to, "reason of PUBREC", CLIENT, text -> new Pubrec(1, SUCCESS, text, List.of()));
        add(to, "reason of PUBCOMP", CLIENT, text -> new Pubcomp(1, SUCCESS, text, List.of()));
        add(to, "SUBSCRIBE filter", CLIENT, text -> subscribe(text, List.of()));
        halves(to, "SUBSCRIBE", CLIENT, list -> subscribe("f", list));
        add(to, "UNSUBSCRIBE filter", CLIENT, text -> new Unsubscribe(1, List.of(text), List.of()));
        halves(to, "UNSUBSCRIBE", CLIENT, list -> new Unsubscribe(1, List.of("f"), list));
    }

    private static void fromTheServer(List<TextPlace> to) {
        add(to, "assigned client identifier", SERVER, text -> connack(text, null, null));
        add(to, "reason of CONNACK", SERVER, text -> connack(null, text, null));
        add(to, "response information", SERVER, text -> connack(null, null, text));
        add(to, "incoming topic", SERVER, text -> Sample.publish(text, "", Qos.AT_LEAST_ONCE, 1));
        add(to, "incoming response topic", SERVER, text -> publish(text, null, List.of()));
        add(to, "incoming content type", SERVER, text -> publish(null, text, List.of()));
        halves(to, "an incoming PUBLISH", SERVER, list -> publish(null, null, list));
        add(to, "reason of PUBACK", SERVER, text -> new Puback(1, SUCCESS, text, List.of()));
        halves(to, "PUBACK", SERVER, list -> new Puback(1, SUCCESS, null, list));
        add(to, "reason of PUBREL", SERVER, text -> new Pubrel(1, SUCCESS, text, List.of()));
        add(to, "reason of SUBACK", SERVER, text -> new Suback(1, OK, text, List.of()));
        add(to, "reason of UNSUBACK", SERVER, text -> new Unsuback(1, OK, text, List.of()));
        add(to, "reason of DISCONNECT", SERVER, text -> disconnect(text, null));
        add(to, "server reference", SERVER, text -> disconnect(null, text));
        add(to, "method of AUTH", SERVER, text -> auth(text, null));
        add(to, "reason of AUTH", SERVER, text -> auth("m", text));
    }

    private static void of311(List<TextPlace> to) {
        var none = Connect.Properties.NONE;
        to.add(
                new TextPlace(
                        "client identifier", CLIENT, V3_1_1, text -> Sample.connect(V3_1_1, text)));
        to.add(
                new TextPlace(
                        "will topic",
                        CLIENT,
                        V3_1_1,
                        text -> new Connect(V3_1_1, true, 0, "c", will(text), null, null, none)));
        to.add(
                new TextPlace(
                        "user name",
                        CLIENT,
                        V3_1_1,
                        text -> new Connect(V3_1_1, true, 0, "c", null, text, null, none)));
        to.add(
                new TextPlace(
                        "topic",
                        CLIENT,
                        V3_1_1,
                        text -> Sample.publish(text, "", Qos.EXACTLY_ONCE, 1)));
        to.add(
                new TextPlace(
                        "incoming topic",
                        SERVER,
                        V3_1_1,
                        text -> Sample.publish(text, "", Qos.AT_MOST_ONCE, 0)));
        to.add(
                new TextPlace(
                        "SUBSCRIBE filter", CLIENT, V3_1_1, text -> subscribe(text, List.of())));
        to.add(
                new TextPlace(
                        "UNSUBSCRIBE filter",
                        CLIENT,
                        V3_1_1,
                        text -> new Unsubscribe(1, List.of("f", text), List.of())));
    }

    private static void add(
            List<TextPlace> to, String name, Sender sender, Function<String, Packet> packet) {
        to.add(new TextPlace(name, sender, V5, packet));
    }

    private static void halves(
            List<TextPlace> to,
            String where,
            Sender sender,
            Function<List<UserProperty>, Packet> packet) {
        add(
                to,
                "name of a user property of " + where,
                sender,
                text -> packet.apply(List.of(new UserProperty(text, "v"))));
        add(
                to,
                "value of a user property of " + where,
                sender,
                text -> packet.apply(List.of(new UserProperty("n", text))));
    }

    private static Connect connect(
            @Nullable String userName, @Nullable Will will, Connect.Properties properties) {
        return new Connect(V5, true, 0, "c", will, userName, null, properties);
    }

    private static Connect connect(@Nullable String method, List<UserProperty> list) {
        return connect(
                null,
                null,
                new Connect.Properties(null, null, null, null, null, null, list, method, null));
    }

    private static Will will(String topic) {
        return Sample.will(topic, Qos.AT_MOST_ONCE, false);
    }

    private static Connect will(
            @Nullable String responseTopic, @Nullable String contentType, List<UserProperty> list) {
        var will =
                new Will(
                        "w",
                        Bytes.EMPTY,
                        Qos.AT_MOST_ONCE,
                        false,
                        null,
                        false,
                        null,
                        contentType,
                        responseTopic,
                        null,
                        list);
        return connect(null, will, Connect.Properties.NONE);
    }

    private static Publish publish(
            @Nullable String responseTopic, @Nullable String contentType, List<UserProperty> list) {
        var properties =
                new Publish.Properties(
                        false, null, null, responseTopic, null, list, List.of(), contentType);
        return Sample.publish("t", properties);
    }

    private static Subscribe subscribe(String filter, List<UserProperty> list) {
        return new Subscribe(1, List.of(new Subscribe.Request(filter, OPTIONS)), null, list);
    }

    private static Connack connack(
            @Nullable String assigned, @Nullable String reason, @Nullable String information) {
        return new Connack(
                false,
                SUCCESS,
                new Connack.Properties(
                        null,
                        null,
                        null,
                        null,
                        null,
                        assigned,
                        null,
                        reason,
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        information,
                        null,
                        null,
                        null));
    }

    private static Disconnect disconnect(@Nullable String reason, @Nullable String reference) {
        return new Disconnect(SERVER_MOVED, null, reason, List.of(), reference);
    }

    private static Auth auth(String method, @Nullable String reason) {
        return new Auth(CONTINUE_AUTHENTICATION, method, null, reason, List.of());
    }
}
