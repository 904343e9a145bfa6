package dev.caddis.agent.config;

import dev.caddis.agent.config.Section.Entry;
import dev.caddis.agent.config.SubscriptionSettings.Handler;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Section `subscriptions`: what is listened to.
final class SubscriptionsReader {

    private static final Parser<Handler> HANDLER =
            text -> {
                if (!text.equals("log")) {
                    throw Refused.value(
                            "is a handler that is not supported yet in this version",
                            "write handler: log");
                }
                return Handler.LOG;
            };

    private SubscriptionsReader() {}

    static List<SubscriptionSettings> read(Section root) {
        var subscriptions = new ArrayList<SubscriptionSettings>();
        Map<String, Integer> lines = new HashMap<>();
        String remedy =
                "write \"- { topic: FILTER, qos: 1, handler: log }\" below it, or remove the key";
        for (Entry item : root.list("subscriptions", remedy)) {
            Section section = root.section(item, Keys.SUBSCRIPTION);
            SubscriptionSettings one = section == null ? null : one(section, lines);
            if (one != null) {
                subscriptions.add(one);
            }
        }
        return subscriptions;
    }

    private static @Nullable SubscriptionSettings one(Section section, Map<String, Integer> lines) {
        Value topic = section.required("topic", "write topic: FILTER");
        String filter = topic == null ? null : topic.read(MqttParsers.filter());
        Qos qos = section.read("qos", Parsers.qos(), Qos.AT_LEAST_ONCE);
        Value handlerValue = section.required("handler", "write handler: log");
        Handler handler =
                handlerValue == null ? Handler.LOG : handlerValue.read(HANDLER, Handler.LOG);
        if (topic == null || filter == null) {
            return null;
        }
        Integer first = lines.putIfAbsent(filter, topic.line());
        if (first != null) {
            topic.wrong(
                    "is the same filter as in line " + first + ", " + Quote.of(filter), "keep one");
        }
        return new SubscriptionSettings(filter, qos, handler);
    }
}
