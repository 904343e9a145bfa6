package dev.caddis.agent.doctor;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.ProbeException;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// May each topic be published to?
///
/// Over MQTT 5 a PUBLISH of QoS 2, of which only the first half takes place: PUBREC says whether it
/// is allowed, and PUBREL, with which most brokers begin to deliver, is never sent. Since a broker
/// may deliver at once (4.3.3), it is a true one: this machine's readings of now, and of the state
/// what is retained already. It is not retained. Over 3.1.1 no packet says it.
final class PublishRights {

    private static final Duration ALL = Duration.ofSeconds(4);

    private final AgentSettings settings;
    private final Report report;
    private final TimeLeft time;

    PublishRights(AgentSettings settings, Report report, TimeLeft time) {
        this.settings = settings;
        this.report = report;
        this.time = time.within(ALL);
    }

    /// @param readings `null`: they were not there in time
    /// @param state what is retained at the topic of the state; `null`: nothing
    void tell(Conversation talk, @Nullable Readings readings, @Nullable Bytes state) {
        String obstacle = obstacle(talk);
        var topics = new LinkedHashMap<String, @Nullable Bytes>();
        for (TopicSettings each : settings.topics()) {
            topics.put(each.topic(), readings == null ? null : readings.payload(each));
        }
        String stateTopic = settings.availability().topic();
        if (settings.availability().enabled()) {
            topics.put(stateTopic, state);
        }
        if (topics.isEmpty()) {
            report.tell(Finding.notTried(Step.PUBLISH, "no topic is published"));
            return;
        }
        if (obstacle != null) {
            report.tell(Finding.notTried(Step.PUBLISH, obstacle));
            return;
        }
        int id = 0;
        int room = room(talk);
        for (Map.Entry<String, @Nullable Bytes> each : topics.entrySet()) {
            String topic = each.getKey();
            Bytes payload = each.getValue();
            String why = null;
            if (payload == null) {
                why =
                        topic.equals(stateTopic)
                                ? "no state is retained there, and the doctor says none that may be"
                                        + " untrue"
                                : "its readings were not there in time";
            } else if (id >= room) {
                why = "the broker takes " + room + " unfinished messages, which the others took";
            }
            if (payload == null || why != null) {
                report.tell(Finding.notTried(Step.PUBLISH, String.valueOf(why)).about(topic));
                continue;
            }
            id++;
            try {
                report.tell(asked(talk, topic, payload, id).about(topic));
            } catch (Conversation.HungUp end) {
                report.tell(
                        Finding.failed(
                                        Step.PUBLISH,
                                        "the broker ended the connection instead of an answer: "
                                                + Hello.words(end.reason()),
                                        "allow this device to publish to it on the broker")
                                .about(topic));
                report.tell(Finding.notTried(Step.PUBLISH, "what comes after " + topic));
                return;
            } catch (ProbeException end) {
                report.tell(Approach.failure(Step.PUBLISH, end.failure()).about(topic));
                return;
            }
        }
    }

    private static @Nullable String obstacle(Conversation talk) {
        if (!talk.isVersion5()) {
            return "MQTT 3.1.1 has no packet in which a broker could refuse a message";
        }
        return Hello.maximumQos(talk.limits()) == Qos.EXACTLY_ONCE
                ? null
                : "the broker has no QoS 2, of which half an exchange would tell, and a whole one"
                        + " would reach your subscribers";
    }

    private static int room(Conversation talk) {
        Integer said = talk.limits().properties().receiveMaximum();
        return said == null ? 65_535 : said;
    }

    private Finding asked(Conversation talk, String topic, Bytes payload, int id)
            throws Conversation.HungUp {
        long begun = time.now();
        var half =
                new Publish(
                        topic,
                        payload,
                        Qos.EXACTLY_ONCE,
                        false,
                        false,
                        id,
                        Publish.Properties.NONE);
        Pubrec answer =
                talk.ask(
                        half,
                        time,
                        packet -> packet instanceof Pubrec it && it.packetId() == id ? it : null);
        if (answer.reason().isError()) {
            String said = answer.reasonString();
            return Finding.failed(
                    Step.PUBLISH,
                    "the broker refuses it: "
                            + Hello.words(answer.reason())
                            + (said == null ? "" : " (" + said + ")"),
                    "allow this device to publish to it on the broker, or correct the topic");
        }
        return Finding.ok(Step.PUBLISH, "allowed (half a QoS 2 exchange, not finished)")
                .took(time.since(begun));
    }
}
