package dev.caddis.systemtests.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What was promised, against what the packets show and what an observer received.
///
/// @param unexplained accepted, never received, and the broker had not taken responsibility
/// @param lostByBroker accepted, never received, and the broker had acknowledged it
/// @param saidTwice received more often than once, having been published anew because the broker
///   had lost the session: Caddis says so
/// @param brokersWithDup received more often than published as new, and one of its PUBLISH packets,
///   to the broker or from it, was marked as a repeated one
/// @param brokersWithoutDup the same, and none was: the broker repeated it without a mark
/// @param lateAfterResend whose first arrival is behind that of a later one, having been published
///   more than once: the broker had not taken the first
/// @param brokersLate the same, published once: the broker sent it to the observer behind a later
///   one
/// @param observersLate the same, but the broker sent it in order: the observer changed the order
record Verdict(
        List<Numbered> unexplained,
        List<Numbered> lostByBroker,
        List<Numbered> saidTwice,
        List<Numbered> brokersWithDup,
        List<Numbered> brokersWithoutDup,
        List<Numbered> lateAfterResend,
        List<Numbered> brokersLate,
        List<Numbered> observersLate) {

    /// @param accepted each message whose line was printed as accepted
    /// @param received in the order of the observer
    /// @param sent what passed between the publisher and the broker
    /// @param delivered what passed between the broker and the observer
    static Verdict of(
            int qos,
            List<Numbered> accepted,
            List<Numbered> received,
            Stories sent,
            List<Sight> delivered) {
        Map<Numbered, Integer> times = new HashMap<>();
        received.forEach(message -> times.merge(message, 1, Integer::sum));
        Set<Numbered> lateOnTheWire = new HashSet<>(late(deliveries(delivered)));
        List<Numbered> lateAfterResend = new ArrayList<>();
        List<Numbered> brokersLate = new ArrayList<>();
        List<Numbered> observersLate = new ArrayList<>();
        for (Numbered message : late(received)) {
            if (!lateOnTheWire.contains(message)) {
                observersLate.add(message);
            } else if (sent.of(message).publishes() > 1) {
                lateAfterResend.add(message);
            } else {
                brokersLate.add(message);
            }
        }
        List<Numbered> unexplained = new ArrayList<>();
        List<Numbered> lostByBroker = new ArrayList<>();
        for (Numbered message : accepted) {
            if (!times.containsKey(message)) {
                (sent.of(message).taken() ? lostByBroker : unexplained).add(message);
            }
        }
        Set<Numbered> marked = marked(delivered);
        List<Numbered> saidTwice = new ArrayList<>();
        List<Numbered> brokersWithDup = new ArrayList<>();
        List<Numbered> brokersWithoutDup = new ArrayList<>();
        times.forEach((message, count) -> {
            Stories.Story story = sent.of(message);
            if (count > (qos == 1 ? story.publishes() : story.epochs())) {
                boolean dup = marked.contains(message) || story.publishes() > story.epochs();
                (dup ? brokersWithDup : brokersWithoutDup).add(message);
            } else if (count > 1) {
                saidTwice.add(message);
            }
        });
        return new Verdict(
                unexplained,
                lostByBroker,
                saidTwice,
                brokersWithDup,
                brokersWithoutDup,
                lateAfterResend,
                brokersLate,
                observersLate);
    }

    /// Which come for the first time behind one that was accepted later.
    private static List<Numbered> late(List<Numbered> arrivals) {
        Set<Numbered> seen = new HashSet<>();
        List<Numbered> late = new ArrayList<>();
        Numbered highest = Numbered.NONE;
        for (Numbered message : arrivals) {
            if (seen.add(message) && message.compareTo(highest) < 0) {
                late.add(message);
            }
            highest = message.compareTo(highest) > 0 ? message : highest;
        }
        return late;
    }

    private static List<Numbered> deliveries(List<Sight> delivered) {
        return delivered.stream()
                .filter(sight -> sight.is(Sight.PUBLISH) && sight.fromBroker())
                .map(Sight::message)
                .toList();
    }

    private static Set<Numbered> marked(List<Sight> delivered) {
        Set<Numbered> marked = new HashSet<>();
        for (Sight sight : delivered) {
            if (sight.is(Sight.PUBLISH) && sight.fromBroker() && sight.dup()) {
                marked.add(sight.message());
            }
        }
        return marked;
    }
}
