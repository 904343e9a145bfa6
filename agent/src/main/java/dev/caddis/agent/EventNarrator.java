package dev.caddis.agent;

import dev.caddis.agent.EventNarrator.Line.Level;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.DropCause;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Turns events into lines for a person, few of them: while a broker is away, each reason is told
/// once and then counted, and so is each refusal on one connection. Knows no clock and no log. One
/// thread at a time tells it events.
public final class EventNarrator {

    /// One line and how much it matters.
    public record Line(Level level, String text) {

        /// How much a line matters.
        public enum Level {
            /// Only for somebody who looks for it.
            DETAIL,
            /// What a person who watches wants to see.
            NEWS,
            /// What needs somebody, or soon will.
            TROUBLE,
            /// The end: nothing goes on until it is started anew.
            FAILURE
        }
    }

    /// More distinct reasons than these are counted only.
    private static final int REASONS_MAX = 20;

    /// Of what a broker says for a reason, which may be 64 KiB.
    private static final int REASON_STRING_CHARACTERS_MAX = 200;

    private final Set<String> toldReasons = new HashSet<>(); // since the last connection
    private final Map<String, Long> refusals = new HashMap<>(); // on this connection
    private final Map<DropCause, Long> toldDrops = new EnumMap<>(DropCause.class);
    private final Map<DropCause, Long> dropsSinceTold = new EnumMap<>(DropCause.class);
    private final List<Line> lines = new ArrayList<>();
    private long failedAttempts;
    private volatile boolean closing;
    private boolean quiet; // about the next pause, since its reason is known

    /// From now on a connection or attempt that we end ourselves is no news. Any thread may call
    /// it.
    public void closing() {
        closing = true;
    }

    /// The end of [#closing]: another connection follows.
    public void reopening() {
        closing = false;
    }

    /// The lines that `event` is worth, often none.
    public List<Line> tell(ClientEvent event) {
        lines.clear();
        switch (event) {
            case ClientEvent.Connected connected -> connected(connected);
            case ClientEvent.Disconnected(ConnectionFailure reason)
                    when reason.kind() == ConnectionFailure.Kind.MOVED ->
                    news(sentence(reason));
            case ClientEvent.Disconnected(ConnectionFailure reason) -> {
                quiet = isOurWish(reason);
                add(quiet ? Level.DETAIL : Level.TROUBLE, "connection lost: " + sentence(reason));
            }
            case ClientEvent.ConnectFailed(int _, ConnectionFailure reason) -> failed(reason);
            case ClientEvent.RetryingIn(Duration delay, int _) ->
                    add(quiet ? Level.DETAIL : Level.NEWS, "next attempt in " + text(delay));
            case ClientEvent.GaveUp(int attempts, ConnectionFailure last) ->
                    trouble("gave up after " + attempts + " attempts: " + sentence(last));
            case ClientEvent.IdentityChanged(String identity) ->
                    news("the certificate changed; in use from now on: " + OneLine.text(identity));
            case ClientEvent.IdentityKept(ConnectionFailure reason) ->
                    trouble(
                            "the certificate files changed and are not used: "
                                    + sentence(reason)
                                    + (reason.kind().name().startsWith("SERVER_")
                                            ? ". The connection goes on, and the next one trusts"
                                                    + " what the files say; correct them"
                                            : ". The earlier ones stay in use; correct the files,"
                                                    + " they are tried again"));
            case ClientEvent.CertificateExpires(String source, String subject, Instant end) ->
                    trouble(expires(source, subject, end));
            case ClientEvent.SessionLost(int republished) ->
                    trouble(
                            "the broker no longer had our session; subscribing again"
                                    + (republished == 0
                                            ? ""
                                            : ", "
                                                    + counted(republished, "unfinished message")
                                                    + (republished == 1 ? " is" : " are")
                                                    + " sent again and may arrive twice"));
            case ClientEvent.VersionFallback(var version, String why) ->
                    news("trying MQTT " + version + ": " + OneLine.text(why));
            case ClientEvent.Subscribed(String filter, var granted) ->
                    news("subscribed to " + filter + ", granted QoS " + granted.level());
            case ClientEvent.SubscriptionRefused(String filter, var reason, boolean retrying) ->
                    refused(
                            "the broker refused the subscription to "
                                    + filter
                                    + ": "
                                    + reason
                                    + askingAgain(retrying)
                                    + Permission.toRead(reason));
            case ClientEvent.SubscriptionUnanswered(String filter, boolean retrying) ->
                    refused(
                            "the broker did not answer the subscription to "
                                    + filter
                                    + askingAgain(retrying));
            case ClientEvent.PublishRefused(String topic, var reason) ->
                    refused(
                            "the broker refused a message to "
                                    + topic
                                    + ": "
                                    + reason
                                    + Permission.toPublish(reason));
            case ClientEvent.Dropped(DropCause cause, long count, long total) ->
                    dropped(cause, count, total);
            case ClientEvent.ClientIdAssigned(String clientId) ->
                    news("the broker gave us the client id " + OneLine.text(clientId));
            case ClientEvent.ResponseInformation(String value) ->
                    news("the broker takes responses below " + OneLine.text(value));
            case ClientEvent.Reauthenticated() -> news("authenticated anew");
            case ClientEvent.SessionTakenOver(String clientId) ->
                    trouble(
                            "another client seems to use our client id "
                                    + OneLine.text(clientId)
                                    + ": each ends the other's connection. Give each its own"
                                    + " (device.id or session.client_id); until then attempts are"
                                    + " slow");
            case ClientEvent.HandlerLate(String topic, Duration deadline) ->
                    trouble(
                            "handling a message from "
                                    + OneLine.text(topic)
                                    + " takes longer than "
                                    + text(deadline));
            case ClientEvent.HandlerFailed(String topic, Throwable cause) ->
                    trouble(
                            "handling a message from "
                                    + OneLine.text(topic)
                                    + " failed: "
                                    + OneLine.text(String.valueOf(cause)));
            case ClientEvent.JournalDamaged(String file, String what) ->
                    trouble(
                            "the session folder is damaged: "
                                    + OneLine.text(file)
                                    + ": "
                                    + OneLine.text(what)
                                    + ". What can be read is delivered; the file is kept");
            case ClientEvent.Failed(Throwable cause, boolean kept) when kept ->
                    add(
                            Level.FAILURE,
                            "the session folder failed, and with it the MQTT client: "
                                    + OneLine.text(String.valueOf(cause.getMessage())));
            case ClientEvent.Failed(Throwable cause, boolean _) ->
                    add(
                            Level.FAILURE,
                            "the MQTT client failed and does nothing any more: "
                                    + OneLine.text(String.valueOf(cause)));
        }
        return List.copyOf(lines);
    }

    /// Whether it still has days is seen by its end; there is no clock here.
    private static String expires(String source, String subject, Instant end) {
        return "our certificate ends "
                + end
                + ": "
                + OneLine.text(source)
                + ", subject "
                + OneLine.text(subject)
                + "; renew it in time. A new one is taken over without a restart";
    }

    private void connected(ClientEvent.Connected connected) {
        news(
                "connected to "
                        + connected.broker()
                        + ", MQTT "
                        + connected.version()
                        + ", "
                        + connected.link()
                        + (connected.sessionPresent() ? ", session resumed" : ", new session")
                        + (failedAttempts == 0
                                ? ""
                                : ", after " + counted(failedAttempts, "failed attempt")));
        dropsSinceTold.forEach((cause, count) -> {
            if (count > 0) {
                trouble(drops(cause, count) + " more meanwhile");
            }
        });
        dropsSinceTold.clear();
        toldReasons.clear();
        refusals.clear();
        toldDrops.clear();
        failedAttempts = 0;
        quiet = false;
    }

    private void failed(ConnectionFailure reason) {
        failedAttempts++;
        String sentence = sentence(reason);
        quiet =
                isOurWish(reason)
                        || toldReasons.size() >= REASONS_MAX
                        || !toldReasons.add(sentence);
        add(quiet ? Level.DETAIL : Level.TROUBLE, sentence);
        if (quiet && isPowerOfTen(failedAttempts)) {
            trouble("still not connected after " + failedAttempts + " attempts; " + sentence);
        }
    }

    private static String askingAgain(boolean retrying) {
        return retrying ? ", asking again" : ", asking again when we reconnect";
    }

    /// Tells what the broker refuses on this connection at the first time, then at each tenfold.
    private void refused(String sentence) {
        long times = refusals.merge(sentence, 1L, Long::sum);
        if (isPowerOfTen(times)) {
            trouble(sentence + " (" + times + " times on this connection)");
        } else {
            add(times == 1 ? Level.TROUBLE : Level.DETAIL, sentence);
        }
    }

    /// Tells the first drop of a cause on each connection, then each tenfold of the total.
    private void dropped(DropCause cause, long count, long total) {
        long told = toldDrops.getOrDefault(cause, 0L);
        long waiting = dropsSinceTold.merge(cause, count, Long::sum);
        if (told == 0 || total >= told * 10) {
            toldDrops.put(cause, total);
            dropsSinceTold.remove(cause);
            trouble(drops(cause, waiting) + ", " + total + " in all");
        }
    }

    private static String drops(DropCause cause, long count) {
        String why =
                switch (cause) {
                    case OUTBOX_FULL_OLDEST -> "the outbox is full, the oldest make room";
                    case OUTBOX_FULL_NEWEST -> "the outbox is full";
                    case NOT_CONNECTED ->
                            "QoS 0 and no connection; with QoS 1 they would wait for it";
                    case TOO_LARGE -> "larger than the broker takes";
                    case NOT_SUPPORTED ->
                            "the broker, or its MQTT version, does not take what they ask for";
                    case EXPIRED -> "too old before they could be sent";
                    case TOO_OLD -> "they waited longer than the bound of age";
                    case DAMAGED -> "lost in the damaged session folder";
                    case PURGED -> "the outbox was purged";
                    case INCOMING_OVERFLOW -> "QoS 0 arrived faster than it was handled";
                };
        return counted(count, "message") + " dropped (" + why + ")";
    }

    /// What `reason` says; of a reason that the broker gave in words, which stands in quotation
    /// marks, the beginning.
    private static String sentence(ConnectionFailure reason) {
        String whole = reason.sentence();
        int begin = whole.indexOf('"') + 1;
        int end = whole.lastIndexOf('"');
        boolean brokersWords =
                switch (reason.kind()) {
                    case CONNECT_REFUSED, SERVER_DISCONNECT -> true;
                    default -> false;
                };
        if (!brokersWords || end - begin <= REASON_STRING_CHARACTERS_MAX) {
            return OneLine.text(whole);
        }
        int cut = begin + REASON_STRING_CHARACTERS_MAX;
        cut -= Character.isHighSurrogate(whole.charAt(cut - 1)) ? 1 : 0;
        return OneLine.text(whole.substring(0, cut) + "..." + whole.substring(end));
    }

    private boolean isOurWish(ConnectionFailure reason) {
        return closing && reason.kind() == ConnectionFailure.Kind.ABORTED;
    }

    private static boolean isPowerOfTen(long number) {
        long power = 10;
        while (power < number) {
            power *= 10;
        }
        return power == number;
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String text(Duration delay) {
        return delay.toMillis() < 1_000
                ? delay.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", delay.toMillis() / 1_000.0);
    }

    private void news(String text) {
        add(Level.NEWS, text);
    }

    private void trouble(String text) {
        add(Level.TROUBLE, text);
    }

    private void add(Level level, String text) {
        lines.add(new Line(level, text));
    }
}
