package dev.caddis.agent.config;

import dev.caddis.agent.config.Section.Entry;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/// One line `field: data path` of a topic.
record FieldReader(Section fields, Entry field) {

    /// The data path; `null` when it is wrong, which was reported.
    @Nullable String path(boolean longForm) {
        String name = field.name();
        if (name.isBlank()) {
            fields.wrong(name, "a field has no name", "write \"field: /data/path\"");
            return null;
        }
        boolean setting = Keys.TOPIC.accepts(name) || Keys.TOPIC.later().containsKey(name);
        if (field.node() instanceof MappingNode) {
            refuseMapping(setting && !longForm);
            return null;
        }
        Value value = fields.value(field);
        String path = value == null ? null : value.read(MqttParsers.dataPath());
        if (value != null && path != null && setting && !longForm && !path.startsWith("/")) {
            value.wrong(
                    "is a setting of a topic, but this topic has no \"readings:\"",
                    "put the fields under readings:, or begin the path of a field of this name with"
                            + " /");
            return null;
        }
        return path;
    }

    private void refuseMapping(boolean setting) {
        if (setting) {
            fields.wrong(
                    field.name(),
                    "is a setting of a topic, but this topic has no \"readings:\"",
                    "put the fields under readings:");
        } else {
            fields.wrong(
                    field.name(),
                    "a reading with settings of its own is not supported yet in this version",
                    "write \"field: /data/path\"");
        }
    }
}
