package dev.caddis.mqtt.session;

import java.time.Duration;

/// Whether a connection still lives: keep alive in both idle directions, and the network that takes
/// what is written. Arithmetic only; [Session] acts on it.
final class Liveness {

    /// What is to be done now.
    enum Finding {
        WELL,
        PING_DUE,
        NO_ANSWER,
        NOTHING_WRITTEN
    }

    private final Deadlines deadlines;

    Liveness(Deadlines deadlines) {
        this.deadlines = deadlines;
    }

    void traffic(ConnectionState it, Input.Traffic traffic, long now) {
        if (traffic.written() != it.written || traffic.unwritten() == 0 || it.unwritten == 0) {
            it.writeProgressAt = now;
        }
        if (traffic.read() != it.read) {
            it.heardAt = now;
        }
        it.written = traffic.written();
        it.unwritten = traffic.unwritten();
        it.read = traffic.read();
    }

    Finding check(ConnectionState it, long now) {
        if (it.unwritten > 0 && now - it.writeProgressAt >= deadlines.write().toNanos()) {
            return Finding.NOTHING_WRITTEN;
        }
        if (it.pingOutstanding) {
            return now >= answerDeadline(it) ? Finding.NO_ANSWER : Finding.WELL; // [MQTT-3.12.4-1]
        }
        long interval = pingInterval(it);
        return interval > 0 && now - Math.min(it.sentAt, it.heardAt) >= interval // [MQTT-3.1.2-20]
                ? Finding.PING_DUE
                : Finding.WELL;
    }

    void pinged(ConnectionState it, long now) {
        it.pingOutstanding = true;
        it.pingSentAt = now;
        it.sentAt = now;
    }

    /// When [#check] finds something at the latest, if nothing comes or goes until then.
    long nextDeadline(ConnectionState it) {
        long next = Long.MAX_VALUE;
        if (it.unwritten > 0) {
            next = it.writeProgressAt + deadlines.write().toNanos();
        }
        if (it.pingOutstanding) {
            next = Math.min(next, answerDeadline(it));
        } else if (pingInterval(it) > 0) {
            next = Math.min(next, Math.min(it.sentAt, it.heardAt) + pingInterval(it));
        }
        return next;
    }

    /// A ping is due when nothing was sent, or nothing heard, for this long: a little before the
    /// keep alive, so that the broker has it in time.
    private static long pingInterval(ConnectionState it) {
        long keepAlive = it.limits == null ? 0 : it.limits.keepAliveNanos();
        return keepAlive - Math.min(keepAlive / 4, Duration.ofSeconds(5).toNanos());
    }

    /// Bytes that still come in are life: behind a long message PINGRESP has to wait (F17), but not
    /// for ever.
    private long answerDeadline(ConnectionState it) {
        long patience = deadlines.pingresp().toNanos();
        long silent = Math.max(it.pingSentAt, it.heardAt) + patience;
        if (it.unwritten > 0) { // PINGREQ may stand behind these: while the network takes any, wait
            return Math.max(silent, it.writeProgressAt + patience);
        }
        return Math.min(silent, it.pingSentAt + Math.max(patience, pingInterval(it)) + patience);
    }
}
