package dev.caddis.systemtests.crash;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Of a trace, what tells of some messages, and when the broker was killed.
final class Excerpt {

    private final Map<Numbered, List<Sight>> packets = new HashMap<>();
    private final TreeMap<Long, Sight> happenings = new TreeMap<>();

    Excerpt(List<Sight> trace, Collection<Numbered> messages) {
        messages.forEach(message -> packets.put(message, new ArrayList<>()));
        for (Sight sight : trace) {
            if (sight.is(0)) {
                happenings.put(sight.nanos(), sight);
            } else if (packets.containsKey(sight.message())) {
                packets.get(sight.message()).add(sight);
            }
        }
    }

    /// What passed of `message`, with what happened in between and the two happenings behind.
    List<Sight> of(Numbered message) {
        List<Sight> some = packets.getOrDefault(message, List.of());
        if (some.isEmpty()) {
            return some;
        }
        List<Sight> all = new ArrayList<>(some);
        long first = some.getFirst().nanos();
        long last = some.getLast().nanos();
        all.addAll(happenings.subMap(first, last).values());
        happenings.tailMap(last).values().stream().limit(2).forEach(all::add);
        all.sort((one, other) -> Long.compare(one.nanos(), other.nanos()));
        return Collections.unmodifiableList(all);
    }

    /// As [#of], in one line.
    String line(Numbered message) {
        var line = new StringBuilder(message.toString());
        for (Sight sight : of(message)) {
            line.append(String.format(Locale.ROOT, "; %.6f s ", sight.nanos() / 1e9))
                    .append(sight.brief());
        }
        return line.toString();
    }
}
