package dev.caddis.agent.config;

import dev.caddis.agent.config.Section.Entry;
import dev.caddis.agent.source.ThisMachine;
import dev.caddis.agent.telemetry.TopicSettings;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Section `topics`: what is published.
///
/// A topic is in the long form exactly when it has a key `readings` with anything but a path behind
/// it. In the short form every key is a field, so that fields named `timestamp` or `every` are
/// possible; to catch a long form whose `readings` was forgotten, the path of a field with such a
/// name must begin with `/`.
final class TopicsReader {

    private final TopicDefaults defaults;
    private final Section topics;
    private final List<TopicSettings> read = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private final Set<String> unknownRoots = new HashSet<>(); // each is told once

    private TopicsReader(TopicDefaults defaults, Section topics) {
        this.defaults = defaults;
        this.topics = topics;
    }

    static List<TopicSettings> read(Section root, Availability availability) {
        TopicDefaults defaults = TopicDefaults.read(root);
        Section topics = root.section("topics", Keys.FREE);
        if (topics == null) {
            return List.of();
        }
        if (topics.entries().isEmpty()) {
            root.wrong(
                    "topics",
                    "has no topics",
                    "write \"TOPIC: { field: /data/path }\" below it, or remove the key");
        }
        var reader = new TopicsReader(defaults, topics);
        for (Entry entry : topics.entries()) {
            reader.topic(entry, availability);
        }
        return reader.read;
    }

    private void topic(Entry entry, Availability availability) {
        String name = name(entry, availability);
        boolean longForm = isLongForm(entry.node());
        Section section = topics.section(entry, longForm ? Keys.TOPIC : Keys.FREE);
        if (section == null) {
            return;
        }
        TopicDefaults how = longForm ? defaults.overriddenBy(section) : defaults;
        Section fields = longForm ? section.section("readings", Keys.FREE) : section;
        if (fields == null) {
            return;
        }
        var readings = new LinkedHashMap<>(readings(fields, how, longForm));
        if (name != null) {
            read.add(
                    new TopicSettings(
                            name,
                            how.every(),
                            how.qos(),
                            how.retain(),
                            how.timestamp().orElse(null),
                            readings));
        }
    }

    /// The topic's name; `null` when it is wrong or taken, which was reported.
    private @Nullable String name(Entry entry, Availability availability) {
        var written = new Value(topics.context(), entry.path(), entry.line(), entry.name());
        String name = written.read(MqttParsers.topic());
        if (name == null) {
            return null;
        }
        Integer first = lines.putIfAbsent(name, entry.line());
        if (first != null) {
            written.wrong(
                    "is the same topic as in line " + first + ", " + Quote.of(name),
                    "put all its fields under one of them");
        } else if (availability.enabled() && name.equals(availability.topic())) {
            written.wrong(
                    "is also the topic of availability",
                    "choose another, or change availability.topic");
        }
        return name;
    }

    static boolean isLongForm(Node node) {
        if (!(node instanceof MappingNode mapping)) {
            return false;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals("readings")) {
                return !(tuple.getValueNode() instanceof ScalarNode)
                        || Nodes.isNull(tuple.getValueNode());
            }
        }
        return false;
    }

    private Map<String, String> readings(Section fields, TopicDefaults how, boolean longForm) {
        var readings = new LinkedHashMap<String, String>();
        for (Entry field : fields.entries()) {
            String path = new FieldReader(fields, field).path(longForm);
            if (path == null) {
                continue;
            }
            lookForSource(path, fields, field);
            if (how.timestamp().filter(field.name()::equals).isPresent()) {
                fields.wrong(
                        field.name(),
                        "is the name of the timestamp",
                        "rename the field, or write timestamp: none or another name");
            } else {
                readings.put(field.name(), path);
            }
        }
        if (fields.entries().isEmpty()) {
            fields.context()
                    .problems()
                    .add(
                            fields.line(),
                            fields.path(),
                            "has no fields",
                            "write \"field: /data/path\" below it");
        }
        return readings;
    }

    /// Only what is the same on every machine is judged: whether a sensor or an interface is there
    /// can change while the agent runs.
    private void lookForSource(String path, Section fields, Entry field) {
        ThisMachine.unknownRoot(path)
                .filter(unknownRoots::add)
                .ifPresent(name ->
                        fields.context()
                                .problems()
                                .warn(
                                        Nodes.line(field.node()),
                                        field.path(),
                                        "nothing is called '" + name + "'",
                                        "there is " + String.join(", ", ThisMachine.ROOTS)));
    }
}
