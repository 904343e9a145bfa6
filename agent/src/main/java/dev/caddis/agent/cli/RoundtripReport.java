package dev.caddis.agent.cli;

import dev.caddis.agent.OneLine;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/// Prints each step of `caddis roundtrip` with its time, as text or as JSON, and at last what all
/// of them amount to. Any thread may tell it.
final class RoundtripReport {

    private static final double NANOS_A_MILLI = 1e6;

    private final PrintWriter out;
    private final boolean json;
    private final TripTimes times = new TripTimes();
    private long iteration; // the one in progress
    private long headed; // the last one that was announced
    private long completed;
    private long lost;
    private long others;
    private boolean summed;
    private String lastReason = ""; // why connecting failed, since the last connection

    RoundtripReport(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /// Told with its first step.
    synchronized void begins(long number) {
        iteration = number;
    }

    synchronized void connected(long nanos, ClientEvent.Connected connected) {
        lastReason = "";
        print(
                timed(
                        "connected",
                        nanos,
                        connected.broker()
                                + ", MQTT "
                                + connected.version()
                                + ", "
                                + connected.link()),
                step("connected", nanos)
                        .with("broker", connected.broker())
                        .with("mqtt", connected.version().toString())
                        .with("link", connected.link()));
    }

    synchronized void connectFailed(int attempt, String reason) {
        print(
                reason.equals(lastReason)
                        ? "  attempt " + attempt + ": the same"
                        : "  attempt " + attempt + " to connect failed: " + OneLine.text(reason),
                step("connect_failed").with("attempt", attempt).with("reason", reason));
        lastReason = reason;
    }

    /// The next attempt follows after a pause.
    synchronized void retrying(Duration pause) {
        print(
                "  next attempt in " + pause.toMillis() + " ms",
                step("retrying").with("pause_ms", millis(pause.toNanos())));
    }

    synchronized void falling(ProtocolVersion version) {
        print(
                "  MQTT 5 is refused; trying MQTT " + version,
                step("version_fallback").with("mqtt", version.toString()));
    }

    /// @param when after or before which step
    synchronized void connectionLost(String when, String reason) {
        lost++;
        print(
                "  connection lost " + when + ": " + OneLine.text(reason),
                step("connection_lost").with("when", when).with("reason", reason));
    }

    synchronized void subscribeRefused(ReasonCode reason, boolean retrying) {
        print(
                "  SUBSCRIBE is refused: " + reason + (retrying ? "; asking again" : ""),
                step("subscribe_refused")
                        .with("reason", reason.toString())
                        .with("retrying", retrying));
    }

    synchronized void subscribeUnanswered(boolean retrying) {
        print(
                "  SUBSCRIBE is not answered" + (retrying ? "; asking again" : ""),
                step("subscribe_unanswered").with("retrying", retrying));
    }

    synchronized void subscribed(long nanos, String topic, Qos granted) {
        print(
                timed("subscribed", nanos, topic + ", granted QoS " + granted.level()),
                step("subscribed", nanos)
                        .with("topic", topic)
                        .with("granted_qos", granted.level()));
    }

    synchronized void cameBack(int publish, int of, long pubackNanos, long echoNanos) {
        times.add(echoNanos);
        print(
                timed(publish + " of " + of, echoNanos, "PUBACK after " + text(pubackNanos)),
                step("round_trip", echoNanos)
                        .with("publish", publish)
                        .with("puback_ms", millis(pubackNanos)));
    }

    /// PUBACK came a while ago, and the echo did not.
    synchronized void echoAwaited(int publish, int of, long pubackNanos) {
        print(
                timed(
                        publish + " of " + of,
                        pubackNanos,
                        "PUBACK came; still waiting for the message itself"),
                step("echo_awaited")
                        .with("publish", publish)
                        .with("puback_ms", millis(pubackNanos)));
    }

    /// A message came that is no echo.
    synchronized void other(String topic) {
        others++;
        print(
                "  a message came to " + topic + " that is no echo of this run's",
                step("other_message").with("topic", topic));
    }

    synchronized void unsubscribed(long nanos) {
        print(timed("unsubscribed", nanos, ""), step("unsubscribed", nanos));
    }

    synchronized void disconnected(long nanos) {
        completed++;
        print(timed("disconnected", nanos, ""), step("disconnected", nanos));
    }

    /// The last line; nothing is printed behind it. Where no step was told there is none.
    ///
    /// @param failure why it ended, if it failed
    synchronized void sum(@Nullable String failure) {
        if (headed == 0) {
            return;
        }
        TripTimes.Summary summary = times.summary();
        String text =
                counted(completed, "iteration")
                        + ", "
                        + counted(times.count(), "round trip")
                        + (summary == null
                                ? ""
                                : ": min "
                                        + text(summary.minNanos())
                                        + ", median "
                                        + text(summary.medianNanos())
                                        + ", max "
                                        + text(summary.maxNanos()))
                        + (lost == 0 ? "" : "; " + counted(lost, "lost connection"))
                        + (others == 0 ? "" : "; " + counted(others, "other message"));
        print(
                text,
                new JsonLine()
                        .with("step", "summary")
                        .with("iterations", completed)
                        .with("round_trips", times.count())
                        .with("min_ms", summary == null ? null : millis(summary.minNanos()))
                        .with("median_ms", summary == null ? null : millis(summary.medianNanos()))
                        .with("max_ms", summary == null ? null : millis(summary.maxNanos()))
                        .with("lost_connections", lost)
                        .with("other_messages", others)
                        .with("failure", failure));
        summed = true;
    }

    private void print(String text, JsonLine line) {
        if (summed) {
            return;
        }
        if (headed != iteration) {
            headed = iteration;
            if (!json) {
                out.println("iteration " + iteration);
            }
        }
        out.println(json ? line : text);
        out.flush();
    }

    /// Whether nobody can read any more what is printed.
    boolean unread() {
        return out.checkError();
    }

    private JsonLine step(String name) {
        return new JsonLine().with("step", name).with("iteration", iteration);
    }

    private JsonLine step(String name, long nanos) {
        return step(name).with("ms", millis(nanos));
    }

    private static String timed(String name, long nanos, String more) {
        return String.format(Locale.ROOT, "  %-12s %11s  %s", name, text(nanos), more)
                .stripTrailing();
    }

    private static String text(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_A_MILLI);
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1_000.0) / 1_000.0;
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
