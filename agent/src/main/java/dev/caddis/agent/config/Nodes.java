package dev.caddis.agent.config;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import java.util.Set;

/// What can be asked of any YAML node, and how the path of a key is written.
final class Nodes {

    private static final Set<Tag> PLAIN =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.MAP, Tag.SEQ);

    private Nodes() {}

    /// The line `node` begins in, counted from 1.
    static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    /// Whether `node` carries no tag of its own, such as `!secret`.
    static boolean plain(Node node) {
        return PLAIN.contains(node.getTag());
    }

    static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    /// `node` as the beginning of "... stands here".
    static String kind(Node node) {
        if (!plain(node)) {
            return "a tag that begins with !";
        }
        return switch (node) {
            case MappingNode _ -> "a mapping";
            case SequenceNode _ -> "a list";
            case ScalarNode _ when isNull(node) -> "nothing";
            default -> "plain text";
        };
    }

    /// `path.name`, with quotes around a name that would be misread.
    static String join(String path, String name) {
        String segment = name.matches("[A-Za-z0-9_-]+") ? name : Quote.of(name);
        return path.isEmpty() ? segment : path + "." + segment;
    }
}
