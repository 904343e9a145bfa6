package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.IdentitySource;
import dev.caddis.mqtt.identity.LoadedIdentity;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Which identity an attempt uses: what the files hold, and where that cannot be read or was
/// refused, the certificate and key with which the broker last accepted a connection. Whom we trust
/// is always what the files say, as long as that can be read: a CA that was taken out of them is
/// trusted no more (law 7). Any thread may use it; none waits here for a file but the one that
/// loads.
final class IdentityKeeper implements IdentitySource {

    /// An attempt that ends without a word of why may have any cause; so many in a row, with the
    /// same identity, are taken for a refusal.
    private static final int ENDS_WITHOUT_A_WORD = 3;

    /// @param mark what the files held ([ClientIdentity#fingerprint]); empty: they changed
    ///   meanwhile
    /// @param kept used in place of what the files held at the attempt
    private record Held(String mark, LoadedIdentity identity, boolean kept) {}

    private final ClientIdentity files;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Held good; // under the lock, as all that follows: of the last connection
    private @Nullable Held trying; // of the last attempt
    private @Nullable String refused; // the mark of what is not used
    private @Nullable String told; // the mark of what the listeners were told of
    private int endsWithoutAWord;

    IdentityKeeper(ClientIdentity files) {
        this.files = files;
    }

    /// Reads the files. Before the first connection there is nothing to fall back to.
    @Override
    public LoadedIdentity load() throws IdentityException {
        String mark = files.fingerprint();
        Held kept = keptInsteadOf(mark);
        if (kept != null) {
            return attemptAgain(kept);
        }
        try {
            LoadedIdentity loaded = files.load();
            boolean stayed = mark.equals(files.fingerprint());
            return attempt(new Held(stayed ? mark : "", loaded, false));
        } catch (IdentityException e) {
            Held last = good();
            if (last == null || isOfTheToken(e)) {
                throw e;
            }
            return attemptAgain(last);
        }
    }

    private LoadedIdentity attemptAgain(Held kept) throws IdentityException {
        return attempt(new Held(kept.mark(), files.loadKept(kept.identity()), true));
    }

    /// A key whose token cannot be had is of no use.
    private boolean isOfTheToken(IdentityException e) {
        return files.inToken()
                && switch (e.problem()) {
                    case TOKEN_UNUSABLE, WRONG_PASSWORD, PASSWORD_UNREADABLE, BAD_STORE -> true;
                    default -> false;
                };
    }

    private @Nullable Held keptInsteadOf(String mark) {
        lock.lock();
        try {
            return mark.equals(refused) ? good : null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Held good() {
        lock.lock();
        try {
            return good;
        } finally {
            lock.unlock();
        }
    }

    private LoadedIdentity attempt(Held with) {
        lock.lock();
        try {
            if (trying != null && !trying.mark().equals(with.mark())) {
                endsWithoutAWord = 0;
            }
            trying = with;
            return with.identity();
        } finally {
            lock.unlock();
        }
    }

    /// The identity of the last connection, or before the first of the last attempt.
    Optional<LoadedIdentity> inUse() {
        lock.lock();
        try {
            return Optional.ofNullable(good == null ? trying : good).map(Held::identity);
        } finally {
            lock.unlock();
        }
    }

    // ---- what the connections show

    /// The broker accepted a connection with the identity of the last attempt.
    ///
    /// @return that identity, where it is what the files hold and the connection before had another
    Optional<LoadedIdentity> accepted() {
        lock.lock();
        try {
            Held before = good;
            Held now = trying;
            good = now;
            endsWithoutAWord = 0;
            return before == null
                            || now == null
                            || now.kept()
                            || before.identity().isSameAs(now.identity())
                    ? Optional.empty()
                    : Optional.of(now.identity());
        } finally {
            lock.unlock();
        }
    }

    /// The last attempt failed.
    ///
    /// @return whether its identity was new and is given up for the one before, which the listeners
    ///   have to be told
    boolean failed(ConnectionFailure reason) {
        lock.lock();
        try {
            Held last = trying;
            if (good == null || last == null || !isTakenForARefusal(reason)) {
                return false;
            }
            endsWithoutAWord = 0;
            if (last.identity().showsAs(good.identity())) {
                refused = null; // neither is taken: try them in turn
                return false;
            }
            return !last.mark().isEmpty() && refuse(last.mark());
        } finally {
            lock.unlock();
        }
    }

    private boolean isTakenForARefusal(ConnectionFailure reason) {
        return switch (reason.kind()) {
            case CLOSED, RESET, CONNECT_REFUSED -> ++endsWithoutAWord >= ENDS_WITHOUT_A_WORD;
            default -> {
                endsWithoutAWord = 0;
                yield isRefusal(reason);
            }
        };
    }

    /// Whether another identity might fare better.
    static boolean isRefusal(ConnectionFailure reason) {
        return switch (reason.kind()) {
            case IDENTITY,
                    SERVER_UNTRUSTED,
                    SERVER_NAME_MISMATCH,
                    SERVER_EXPIRED,
                    SERVER_NOT_YET_VALID,
                    SERVER_NOT_PINNED,
                    SERVER_REVOKED,
                    TLS_VERSION,
                    TLS_ALERT,
                    TLS_OTHER,
                    CLIENT_CERTIFICATE_MISSING,
                    CLIENT_CERTIFICATE_REFUSED ->
                    true;
            default -> false;
        };
    }

    // ---- what the watch finds

    /// Whether the last connection was made with what `mark` stands for.
    boolean isInUse(String mark) {
        lock.lock();
        try {
            return good != null && good.mark().equals(mark);
        } finally {
            lock.unlock();
        }
    }

    /// Whether `loaded` is the identity in use; from then on `mark` stands for it too.
    boolean isInUse(String mark, LoadedIdentity loaded) {
        lock.lock();
        try {
            if (good == null || !good.identity().isSameAs(loaded)) {
                return false;
            }
            good = new Held(mark, loaded, false);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Whether there was a connection.
    boolean hasGood() {
        return good() != null;
    }

    /// What `mark` stands for is not used from now on.
    ///
    /// @return whether the listeners are to be told, who were not yet
    boolean refuse(String mark) {
        lock.lock();
        try {
            refused = mark;
            boolean news = !mark.equals(told);
            told = mark;
            return news;
        } finally {
            lock.unlock();
        }
    }

    /// The files changed: what is wrong with them now is news.
    void changed(String mark) {
        lock.lock();
        try {
            if (!mark.equals(told)) {
                told = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /// What `mark` stands for is used from the next attempt on.
    void allow(String mark) {
        lock.lock();
        try {
            if (mark.equals(refused)) {
                refused = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
