package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.LoadedIdentity;
import dev.caddis.mqtt.transport.DialException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Looks at the files of the identity now and then. What is new in them is proven by a handshake on
/// a connection of its own, then the session is asked to go over to it. Its thread is a virtual one
/// and the only one to use what has no other comment.
final class IdentityWatch {

    private static final System.Logger LOG = System.getLogger(IdentityWatch.class.getName());

    private static final Duration SETTLING_MAX = Duration.ofSeconds(1);
    private static final Duration AGAIN_MIN = Duration.ofMinutes(1);
    private static final Duration AGAIN_MAX = Duration.ofHours(1);

    /// For files that are written one after the other.
    private static final int GRACE_LOOKS = 3;

    private static final Duration EXPIRES_SOON = Duration.ofDays(30);
    private static final Duration SHORT_LIFE = Duration.ofDays(10);
    private static final Duration WARNING = Duration.ofDays(1);

    /// What the watch asks of the engine.
    interface World {

        /// Whether there is a connection.
        boolean online();

        /// Shakes hands with the broker, no more.
        ///
        /// @throws DialException when the broker cannot be reached, or one of us refuses the other
        void prove(LoadedIdentity identity) throws DialException, InterruptedException;

        /// Has the session go over to a connection with what the files hold.
        void move(String why);

        void tell(ClientEvent event);
    }

    private final ClientIdentity files;
    private final IdentityKeeper keeper;
    private final World world;
    private final InstantSource clock;
    private final Duration every;
    private final Duration settling;
    private final ReentrantLock lock = new ReentrantLock(); // any thread
    private final Condition closing = lock.newCondition();
    private final Thread thread;
    private boolean closed; // under the lock

    private String seen = "";
    private long seenAt;
    private long nextTry;
    private Duration again = AGAIN_MIN;
    private Instant warnedAt = Instant.MIN;
    private Instant warnedOf = Instant.MIN; // the end of the certificate that the warning was about

    /// @param every how often the files are looked at
    IdentityWatch(
            ClientIdentity files,
            IdentityKeeper keeper,
            World world,
            InstantSource clock,
            Duration every,
            String name) {
        this.files = files;
        this.keeper = keeper;
        this.world = world;
        this.clock = clock;
        this.every = every;
        this.settling = every.compareTo(SETTLING_MAX) < 0 ? every : SETTLING_MAX;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Ends a proof in progress too. Does not wait.
    void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }

    private void run() {
        try {
            Duration pause = Duration.ZERO;
            while (!closedWithin(pause)) {
                pause = lookAndGoOn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private Duration lookAndGoOn() throws InterruptedException {
        try {
            return look(System.nanoTime());
        } catch (RuntimeException e) { // of no look; the next may do better
            LOG.log(System.Logger.Level.ERROR, "looking at the files of the identity failed", e);
            return every;
        }
    }

    private boolean closedWithin(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            for (long left = pause.toNanos(); left > 0 && !closed; ) {
                left = closing.awaitNanos(left);
            }
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// Looks once.
    ///
    /// @return the pause until the next look
    Duration look(long now) throws InterruptedException {
        warnOfTheEnd();
        String mark = files.fingerprint();
        if (!mark.equals(seen)) {
            seen = mark;
            seenAt = now;
            nextTry = now;
            again = AGAIN_MIN;
            keeper.changed(mark);
            return settling; // whoever writes them may be about to write another
        }
        if (!keeper.hasGood()) {
            return settling; // each attempt reads the files, and says what is wrong with them
        }
        if (keeper.isInUse(mark) || now - nextTry < 0) {
            return every;
        }
        try {
            return tryOut(mark, files.load(), now);
        } catch (IdentityException e) {
            if (now - seenAt < every.multipliedBy(GRACE_LOOKS).toNanos()) {
                return settling;
            }
            keep(mark, new ConnectionFailure(Kind.IDENTITY, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) { // a key password of the application may fail as it likes
            keep(mark, new ConnectionFailure(Kind.IDENTITY, "reading our identity failed: " + e));
        }
        return later(now, AGAIN_MAX);
    }

    private Duration tryOut(String mark, LoadedIdentity loaded, long now)
            throws InterruptedException {
        if (keeper.isInUse(mark, loaded) || !world.online()) {
            return every; // the next attempt reads the files anyway
        }
        try {
            world.prove(loaded);
        } catch (DialException e) {
            if (IdentityKeeper.isRefusal(e.failure())) {
                keep(mark, e.failure());
                return later(now, AGAIN_MAX);
            }
            return later(now, AGAIN_MIN); // the network's fault, which is told where it matters
        }
        if (mark.equals(files.fingerprint())) {
            keeper.allow(mark);
            world.move("going over to " + loaded.certificateInWords());
            nextTry = now + AGAIN_MIN.toNanos(); // time to do so
        }
        return every;
    }

    private void keep(String mark, ConnectionFailure reason) {
        if (keeper.refuse(mark)) {
            world.tell(new ClientEvent.IdentityKept(reason));
        }
    }

    private Duration later(long now, Duration longest) {
        nextTry = now + again.toNanos();
        again = again.multipliedBy(2);
        if (again.compareTo(longest) > 0) {
            again = longest;
        }
        return every;
    }

    private void warnOfTheEnd() {
        LoadedIdentity identity = keeper.inUse().orElse(null);
        if (identity == null || identity.chain().isEmpty()) {
            return;
        }
        Instant end = identity.notAfter().orElseThrow();
        Instant now = clock.instant();
        Duration life = Duration.between(identity.notBefore().orElseThrow(), end);
        Duration soon = life.compareTo(SHORT_LIFE) < 0 ? life.dividedBy(3) : EXPIRES_SOON;
        boolean told =
                end.equals(warnedOf)
                        && now.isBefore(warnedAt.plus(WARNING))
                        && !now.isBefore(warnedAt);
        if (told || end.minus(soon).isAfter(now)) {
            return;
        }
        warnedAt = now;
        warnedOf = end;
        world.tell(
                new ClientEvent.CertificateExpires(
                        identity.certificateSource().orElse(""),
                        identity.subject().orElse(""),
                        end));
    }
}
