package dev.caddis.mqtt.session;

import java.util.Collections;
import java.util.List;

/// Where a session lives at the broker's side.
///
/// @param broker the URL of the broker that holds it, or [#SHARED]
/// @param hosts of the group that this broker belongs to, as [BrokerGroup#hosts]
public record Place(String broker, List<String> hosts) {

    /// All members of the group that keep their sessions together.
    public static final String SHARED = "shared";

    public Place {
        hosts = List.copyOf(hosts);
    }

    /// Whether a session in this place may go on with a client that is given `others`. A group may
    /// change from one start to the next; with all of it changed, it is another.
    public boolean belongsTo(List<String> others) {
        return !Collections.disjoint(hosts, others);
    }
}
