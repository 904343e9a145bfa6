package dev.caddis.agent.source;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Builds the object that an inner node of the tree answers, and reaches into one.
final class ObjectBuilder {

    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();
    private final Map<String, ObjectBuilder> inner = new LinkedHashMap<>();

    /// Puts `value` at `path`, such as `eth0/in_bytes`, with an object for every name before the
    /// last.
    void put(String path, @Nullable Object value) {
        int slash = path.indexOf('/');
        if (slash < 0) {
            members.put(path, value);
        } else {
            inner.computeIfAbsent(path.substring(0, slash), _ -> new ObjectBuilder())
                    .put(path.substring(slash + 1), value);
        }
    }

    Map<String, @Nullable Object> build() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>(members);
        inner.forEach((name, builder) -> object.put(name, builder.build()));
        return object;
    }

    /// The member `name` of an object, or the element at index `name` of a list.
    ///
    /// @throws NoSuchPathException `unknown`, when there is none
    static @Nullable Object member(@Nullable Object value, String name, NoSuchPathException unknown)
            throws NoSuchPathException {
        if (value instanceof Map<?, ?> map && map.containsKey(name)) {
            return map.get(name);
        }
        if (value instanceof List<?> list && name.matches("\\d{1,9}")) {
            int index = Integer.parseInt(name);
            if (index < list.size()) {
                return list.get(index);
            }
        }
        throw unknown;
    }
}
