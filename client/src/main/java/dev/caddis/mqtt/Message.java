package dev.caddis.mqtt;

import static java.util.Objects.requireNonNull;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.TopicName;
import dev.caddis.mqtt.packet.UserProperty;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A message: topic, payload, quality of service, retain, and the properties of MQTT 5.
///
/// Immutable; each method that changes something returns another message. A new one has QoS 0, is
/// not retained and has no properties. A message with properties goes over MQTT 5 only: on a 3.1.1
/// connection it fails alone (law 7).
public final class Message {

    private final Publish publish;

    private Message(Publish publish) {
        this.publish = publish;
    }

    /// A message with a text payload in UTF-8.
    ///
    /// @throws IllegalArgumentException when `topic` is no topic name: empty, with a wildcard, over
    ///   65,535 bytes
    public static Message of(String topic, String payload) {
        return of(topic, Bytes.utf8(payload));
    }

    /// A message with a copy of `payload`.
    ///
    /// @throws IllegalArgumentException as [#of(String, String)]
    public static Message of(String topic, byte[] payload) {
        return of(topic, Bytes.copyOf(payload));
    }

    /// A message with `payload`.
    ///
    /// @throws IllegalArgumentException as [#of(String, String)]
    public static Message of(String topic, Bytes payload) {
        TopicName.requireValid("topic", topic);
        return new Message(
                new Publish(
                        topic,
                        requireNonNull(payload),
                        Qos.AT_MOST_ONCE,
                        false,
                        false,
                        0,
                        Publish.Properties.NONE));
    }

    /// What arrived, without what belongs to the connection it came by: published again it is a
    /// message like any other `[MQTT-3.3.4-6]`.
    static Message of(Publish publish) {
        return new Message(publish.withDelivery(0, false).withoutSubscriptionIdentifiers());
    }

    /// The answer to `request`: to its response topic, with its correlation data and quality of
    /// service. MQTT 5.
    ///
    /// @throws IllegalArgumentException when `request` names no response topic
    public static Message response(Message request, Bytes payload) {
        Publish.Properties asked = request.publish.properties();
        if (asked.responseTopic() == null) {
            throw new IllegalArgumentException(
                    "the message to " + request.topic() + " names no response topic");
        }
        Message response = of(asked.responseTopic(), payload).qos(request.qos());
        return asked.correlationData() == null
                ? response
                : response.correlationData(asked.correlationData());
    }

    Publish publish() {
        return publish;
    }

    /// How hard both sides try to deliver it, AT_MOST_ONCE by default; see [Qos] for what each
    /// promises. A message of QoS 0 is not kept without a connection. One above the broker's
    /// Maximum QoS is not lowered to fit: it fails alone, with [MessageDroppedException] for
    /// NOT_SUPPORTED.
    public Message qos(Qos qos) {
        return new Message(publish.withQos(qos));
    }

    /// The broker keeps this message and gives it to whoever subscribes later.
    public Message retained() {
        return retained(true);
    }

    public Message retained(boolean retained) {
        return new Message(
                new Publish(
                        publish.topic(),
                        publish.payload(),
                        publish.qos(),
                        retained,
                        false,
                        0,
                        publish.properties()));
    }

    /// MIME type or any other description of the payload. MQTT 5.
    public Message contentType(String contentType) {
        return with(edit -> edit.contentType = contentType);
    }

    /// Marks the payload as UTF-8 text. MQTT 5.
    public Message utf8() {
        return with(edit -> edit.payloadIsUtf8 = true);
    }

    /// The broker drops the message once it is this old. MQTT 5.
    ///
    /// @throws IllegalArgumentException when it is no whole number of seconds from 0 to
    ///   4,294,967,295
    public Message expiry(Duration expiry) {
        long seconds = expiry.toSeconds();
        if (seconds < 0 || seconds > 0xFFFF_FFFFL || expiry.toNanosPart() != 0) {
            throw new IllegalArgumentException(
                    "expiry is " + expiry + "; MQTT takes whole seconds, 0 to 4294967295");
        }
        return with(edit -> edit.messageExpirySeconds = seconds);
    }

    /// Where an answer is expected. MQTT 5.
    ///
    /// @throws IllegalArgumentException when `topic` is no topic name `[MQTT-3.3.2-14]`
    public Message responseTopic(String topic) {
        TopicName.requireValid("response topic", topic);
        return with(edit -> edit.responseTopic = topic);
    }

    /// What the answer must carry to be known as one. MQTT 5.
    public Message correlationData(Bytes data) {
        return with(edit -> edit.correlationData = data);
    }

    /// Adds a name and a value that travel with the message. MQTT 5.
    public Message userProperty(String name, String value) {
        return with(edit -> edit.userProperties.add(new UserProperty(name, value)));
    }

    private Message with(Consumer<Edit> change) {
        var edit = new Edit(publish.properties());
        change.accept(edit);
        return new Message(
                new Publish(
                        publish.topic(),
                        publish.payload(),
                        publish.qos(),
                        publish.retain(),
                        false,
                        0,
                        edit.properties()));
    }

    public String topic() {
        return publish.topic();
    }

    public Bytes payload() {
        return publish.payload();
    }

    /// The payload as UTF-8 text.
    public String text() {
        return publish.payload().asUtf8();
    }

    public Qos qos() {
        return publish.qos();
    }

    public boolean isRetained() {
        return publish.retain();
    }

    public boolean isUtf8() {
        return publish.properties().payloadIsUtf8();
    }

    public Optional<String> contentType() {
        return Optional.ofNullable(publish.properties().contentType());
    }

    public Optional<Duration> expiry() {
        return Optional.ofNullable(publish.properties().messageExpirySeconds())
                .map(Duration::ofSeconds);
    }

    public Optional<String> responseTopic() {
        return Optional.ofNullable(publish.properties().responseTopic());
    }

    public Optional<Bytes> correlationData() {
        return Optional.ofNullable(publish.properties().correlationData());
    }

    public List<UserProperty> userProperties() {
        return publish.properties().userProperties();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Message that && publish.equals(that.publish);
    }

    @Override
    public int hashCode() {
        return publish.hashCode();
    }

    /// Topic, QoS and size; never the payload.
    @Override
    public String toString() {
        return "Message["
                + topic()
                + ", QoS "
                + qos().level()
                + (isRetained() ? ", retained" : "")
                + ", "
                + payload()
                + "]";
    }

    /// The properties that a message may have, on the way from one message to the next; topic alias
    /// and subscription identifiers belong to a connection.
    private static final class Edit {
        private boolean payloadIsUtf8;
        private @Nullable Long messageExpirySeconds;
        private @Nullable String responseTopic;
        private @Nullable Bytes correlationData;
        private final List<UserProperty> userProperties;
        private @Nullable String contentType;

        private Edit(Publish.Properties from) {
            payloadIsUtf8 = from.payloadIsUtf8();
            messageExpirySeconds = from.messageExpirySeconds();
            responseTopic = from.responseTopic();
            correlationData = from.correlationData();
            userProperties = new ArrayList<>(from.userProperties());
            contentType = from.contentType();
        }

        private Publish.Properties properties() {
            return new Publish.Properties(
                    payloadIsUtf8,
                    messageExpirySeconds,
                    null,
                    responseTopic,
                    correlationData,
                    userProperties,
                    List.of(),
                    contentType);
        }
    }
}
