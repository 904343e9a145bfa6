package dev.caddis.mqtt.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The files of a journal that may hold messages of the outbox or are needed for recovery, and the
/// damage that was found in them. Any thread may use it.
final class Segments {

    private final Disk disk;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Segment> inOrder = new ArrayList<>(); // under the lock, as the damages
    private final List<JournalDamage> damages = new ArrayList<>();
    private final Set<Long> missing = new HashSet<>(); // first positions of those that were told
    private volatile boolean damaged; // whether there are damages to be told

    Segments(Disk disk) {
        this.disk = disk;
    }

    /// In order; the last is the present one.
    List<Segment> list() {
        lock.lock();
        try {
            return List.copyOf(inOrder);
        } finally {
            lock.unlock();
        }
    }

    void add(Segment next) {
        lock.lock();
        try {
            inOrder.add(next);
        } finally {
            lock.unlock();
        }
    }

    /// Whether [#removeDead] would take something out.
    boolean hasDead(long cursor) {
        lock.lock();
        try {
            return inOrder.size() > 1 && inOrder.get(1).firstSequence() <= cursor;
        } finally {
            lock.unlock();
        }
    }

    /// Takes out what has no message from `cursor` on, but for the last one.
    ///
    /// @return the names of files to delete, those of segments without messages among them; what is
    ///   damaged is kept
    List<String> removeDead(long cursor) {
        lock.lock();
        try {
            List<String> names = new ArrayList<>();
            while (inOrder.size() > 1 && inOrder.get(1).firstSequence() <= cursor) {
                addUnlessDamaged(names, inOrder.removeFirst());
            }
            for (int at = inOrder.size() - 2; at >= 0; at--) {
                if (inOrder.get(at).empty()) {
                    addUnlessDamaged(names, inOrder.get(at));
                    if (at == 0 || inOrder.get(at - 1).empty()) {
                        inOrder.remove(at); // else it tells where the one before it ends
                    }
                }
            }
            return names;
        } finally {
            lock.unlock();
        }
    }

    private static void addUnlessDamaged(List<String> names, Segment segment) {
        if (!segment.damaged()) {
            names.add(segment.name());
        }
    }

    /// Notes that no message was accepted while `segment` was the present one.
    void empty(Segment segment) {
        lock.lock();
        try {
            int at = indexOf(segment);
            if (at >= 0) {
                inOrder.set(at, inOrder.get(at).withoutMessages());
            }
        } finally {
            lock.unlock();
        }
    }

    /// Notes that `segment` is damaged, and gives its file another name, under which it is still
    /// read and never deleted (F30). One thread at a time does; the owner does not wait for it.
    void setAside(Segment segment, String what) throws IOException {
        Segment known = known(segment);
        if (known.damaged()) {
            return;
        }
        Segment aside = known.setAside();
        rename(known, aside);
        lock.lock();
        try {
            int at = indexOf(segment);
            if (at >= 0) {
                inOrder.set(at, aside);
            }
            tell(new JournalDamage(aside.name(), what));
        } finally {
            lock.unlock();
        }
    }

    private Segment known(Segment segment) {
        lock.lock();
        try {
            int at = indexOf(segment);
            return at < 0 ? segment : inOrder.get(at);
        } finally {
            lock.unlock();
        }
    }

    private void rename(Segment known, Segment aside) throws IOException {
        try {
            disk.rename(known.name(), aside.name());
        } catch (NoSuchFileException e) {
            // gone in the meantime: its last message has left the outbox
        }
    }

    /// Notes that the file of a segment is not there, unless it was taken out. It stays among them:
    /// what is missing stood there, and the one before it is not damaged.
    void missing(Segment segment) {
        lock.lock();
        try {
            if (indexOf(segment) >= 0 && missing.add(segment.firstPosition())) {
                tell(new JournalDamage(segment.name(), "the file is gone"));
            }
        } finally {
            lock.unlock();
        }
    }

    void tell(JournalDamage damage) {
        lock.lock();
        try {
            damages.add(damage);
            damaged = true;
        } finally {
            lock.unlock();
        }
    }

    private int indexOf(Segment segment) {
        for (int at = 0; at < inOrder.size(); at++) {
            if (inOrder.get(at).firstPosition() == segment.firstPosition()) {
                return at;
            }
        }
        return -1;
    }

    /// What was found since the last call.
    List<JournalDamage> takeDamages() {
        if (!damaged) {
            return List.of();
        }
        lock.lock();
        try {
            List<JournalDamage> taken = List.copyOf(damages);
            damages.clear();
            damaged = false;
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
