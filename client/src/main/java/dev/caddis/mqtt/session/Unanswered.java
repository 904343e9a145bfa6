package dev.caddis.mqtt.session;

/// The PUBLISHes and resumed PUBRELs of one connection in the order in which they were sent, to
/// notice when the oldest gets no answer. The time runs from when the network has taken it and
/// everything before it.
///
/// It costs a few array writes a message and keeps no object.
final class Unanswered {

    /// How often, in the time of one patience, it is looked whether the oldest is written: the time
    /// may be longer by one part of these.
    private static final int LOOKS = 8;

    private int[] ids = new int[64];
    private long[] sequences = new long[64];
    private int head;
    private int size;

    private boolean watching;
    private long writtenWhen;
    private long since;

    void sent(SessionState state, int packetId, long sequence) {
        if (size == ids.length) {
            forgetAnswered(state);
            if (size > ids.length / 2) {
                grow();
            }
        }
        int at = (head + size) & (ids.length - 1);
        ids[at] = packetId;
        sequences[at] = sequence;
        size++;
    }

    /// Behind the oldest: what was answered there only takes room.
    private void forgetAnswered(SessionState state) {
        int kept = 1;
        for (int i = 1; i < size; i++) {
            int from = (head + i) & (ids.length - 1);
            if (!isOver(state, from)) {
                int to = (head + kept++) & (ids.length - 1);
                ids[to] = ids[from];
                sequences[to] = sequences[from];
            }
        }
        size = kept;
    }

    private void grow() {
        int[] moreIds = new int[ids.length * 2];
        long[] moreSequences = new long[ids.length * 2];
        for (int i = 0; i < size; i++) {
            moreIds[i] = ids[(head + i) & (ids.length - 1)];
            moreSequences[i] = sequences[(head + i) & (ids.length - 1)];
        }
        ids = moreIds;
        sequences = moreSequences;
        head = 0;
    }

    /// Whether every one of them has its answer.
    boolean isEmpty(SessionState state) {
        while (size > 0 && isOver(state, head)) {
            head = (head + 1) & (ids.length - 1);
            size--;
            watching = false;
        }
        return size == 0;
    }

    /// When the oldest has been written and unanswered for `patience`. While it is not written the
    /// time is always ahead: the next look, since nobody tells when it is.
    ///
    /// Not when [#isEmpty].
    long deadline(ConnectionState connection, long now, long patience) {
        if (!watching) {
            watching = true;
            since = Long.MAX_VALUE;
            writtenWhen = connection.written + connection.unwritten;
        }
        boolean written = connection.unwritten == 0 || connection.written >= writtenWhen;
        if (since == Long.MAX_VALUE && written) {
            since = now;
        }
        return since == Long.MAX_VALUE ? now + patience / LOOKS + 1 : since + patience;
    }

    int oldestId() {
        return ids[head];
    }

    long oldestSequence() {
        return sequences[head];
    }

    private boolean isOver(SessionState state, int at) {
        Outgoing exchange = state.outgoing.get(ids[at]);
        return exchange == null || exchange.sequence() != sequences[at];
    }
}
