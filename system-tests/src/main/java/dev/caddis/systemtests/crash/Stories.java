package dev.caddis.systemtests.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a [Trace] tells of each message on its way from the publisher to the broker.
///
/// A broker that answers CONNECT with session present 0 has lost the session: a new epoch begins.
/// Within one, a message may be published again only with DUP; in the next one it is published
/// anew, and may arrive twice.
final class Stories {

    /// One message. Grows while the trace is read.
    static final class Story {
        private int publishes;
        private int epochs;
        private int lastEpoch;
        private boolean taken;

        /// PUBLISH packets that carried it.
        int publishes() {
            return publishes;
        }

        /// Sessions of the broker in which it was published.
        int epochs() {
            return epochs;
        }

        /// Whether the broker has answered with PUBACK or PUBREC.
        boolean taken() {
            return taken;
        }
    }

    private final Map<Numbered, Story> stories = new HashMap<>();
    private final List<Numbered> repeatedWithoutDup = new ArrayList<>();
    private final List<Numbered> outOfOrder = new ArrayList<>();
    private int sessionsLost;
    private int publishedAnew;

    Stories(List<Sight> trace) {
        int epoch = 0;
        Numbered highest = Numbered.NONE;
        for (Sight sight : trace) {
            Numbered message = sight.message();
            if (sight.is(Sight.CONNACK) && sight.reason() == 0 && !sight.sessionPresent()) {
                epoch++;
            } else if (sight.is(Sight.PUBLISH) && !sight.fromBroker()) {
                Story story = stories.computeIfAbsent(message, _ -> new Story());
                if (story.publishes == 0 && message.compareTo(highest) < 0) {
                    outOfOrder.add(message);
                }
                highest = message.compareTo(highest) > 0 ? message : highest;
                published(story, sight, epoch);
            } else if (sight.takes()) {
                of(message).taken = true;
            }
        }
        sessionsLost = Math.max(0, epoch - 1);
    }

    private void published(Story story, Sight sight, int epoch) {
        story.publishes++;
        if (story.lastEpoch != epoch) {
            publishedAnew += story.epochs > 0 ? 1 : 0;
            story.lastEpoch = epoch;
            story.epochs++;
        } else if (!sight.dup()) {
            repeatedWithoutDup.add(sight.message());
        }
    }

    /// The story of a message; an empty one where it was never published.
    Story of(Numbered message) {
        return stories.getOrDefault(message, new Story());
    }

    /// Messages that were published twice in one session, the second time as if they were new.
    List<Numbered> repeatedWithoutDup() {
        return repeatedWithoutDup;
    }

    /// Messages that were published for the first time behind one that was accepted later.
    List<Numbered> outOfOrder() {
        return outOfOrder;
    }

    /// How often the broker had no session where it should have had one.
    int sessionsLost() {
        return sessionsLost;
    }

    /// How often a message was published again in another session.
    int publishedAnew() {
        return publishedAnew;
    }
}
