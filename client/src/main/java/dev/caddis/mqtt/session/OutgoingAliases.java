package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Publish;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Gives our topics aliases, the one used longest ago giving way (MQTT 5.0 section 3.3.2.3.4). They
/// are put on at the last moment, on the way to the wire, and die with the connection
/// `[MQTT-3.3.2-7]` (F23).
final class OutgoingAliases {

    /// A shorter topic takes no more room than an alias does.
    private static final int SHORTEST_TOPIC = 6;

    /// What an alias may add to a packet: the property, and a byte in each of two lengths.
    static final int ADDED_BYTES_MAX = 5;

    private final int maximum;
    private final LinkedHashMap<String, Integer> aliases = new LinkedHashMap<>(16, 0.75f, true);

    /// @param maximum the lower of the broker's Topic Alias Maximum and our own `[MQTT-3.2.2-17]`
    ///   `[MQTT-3.2.2-18]`
    OutgoingAliases(int maximum) {
        this.maximum = maximum;
    }

    /// @param mayGrow whether the packet has room for [#ADDED_BYTES_MAX] more
    Publish apply(Publish publish, boolean mayGrow) {
        if (maximum == 0 || publish.topic().length() < SHORTEST_TOPIC) {
            return publish;
        }
        Integer known = aliases.get(publish.topic());
        if (known != null) {
            return publish.withTopic("", known);
        }
        if (!mayGrow) {
            return publish;
        }
        int alias = aliases.size() < maximum ? aliases.size() + 1 : takeOldest(); // [MQTT-3.3.2-8]
        aliases.put(publish.topic(), alias);
        return publish.withTopic(publish.topic(), alias);
    }

    private int takeOldest() {
        Iterator<Map.Entry<String, Integer>> oldest = aliases.entrySet().iterator();
        int alias = oldest.next().getValue();
        oldest.remove();
        return alias;
    }
}
