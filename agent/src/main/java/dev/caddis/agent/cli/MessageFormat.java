package dev.caddis.agent.cli;

import dev.caddis.agent.OneLine;
import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.SessionFolder;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.UserProperty;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// How `caddis sub` prints a message: bytes that end with a line feed.
interface MessageFormat {

    byte[] format(Delivery delivery);

    /// The payload as it came, behind its topic where `withTopic` says so. The topic, which may be
    /// anybody's, has its control characters written as `\n` or `\u001b`.
    static MessageFormat plain(boolean withTopic) {
        return delivery -> line(withTopic, delivery, delivery.message().payload());
    }

    /// The same for the eyes of a person: a payload can steer the terminal as little as a topic.
    static MessageFormat forTerminal(boolean withTopic) {
        return delivery -> line(withTopic, delivery, Bytes.utf8(OneLine.text(delivery.text())));
    }

    private static byte[] line(boolean withTopic, Delivery delivery, Bytes payload) {
        byte[] topic =
                withTopic
                        ? (OneLine.text(delivery.topic()) + " ").getBytes(StandardCharsets.UTF_8)
                        : new byte[0];
        byte[] line = new byte[topic.length + payload.length() + 1];
        System.arraycopy(topic, 0, line, 0, topic.length);
        payload.copyInto(line, topic.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /// One JSON object; a payload that is not UTF-8 stands in Base64 under a name of its own.
    static MessageFormat json() {
        JsonFactory factory = new JsonFactory();
        return delivery -> {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), line)) {
                object(json, delivery);
            }
            line.write('\n');
            return line.toByteArray();
        };
    }

    /// For [#exported].
    JsonFactory JSON = new JsonFactory();

    /// One JSON object with everything that a message is.
    static String exported(SessionFolder.Waiting waiting) {
        Message message = waiting.message();
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            json.writeNumberProperty("sequence", waiting.sequence());
            json.writeStringProperty("state", waiting.isSent() ? "sent" : "waiting");
            Instant accepted = waiting.acceptedAt();
            if (accepted != null) {
                json.writeStringProperty("accepted_at", accepted.toString());
            }
            json.writeStringProperty("topic", message.topic());
            json.writeNumberProperty("qos", message.qos().level());
            json.writeBooleanProperty("retain", message.isRetained());
            json.writeName("payload_base64");
            json.writeBinary(message.payload().toByteArray());
            String text = textOrNull(message.payload());
            if (text != null) {
                json.writeStringProperty("text", text);
            }
            json.writeName("properties");
            properties(json, message);
            json.writeEndObject();
        }
        return line.toString();
    }

    private static void object(JsonGenerator json, Delivery delivery) {
        Message message = delivery.message();
        json.writeStartObject();
        json.writeStringProperty("topic", message.topic());
        String text = textOrNull(message.payload());
        if (text == null) {
            json.writeName("payload_base64");
            json.writeBinary(message.payload().toByteArray());
        } else {
            json.writeStringProperty("payload", text);
        }
        json.writeNumberProperty("qos", message.qos().level());
        json.writeBooleanProperty("retain", message.isRetained());
        json.writeBooleanProperty("dup", delivery.duplicate());
        json.writeName("properties");
        properties(json, message);
        json.writeEndObject();
    }

    private static void properties(JsonGenerator json, Message message) {
        json.writeStartObject();
        if (message.isUtf8()) {
            json.writeBooleanProperty("payload_is_utf8", true);
        }
        message.expiry()
                .ifPresent(
                        expiry -> json.writeNumberProperty("expiry_seconds", expiry.toSeconds()));
        message.contentType().ifPresent(type -> json.writeStringProperty("content_type", type));
        message.responseTopic()
                .ifPresent(topic -> json.writeStringProperty("response_topic", topic));
        message.correlationData()
                .ifPresent(data -> {
                    json.writeName("correlation_data_base64");
                    json.writeBinary(data.toByteArray());
                });
        if (!message.userProperties().isEmpty()) {
            json.writeArrayPropertyStart("user_properties");
            for (UserProperty each : message.userProperties()) {
                json.writeStartObject();
                json.writeStringProperty("name", each.name());
                json.writeStringProperty("value", each.value());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static @Nullable String textOrNull(Bytes payload) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(payload.asByteBuffer()).toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }
}
