package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One mapping of the file whose keys were checked when it was opened: each at most once, none
/// unknown.
final class Section {

    private final Context context;
    private final String path;
    private final int line;
    private final Map<String, Entry> entries;

    /// A key and what is written behind it.
    ///
    /// @param line the key's
    record Entry(String name, String path, int line, Node node) {}

    private Section(Context context, String path, int line, Map<String, Entry> entries) {
        this.context = context;
        this.path = path;
        this.line = line;
        this.entries = entries;
    }

    /// Opens the mapping `node`; `null` when it is none, and that was reported.
    static @Nullable Section open(Node node, String path, int line, Keys keys, Context context) {
        if (!(Nodes.plain(node) && node instanceof MappingNode mapping)) {
            context.problems().add(line, path, Nodes.kind(node) + " stands here", remedyFor(keys));
            return null;
        }
        var entries = new LinkedHashMap<String, Entry>();
        var check = new KeyCheck(keys, path, mapping, context.problems());
        for (NodeTuple tuple : mapping.getValue()) {
            Optional<Entry> entry = check.entry(tuple, entries);
            entry.ifPresent(checked -> entries.put(checked.name(), checked));
        }
        return new Section(context, path, line, Collections.unmodifiableMap(entries));
    }

    private static String remedyFor(Keys keys) {
        return keys.known().isEmpty()
                ? "write \"name: value\" lines below it, indented"
                : "write its keys below it, indented: " + String.join(", ", keys.known());
    }

    /// The same keys, read with other names.
    Section with(Names names) {
        return new Section(context.with(names), path, line, entries);
    }

    Context context() {
        return context;
    }

    int line() {
        return line;
    }

    String path() {
        return path;
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    /// The line of key `name`, or this section's where it is absent.
    int lineOf(String name) {
        Entry entry = entries.get(name);
        return entry == null ? line : entry.line();
    }

    /// Reports that `name` is wrong, at its line.
    void wrong(String name, String what, String remedy) {
        context.problems().add(lineOf(name), Nodes.join(path, name), what, remedy);
    }

    /// Reports that `name` deserves a second look, at its line.
    void warn(String name, String what, String remedy) {
        context.problems().warn(lineOf(name), Nodes.join(path, name), what, remedy);
    }

    /// The scalar behind `name`; `null` when there is none, or none that can be one, which was
    /// reported.
    @Nullable Value value(String name) {
        Entry entry = entries.get(name);
        return entry == null ? null : value(entry);
    }

    /// The scalar behind `name`; reports when the key is absent.
    @Nullable Value required(String name, String remedy) {
        if (!has(name)) {
            wrong(name, "is missing", remedy);
        }
        return value(name);
    }

    /// The scalar of `entry`; `null` when it is none, and that was reported.
    @Nullable Value value(Entry entry) {
        Node node = entry.node();
        int at = Nodes.line(node);
        if (!Nodes.plain(node)) {
            context.problems()
                    .add(
                            at,
                            entry.path(),
                            "tags that begin with ! are not understood",
                            "write the value itself, or \"${file:PATH}\", or \"${env:NAME}\"");
            return null;
        }
        if (!(node instanceof ScalarNode scalar)) {
            context.problems()
                    .add(at, entry.path(), Nodes.kind(node) + " stands here", "write one value");
            return null;
        }
        return new Value(context, entry.path(), at, Nodes.isNull(node) ? null : scalar.getValue());
    }

    /// The value of `name` as a `T`; `otherwise` when it is absent or wrong.
    <T> T read(String name, Parser<T> parser, T otherwise) {
        Value value = value(name);
        return value == null ? otherwise : value.read(parser, otherwise);
    }

    /// The value of `name` as a `T`; `null` when it is absent or wrong.
    <T> @Nullable T readOrNull(String name, Parser<T> parser) {
        Value value = value(name);
        return value == null ? null : value.read(parser);
    }

    /// The mapping behind `name`; `null` when it is absent or wrong.
    @Nullable Section section(String name, Keys keys) {
        Entry entry = entries.get(name);
        return entry == null ? null : section(entry, keys);
    }

    @Nullable Section section(Entry entry, Keys keys) {
        return open(entry.node(), entry.path(), entry.line(), keys, context);
    }

    /// The items behind `name`, each still to be opened; empty when it is absent or no list.
    List<Entry> list(String name, String remedy) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return List.of();
        }
        if (!(Nodes.plain(entry.node()) && entry.node() instanceof SequenceNode sequence)) {
            wrong(name, Nodes.kind(entry.node()) + " stands here", remedy);
            return List.of();
        }
        if (sequence.getValue().isEmpty()) {
            wrong(name, "is an empty list", remedy);
        }
        var items = new ArrayList<Entry>();
        for (Node item : sequence.getValue()) {
            String itemPath = entry.path() + "[" + items.size() + "]";
            items.add(new Entry(itemPath, itemPath, Nodes.line(item), item));
        }
        return items;
    }
}
