package dev.caddis.mqtt.store;

import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Keeps a session in memory (level `memory`): every change is durable as soon as it is recorded,
/// for as long as the process lives.
///
/// The outbox is a ring of messages in order of acceptance, with what [Stored] says of each beside
/// it.
public final class MemoryStore implements SessionStore {

    private Publish[] messages = new Publish[64];
    private long[] sequences = new long[64];
    private long[] times = new long[64];
    private long[] bytesBefore = new long[64];
    private int head;
    private int size;
    private long position;
    private long acceptedMessages; // ever
    private long acceptedBytes;

    @Override
    public SessionState recover() {
        return new SessionState();
    }

    @Override
    public void onProgress(Runnable wake) {} // all is there at once

    @Override
    public void settle(SessionState state, long nowNanos) {}

    @Override
    public @Nullable StoreException failure() {
        return null;
    }

    @Override
    public long append(Change change) {
        switch (change) {
            case Change.Accepted accepted -> add(accepted);
            case Change.Dropped dropped -> removeUpTo(dropped.sequence());
            case Change.Sent sent -> removeUpTo(sent.sequence());
            case Change.Opened opened -> removeUpTo(opened.sequence());
            default -> {} // the session's own state holds it
        }
        return ++position;
    }

    @Override
    public long durable() {
        return position;
    }

    private void add(Change.Accepted accepted) {
        if (size == messages.length) {
            grow();
        }
        int tail = (head + size) & (messages.length - 1);
        messages[tail] = accepted.message();
        sequences[tail] = accepted.sequence();
        times[tail] = accepted.acceptedAt();
        bytesBefore[tail] = acceptedBytes;
        size++;
        acceptedMessages++;
        acceptedBytes += SessionState.sizeOf(accepted.message());
    }

    private void grow() {
        var moreMessages = new Publish[messages.length * 2];
        var moreSequences = new long[messages.length * 2];
        var moreTimes = new long[messages.length * 2];
        var moreBytes = new long[messages.length * 2];
        for (int i = 0; i < size; i++) {
            int from = (head + i) & (messages.length - 1);
            moreMessages[i] = messages[from];
            moreSequences[i] = sequences[from];
            moreTimes[i] = times[from];
            moreBytes[i] = bytesBefore[from];
        }
        messages = moreMessages;
        sequences = moreSequences;
        times = moreTimes;
        bytesBefore = moreBytes;
        head = 0;
    }

    @SuppressWarnings("NullAway") // an empty place of the ring holds nothing
    private void removeUpTo(long sequence) {
        while (size > 0 && sequences[head] <= sequence) {
            messages[head] = null;
            head = (head + 1) & (messages.length - 1);
            size--;
        }
    }

    @Override
    public List<Stored> read(long fromSequence, int count) {
        int first = 0;
        int last = size;
        while (first < last) { // the first place at or after fromSequence
            int middle = (first + last) >>> 1;
            if (sequences[(head + middle) & (messages.length - 1)] < fromSequence) {
                first = middle + 1;
            } else {
                last = middle;
            }
        }
        List<Stored> read = new ArrayList<>(Math.min(count, size - first));
        for (int i = first; i < size && read.size() < count; i++) {
            int at = (head + i) & (messages.length - 1);
            read.add(
                    new Stored(
                            sequences[at],
                            messages[at],
                            times[at],
                            acceptedMessages - size + i,
                            bytesBefore[at]));
        }
        return read;
    }

    @Override
    public void close() {
        size = 0;
    }
}
