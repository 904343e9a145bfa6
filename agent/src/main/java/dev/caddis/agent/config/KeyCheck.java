package dev.caddis.agent.config;

import dev.caddis.agent.config.Section.Entry;

import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

import java.util.Map;
import java.util.Optional;

/// Checks the keys of one mapping: text, written once, known. Values are never quoted: one may be a
/// password.
final class KeyCheck {

    private final Keys keys;
    private final String path;
    private final MappingNode mapping;
    private final Problems problems;

    KeyCheck(Keys keys, String path, MappingNode mapping, Problems problems) {
        this.keys = keys;
        this.path = path;
        this.mapping = mapping;
        this.problems = problems;
    }

    /// The entry of `tuple`, unless its key is wrong, which is then reported.
    Optional<Entry> entry(NodeTuple tuple, Map<String, Entry> before) {
        Node keyNode = tuple.getKeyNode();
        int line = Nodes.line(keyNode);
        if (!(keyNode instanceof ScalarNode scalar && Nodes.plain(keyNode))) {
            problems.add(
                    line,
                    path.isEmpty() ? "yaml" : path,
                    "a key is not plain text",
                    "write \"name: value\", and put a text that begins with { or [ in quotes");
            return Optional.empty();
        }
        String name = scalar.getValue();
        String whole = Nodes.join(path, name);
        Entry first = before.get(name);
        if (first != null) {
            problems.add(
                    line,
                    whole,
                    "is written twice, in lines " + first.line() + " and " + line,
                    "keep one");
            return Optional.empty();
        }
        if (name.equals("<<") && scalar.isPlain()) {
            problems.add(line, whole, "merge keys are not understood", "write the keys out");
            return Optional.empty();
        }
        if (keys.accepts(name)) {
            return Optional.of(new Entry(name, whole, line, tuple.getValueNode()));
        }
        refuse(name, whole, line, tuple.getValueNode());
        return Optional.empty();
    }

    private void refuse(String name, String whole, int line, Node value) {
        String later = keys.later().get(name);
        int colon = name.indexOf(':');
        if (later != null) {
            problems.add(line, whole, "is not supported yet in this version", later);
        } else if (colon > 0 && Nodes.isNull(value)) { // password:hunter2
            String start = name.substring(0, colon);
            problems.add(
                    line,
                    Nodes.join(path, start),
                    "its colon is not followed by a space",
                    "write \"" + Quote.oneLine(start) + ": VALUE\"");
        } else if (mapping.getFlowStyle() == FlowStyle.FLOW
                && Nodes.isNull(value)) { // { password: a,b }
            problems.add(
                    line,
                    path.isEmpty() ? "yaml" : path,
                    "a part between commas is no \"key: value\"",
                    "put a value that holds a comma in quotes");
        } else {
            problems.add(line, whole, "unknown key", keys.remedyFor(name));
        }
    }
}
