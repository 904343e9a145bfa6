package dev.caddis.mqtt.session;

import java.time.Duration;

/// Recognises two devices with one client identifier, which end each other's connections for ever
/// (F25): the broker says so with 0x8E, or it closes connections again and again, some of them just
/// after they stand and before they count as stable. From the third time on there are minutes
/// between attempts, so that each has the session for a while.
///
/// Where the broker does not say it, as Mosquitto 2.0.11, the one who notices first is slow from
/// then on, and the other's connections are long again: so of three ends two have to be brief.
///
/// It is one alarm for as long as they do that: an hour without is its end, a connection that stood
/// for a minute is not.
final class Takeover {

    private static final long SHORT_NANOS = Duration.ofSeconds(2).toNanos();
    private static final int ENDS = 3;
    private static final int SHORT_ENDS = 2;
    private static final int PATIENT_FROM = 3;
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long OVER_NANOS = Duration.ofHours(1).toNanos();

    private int ends; // that the broker did not explain, none of them an hour after the one before
    private int shortEnds; // of them
    private long lastEndAt;
    private int times;
    private long lastAt;
    private boolean guessed; // the broker does not say it
    private boolean told;

    /// @param closed the broker closed the connection, and did not say why
    /// @param stable it had lasted so long that the backoff began anew
    /// @param onlineNanos how long the connection stood
    /// @return whether another client seems to use our identifier
    boolean ended(
            boolean saidByBroker, boolean closed, boolean stable, long onlineNanos, long now) {
        if (times > 0 && now - lastAt > OVER_NANOS) {
            times = 0;
            guessed = false;
            told = false;
        }
        count(closed, !stable && onlineNanos <= SHORT_NANOS, now);
        boolean guess = closed && (guessed || (ends >= ENDS && shortEnds >= SHORT_ENDS));
        if (!saidByBroker && !guess) {
            return false;
        }
        guessed = guess;
        times += guess && times == 0 ? ENDS : 1;
        lastAt = now;
        return true;
    }

    private void count(boolean closed, boolean brief, long now) {
        if (!closed || now - lastEndAt > OVER_NANOS) { // what else ends them is no such sign
            ends = 0;
            shortEnds = 0;
        }
        if (closed) {
            ends++;
            shortEnds += brief ? 1 : 0;
            lastEndAt = now;
        }
    }

    /// Whether this is the first time of them all.
    boolean tellOnce() {
        boolean first = !told;
        told = true;
        return first;
    }

    /// What the delay before the next attempt has on top, after an end that was one.
    long pauseNanos() {
        return times >= PATIENT_FROM ? PAUSE_NANOS : 0;
    }
}
