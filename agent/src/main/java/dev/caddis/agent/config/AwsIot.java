package dev.caddis.agent.config;

import dev.caddis.agent.config.Section.Entry;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.packet.Qos;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// Warns of what a right configuration asks of AWS IoT Core, and that broker lacks. It refuses some
/// of it by closing the connection, and some by silence.
final class AwsIot {

    private static final String HOSTS = ".amazonaws.com";
    private static final int TOPIC_BYTES_MAX = 256;
    private static final int SLASHES_MAX = 7;
    private static final int FILTERS_MAX = 8;
    private static final int SUBSCRIPTIONS_MAX = 50;
    private static final int PAYLOAD_BYTES_MAX = 128 << 10;

    /// `"":null,` around the name of a field; a number is seldom shorter than null.
    private static final int FIELD_BYTES = 8;

    private final Section root;
    private final AgentSettings settings;

    private AwsIot(Section root, AgentSettings settings) {
        this.root = root;
        this.settings = settings;
    }

    /// Looks through `root`, which became `settings` without a problem, when one of its brokers is
    /// one.
    static void warn(Section root, AgentSettings settings) {
        if (settings.brokers().stream().anyMatch(AwsIot::isOne)) {
            var check = new AwsIot(root, settings);
            check.availability();
            check.topics();
            check.subscriptions();
        }
    }

    private static boolean isOne(Broker broker) {
        String host = URI.create(broker.url()).getHost();
        return host != null && host.toLowerCase(Locale.ROOT).endsWith(HOSTS);
    }

    private void availability() {
        Availability availability = settings.availability();
        if (!availability.enabled()) {
            return;
        }
        Section section = root.section("availability", Keys.AVAILABILITY);
        if (section == null) {
            name(root, "availability", availability.topic());
            return;
        }
        name(section, "topic", availability.topic());
        if (availability.qos() == Qos.EXACTLY_ONCE) {
            section.warn("qos", "2 is more than AWS IoT takes of a will", "write 1");
        }
    }

    private void topics() {
        Section section = root.section("topics", Keys.FREE);
        if (section == null) {
            return;
        }
        List<Entry> entries = List.copyOf(section.entries());
        boolean byDefault = false;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            TopicSettings topic = settings.topics().get(i); // none was refused
            name(section, entry.name(), topic.topic());
            payload(section, entry.name(), topic);
            if (topic.qos() == Qos.EXACTLY_ONCE) {
                Section own =
                        TopicsReader.isLongForm(entry.node())
                                ? section.section(entry, Keys.TOPIC)
                                : null;
                if (own != null && own.has("qos")) {
                    qos(own);
                } else {
                    byDefault = true;
                }
            }
        }
        Section defaults = root.section("defaults", Keys.DEFAULTS);
        if (byDefault && defaults != null) {
            qos(defaults);
        }
    }

    private static void qos(Section section) {
        section.warn(
                "qos",
                "2 is more than AWS IoT takes: it never answers such a message",
                "write 1, or 0");
    }

    private static void payload(Section section, String name, TopicSettings topic) {
        long bytes = 0;
        for (String field : topic.fields().keySet()) {
            bytes += bytes(field) + FIELD_BYTES;
        }
        if (bytes > PAYLOAD_BYTES_MAX) {
            section.warn(
                    name,
                    "makes messages of at least %d bytes, and AWS IoT takes %d"
                            .formatted(bytes, PAYLOAD_BYTES_MAX),
                    "spread its fields over several topics");
        }
    }

    private void subscriptions() {
        List<SubscriptionSettings> subscriptions = settings.subscriptions();
        List<Entry> entries = root.list("subscriptions", "");
        for (int i = 0; i < entries.size(); i++) {
            Section section = root.section(entries.get(i), Keys.SUBSCRIPTION);
            if (section == null) {
                continue;
            }
            SubscriptionSettings one = subscriptions.get(i);
            name(section, "topic", one.filter());
            if (one.qos() == Qos.EXACTLY_ONCE) {
                section.warn("qos", "2 is more than AWS IoT grants", "write 1, or 0");
            }
        }
        filters(subscriptions);
    }

    /// With a birth the agent listens to its state topic too.
    private void filters(List<SubscriptionSettings> subscriptions) {
        Availability availability = settings.availability();
        boolean state =
                availability.enabled()
                        && !availability.online().isEmpty()
                        && subscriptions.stream()
                                .noneMatch(s -> s.filter().equals(availability.topic()));
        int filters = subscriptions.size() + (state ? 1 : 0);
        if (subscriptions.isEmpty() || filters <= FILTERS_MAX) {
            return;
        }
        boolean tooMany = filters > SUBSCRIPTIONS_MAX;
        root.warn(
                "subscriptions",
                "%d filters%s, and AWS IoT takes %s"
                        .formatted(
                                filters,
                                state ? " with that of the state topic" : "",
                                tooMany
                                        ? SUBSCRIPTIONS_MAX + " on a connection"
                                        : FILTERS_MAX + " in one SUBSCRIBE: they go in several"),
                "join some of them with + or #" + (tooMany ? "" : ", or leave it so"));
    }

    /// Checks the name or filter `topic`, which stands in `section` as, or behind, `key`.
    private static void name(Section section, String key, String topic) {
        // What leads to a rule or a group is not counted.
        String counted = topic.replaceFirst("^\\$(aws/rules|share)/[^/]*/", "");
        int bytes = bytes(counted);
        if (bytes > TOPIC_BYTES_MAX) {
            section.warn(
                    key,
                    "the topic is %d bytes long, and AWS IoT takes %d"
                            .formatted(bytes, TOPIC_BYTES_MAX),
                    "shorten it");
        }
        long slashes = counted.chars().filter(c -> c == '/').count();
        if (slashes > SLASHES_MAX) {
            section.warn(
                    key,
                    "the topic has %d slashes, and AWS IoT takes %d"
                            .formatted(slashes, SLASHES_MAX),
                    "use fewer levels");
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
