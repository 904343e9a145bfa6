package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Carries a message, in either direction (3.3).
///
/// @param topic empty only where a topic alias stands for it
/// @param dup whether this is a re-delivery `[MQTT-3.3.1-1]`
/// @param packetId 1 to 65,535 with QoS 1 and 2; 0, and not in the packet, with QoS 0
///   `[MQTT-2.2.1-2]`
/// @param properties empty in 3.1.1
public record Publish(
        String topic,
        Bytes payload,
        Qos qos,
        boolean retain,
        boolean dup,
        int packetId,
        Properties properties)
        implements Packet {

    private static final long OBJECTS_BYTES = 128L;

    /// The same message under another identifier and DUP flag.
    public Publish withDelivery(int packetId, boolean dup) {
        return new Publish(topic, payload, qos, retain, dup, packetId, properties);
    }

    /// The same message at another quality of service.
    public Publish withQos(Qos qos) {
        return new Publish(topic, payload, qos, retain, dup, packetId, properties);
    }

    /// The same message under `topic`, or under an alias that stands for it (3.3.2.3.4).
    ///
    /// @param topicAlias `null` for none
    public Publish withTopic(String topic, @Nullable Integer topicAlias) {
        return new Publish(
                topic, payload, qos, retain, dup, packetId, properties.withTopicAlias(topicAlias));
    }

    /// The same message with another Message Expiry Interval, in seconds.
    public Publish withMessageExpiry(long seconds) {
        return new Publish(
                topic, payload, qos, retain, dup, packetId, properties.withMessageExpiry(seconds));
    }

    /// The same message without the subscriptions it came for.
    public Publish withoutSubscriptionIdentifiers() {
        return properties.subscriptionIdentifiers().isEmpty()
                ? this
                : new Publish(
                        topic,
                        payload,
                        qos,
                        retain,
                        dup,
                        packetId,
                        properties.withoutSubscriptionIdentifiers());
    }

    /// The same exchange without topic, payload and properties: what is left to remember.
    public Publish withoutContent() {
        return new Publish("", Bytes.EMPTY, qos, retain, dup, packetId, Properties.NONE);
    }

    /// About how many bytes of memory this message takes, properties and the objects themselves
    /// included: for bounds.
    public long weight() {
        return properties.equals(Properties.NONE)
                ? OBJECTS_BYTES + contentLength()
                : (2L + properties.userProperties().size()) * OBJECTS_BYTES
                        + contentLength()
                        + 16L * properties.subscriptionIdentifiers().size();
    }

    /// Bytes and characters of topic, payload and properties together.
    public long contentLength() {
        long length = topic.length() + (long) payload.length();
        if (properties.equals(Properties.NONE)) {
            return length;
        }
        for (UserProperty each : properties.userProperties()) {
            length += each.name().length() + (long) each.value().length();
        }
        return length
                + (properties.correlationData() == null ? 0 : properties.correlationData().length())
                + (properties.responseTopic() == null ? 0 : properties.responseTopic().length())
                + (properties.contentType() == null ? 0 : properties.contentType().length());
    }

    /// The same message, not retained.
    public Publish withoutRetain() {
        return new Publish(topic, payload, qos, false, dup, packetId, properties);
    }

    /// The properties of PUBLISH (MQTT 5.0 section 3.3.2.3); `null` or empty where the packet
    /// leaves one out.
    ///
    /// @param payloadIsUtf8 the Payload Format Indicator
    /// @param messageExpirySeconds 0 to 4,294,967,295
    /// @param topicAlias 1 to 65,535
    /// @param subscriptionIdentifiers only from the broker, 1 to 268,435,455 each `[MQTT-3.3.4-6]`
    public record Properties(
            boolean payloadIsUtf8,
            @Nullable Long messageExpirySeconds,
            @Nullable Integer topicAlias,
            @Nullable String responseTopic,
            @Nullable Bytes correlationData,
            List<UserProperty> userProperties,
            List<Integer> subscriptionIdentifiers,
            @Nullable String contentType) {

        /// None at all.
        public static final Properties NONE =
                new Properties(false, null, null, null, null, List.of(), List.of(), null);

        public Properties {
            userProperties = List.copyOf(userProperties);
            subscriptionIdentifiers = List.copyOf(subscriptionIdentifiers);
        }

        private Properties withTopicAlias(@Nullable Integer alias) {
            return new Properties(
                    payloadIsUtf8,
                    messageExpirySeconds,
                    alias,
                    responseTopic,
                    correlationData,
                    userProperties,
                    subscriptionIdentifiers,
                    contentType);
        }

        private Properties withoutSubscriptionIdentifiers() {
            return new Properties(
                    payloadIsUtf8,
                    messageExpirySeconds,
                    topicAlias,
                    responseTopic,
                    correlationData,
                    userProperties,
                    List.of(),
                    contentType);
        }

        private Properties withMessageExpiry(long seconds) {
            return new Properties(
                    payloadIsUtf8,
                    seconds,
                    topicAlias,
                    responseTopic,
                    correlationData,
                    userProperties,
                    subscriptionIdentifiers,
                    contentType);
        }
    }
}
