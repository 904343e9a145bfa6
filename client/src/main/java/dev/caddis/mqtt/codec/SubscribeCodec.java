package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.SubscriptionOptions.RetainHandling;
import dev.caddis.mqtt.packet.UserProperty;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// SUBSCRIBE (3.8): packet identifier, properties in MQTT 5, then filters, each with an options
/// byte `00 retain-handling retain-handling retain-as-published no-local qos qos`; in 3.1.1 the
/// upper six bits are 0.
final class SubscribeCodec {

    private static final int QOS = 0b0000_0011;
    private static final int NO_LOCAL = 0b0000_0100;
    private static final int RETAIN_AS_PUBLISHED = 0b0000_1000;
    private static final int RETAIN_HANDLING = 0b0011_0000;

    private SubscribeCodec() {}

    static Subscribe read(ByteSource in, ProtocolVersion version) throws MalformedPacketException {
        int packetId = in.packetId();
        @Nullable Integer subscriptionIdentifier = null;
        List<UserProperty> userProperties = List.of();
        if (version == ProtocolVersion.V5 && !in.skipsNoProperties()) {
            var property = new PropertyInput(in);
            while (property.next()) {
                switch (property.id()) {
                    case SUBSCRIPTION_IDENTIFIER ->
                            subscriptionIdentifier = property.positiveVariable();
                    case USER_PROPERTY -> property.userProperty();
                    default -> throw property.foreign();
                }
            }
            userProperties = property.userProperties();
        }
        if (!in.hasMore()) { // [MQTT-3.8.3-2]
            throw in.protocolError("list of topic filters", "is empty");
        }
        List<Subscribe.Request> requests = new ArrayList<>();
        while (in.hasMore()) {
            String filter = in.topicFilter();
            requests.add(new Subscribe.Request(filter, readOptions(filter, in, version)));
        }
        return new Subscribe(packetId, requests, subscriptionIdentifier, userProperties);
    }

    private static SubscriptionOptions readOptions(
            String filter, ByteSource in, ProtocolVersion version) throws MalformedPacketException {
        int options = in.oneByte("subscription options");
        int known =
                version == ProtocolVersion.V5
                        ? QOS | NO_LOCAL | RETAIN_AS_PUBLISHED | RETAIN_HANDLING
                        : QOS;
        if ((options & ~known) != 0) { // [MQTT-3.8.3-5]; 3.1.1: [MQTT-3-8.3-4]
            throw in.malformed("subscription options", "have a reserved bit set");
        }
        if ((options & QOS) == 3) {
            throw in.protocolError("subscription options", "ask for QoS 3");
        }
        if ((options & RETAIN_HANDLING) == RETAIN_HANDLING) {
            throw in.protocolError("subscription options", "ask for retain handling 3");
        }
        boolean noLocal = (options & NO_LOCAL) != 0;
        if (noLocal && isShared(filter)) { // [MQTT-3.8.3-4]
            throw in.protocolError(
                    "subscription options", "ask for no local on a shared subscription");
        }
        return new SubscriptionOptions(
                Qos.of(options & QOS),
                noLocal,
                (options & RETAIN_AS_PUBLISHED) != 0,
                RetainHandling.values()[(options & RETAIN_HANDLING) >> 4]);
    }

    static void write(Subscribe subscribe, ProtocolVersion version, FieldOutput output) {
        output.packetId(subscribe.packetId());
        if (version == ProtocolVersion.V5) {
            output.properties(section -> writeProperties(subscribe, section));
        } else if (subscribe.subscriptionIdentifier() != null
                || !subscribe.userProperties().isEmpty()) {
            throw output.needsMqtt5("a property");
        }
        if (subscribe.requests().isEmpty()) { // [MQTT-3.8.3-2]
            throw output.refusal("its list of topic filters is empty");
        }
        for (Subscribe.Request request : subscribe.requests()) {
            SubscriptionOptions options = request.options();
            if (version == ProtocolVersion.V3_1_1
                    && !options.equals(SubscriptionOptions.of(options.maximumQos()))) {
                throw output.needsMqtt5("a subscription option other than QoS");
            }
            if (options.noLocal() && isShared(request.filter())) { // [MQTT-3.8.3-4]
                throw output.refusal("no local is asked for on a shared subscription");
            }
            output.topicFilter(request.filter());
            output.oneByte(
                    options.maximumQos().level()
                            | (options.noLocal() ? NO_LOCAL : 0)
                            | (options.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
                            | (options.retainHandling().ordinal() << 4));
        }
    }

    private static void writeProperties(Subscribe subscribe, FieldOutput section) {
        if (subscribe.subscriptionIdentifier() != null) {
            section.subscriptionIdentifier(subscribe.subscriptionIdentifier());
        }
        section.userProperties(subscribe.userProperties());
    }

    private static boolean isShared(String filter) {
        return filter.startsWith("$share/"); // 4.8.2
    }
}
