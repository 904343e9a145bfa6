package dev.caddis.agent.status;

import java.time.Instant;
import java.util.List;

/// What arrived for one subscription. Used under the board's lock.
final class FilterView {

    private static final int MESSAGES = 5;

    /// @param text of the payload, fit to be shown
    record Arrived(Instant at, String topic, String text) {}

    final String filter;
    private final Ring<Arrived> newest = new Ring<>(MESSAGES);
    private String state = "not asked for yet";
    private long received;
    private long revision = 1;

    FilterView(String filter) {
        this.filter = filter;
    }

    void arrived(Arrived message, long nextRevision) {
        newest.add(message);
        received++;
        revision = nextRevision;
    }

    void state(String now, long nextRevision) {
        state = now;
        revision = nextRevision;
    }

    String state() {
        return state;
    }

    long received() {
        return received;
    }

    List<Arrived> newest() {
        return newest.all();
    }

    boolean changedAfter(long otherRevision) {
        return revision > otherRevision;
    }
}
