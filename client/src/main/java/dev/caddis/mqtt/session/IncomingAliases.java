package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;

import java.util.HashMap;
import java.util.Map;

/// The topics that the broker's aliases stand for (MQTT 5.0 section 3.3.2.3.4). They die with the
/// connection `[MQTT-3.3.2-7]`, so what is kept longer carries the full topic (F23).
final class IncomingAliases {

    /// What a PUBLISH with an alias says.
    sealed interface Resolution {
        record Resolved(Publish publish) implements Resolution {}

        /// It says nothing that is allowed.
        record Broken(ReasonCode reason, String what) implements Resolution {}
    }

    private final int maximum;
    private final Map<Integer, String> topics = new HashMap<>();

    /// @param maximum as our CONNECT said; 0: none are allowed
    IncomingAliases(int maximum) {
        this.maximum = maximum;
    }

    Resolution resolve(Publish publish) {
        Integer alias = publish.properties().topicAlias();
        if (alias == null) {
            return new Resolution.Resolved(publish);
        }
        if (alias > maximum) { // [MQTT-3.1.2-26] [MQTT-3.1.2-27]
            return new Resolution.Broken(
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    "PUBLISH has topic alias "
                            + alias
                            + ", "
                            + (maximum == 0 ? "none is allowed" : maximum + " is the highest"));
        }
        String topic = publish.topic();
        if (topic.isEmpty()) {
            String known = topics.get(alias);
            if (known == null) {
                return new Resolution.Broken(
                        ReasonCode.PROTOCOL_ERROR,
                        "PUBLISH has topic alias " + alias + ", which stands for no topic yet");
            }
            topic = known;
        } else { // [MQTT-3.3.2-10]
            topics.put(alias, topic);
        }
        return new Resolution.Resolved(publish.withTopic(topic, null));
    }
}
