package dev.caddis.systemtests.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Prints what became of the messages beside a broker that was killed, and judges it.
///
/// @param sent what passed between the publisher and the broker
/// @param delivered what passed between the broker and the observer
/// @param errors what the lives of the publisher wrote to standard error
/// @param listing where every message is written that the broker acknowledged and lost, with its
///   packets
record BrokerReport(
        String brand,
        int qos,
        List<Sight> sent,
        List<Sight> delivered,
        List<Path> errors,
        Path listing) {

    private static final Pattern SAID =
            Pattern.compile("([0-9]+) unfinished messages? (?:is|are) sent again and may arrive");
    private static final int SHOWN_MAX = 3;

    /// @return whether nothing is wrong but what the broker is known to do: Mosquitto, to lose what
    ///   it has acknowledged and to repeat what it has forgotten; Artemis, to change the order
    boolean print(List<Numbered> accepted, List<Numbered> received) throws IOException {
        var stories = new Stories(sent);
        Verdict verdict = Verdict.of(qos, accepted, received, stories, delivered);
        long said = said();
        list(verdict.lostByBroker());
        prove("acknowledged by the broker, and lost by it", verdict.lostByBroker());
        prove("missing, and never acknowledged", verdict.unexplained());
        prove("repeated with DUP, and taken for another by the broker", verdict.brokersWithDup());
        prove("repeated by the broker, without DUP", verdict.brokersWithoutDup());
        prove("late, and published once", verdict.brokersLate());
        prove("late at the observer alone", verdict.observersLate());
        prove("late, and published more than once", verdict.lateAfterResend());
        prove("published twice in one session without DUP", stories.repeatedWithoutDup());
        prove("published out of order", stories.outOfOrder());
        boolean good =
                verdict.unexplained().isEmpty()
                        && (brand.equals("mosquitto") || forcedAndMarked(verdict))
                        && stories.repeatedWithoutDup().isEmpty()
                        && stories.outOfOrder().isEmpty()
                        && stories.publishedAnew() <= said;
        System.out.printf(
                Locale.ROOT,
                "%-4s %s QoS %d: %d lines accepted, %d messages received; missing: %d not"
                    + " acknowledged, %d acknowledged and lost by the broker; sessions lost by the"
                    + " broker: %d, messages published anew: %d (pub said: %d), of these received"
                    + " twice: %d; repeated otherwise: %d with DUP, %d by the broker without; late"
                    + " first arrivals: %d published again, %d by the broker, %d by the observer;"
                    + " published out of order: %d%n",
                good ? "ok" : "BAD",
                brand,
                qos,
                accepted.size(),
                received.size(),
                verdict.unexplained().size(),
                verdict.lostByBroker().size(),
                stories.sessionsLost(),
                stories.publishedAnew(),
                said,
                verdict.saidTwice().size(),
                verdict.brokersWithDup().size(),
                verdict.brokersWithoutDup().size(),
                verdict.lateAfterResend().size(),
                verdict.brokersLate().size(),
                verdict.observersLate().size(),
                stories.outOfOrder().size());
        return good;
    }

    private static boolean forcedAndMarked(Verdict verdict) {
        return verdict.lostByBroker().isEmpty() && verdict.brokersWithoutDup().isEmpty();
    }

    /// How many messages the publisher said may arrive twice.
    private long said() throws IOException {
        long said = 0;
        for (Path file : errors) {
            Matcher words = SAID.matcher(Files.readString(file));
            while (words.find()) {
                said += Long.parseLong(words.group(1));
            }
        }
        return said;
    }

    private void prove(String what, List<Numbered> messages) {
        if (messages.isEmpty()) {
            return;
        }
        System.out.println(what + ": " + messages.size());
        List<Numbered> shown = messages.subList(0, Math.min(SHOWN_MAX, messages.size()));
        var published = new Excerpt(sent, shown);
        var arrived = new Excerpt(delivered, shown);
        for (Numbered message : shown) {
            System.out.println("  " + message);
            published.of(message).forEach(each -> System.out.println("    pub       " + each));
            arrived.of(message).forEach(each -> System.out.println("    observer  " + each));
        }
    }

    private void list(List<Numbered> lost) throws IOException {
        var packets = new Excerpt(sent, lost);
        Files.write(listing, lost.stream().map(packets::line).toList());
    }
}
