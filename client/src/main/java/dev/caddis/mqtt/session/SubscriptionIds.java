package dev.caddis.mqtt.session;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A subscription identifier for each filter (MQTT 5.0 section 3.8.2.1.2), the same for as long as
/// the filter is wanted or the broker serves it: copies name by it what they are copies for.
final class SubscriptionIds {

    private final Map<String, Integer> identifiers = new HashMap<>();
    private final Map<Integer, String> filters = new HashMap<>();
    private int last;

    SubscriptionIds(SessionState state) {
        state.granted.forEach((filter, grant) -> {
            if (grant.identifier() > 0) {
                put(filter, grant.identifier());
            }
        });
    }

    int of(String filter) {
        Integer known = identifiers.get(filter);
        if (known != null) {
            return known;
        }
        put(filter, last + 1);
        return last;
    }

    private void put(String filter, int identifier) {
        identifiers.put(filter, identifier);
        filters.put(identifier, filter);
        last = Math.max(last, identifier);
    }

    void forget(String filter) {
        Integer known = identifiers.remove(filter);
        if (known != null) {
            filters.remove(known);
        }
    }

    List<String> filters(List<Integer> named) {
        Set<String> known = new LinkedHashSet<>();
        for (Integer identifier : named) {
            String filter = filters.get(identifier);
            if (filter != null) {
                known.add(filter);
            }
        }
        return List.copyOf(known);
    }
}
