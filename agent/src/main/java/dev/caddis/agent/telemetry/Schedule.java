package dev.caddis.agent.telemetry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which topics are due when, as arithmetic over a clock that is given in.
///
/// Every topic has a grid: its start, and from there one point each interval. It is due at the
/// first moment somebody looks at or after a grid point; then the next grid point counts, whenever
/// the sample was really taken, so nothing drifts. Points that passed unseen (the process stood
/// still, a source was slow) are counted as missed and never made up for. Time is that of
/// [System#nanoTime]: only differences mean anything. Not thread-safe.
final class Schedule {

    /// A topic to be sampled now.
    ///
    /// @param missed grid points that passed without a sample before this one
    record Due(TopicSettings topic, long missed) {}

    private static final class Grid {
        private final long startNanos;
        private final long everyNanos;
        private TopicSettings topic;
        private long nextPoint; // 0 is the start, 1 one interval later

        private Grid(TopicSettings topic, long startNanos) {
            this.topic = topic;
            this.startNanos = startNanos;
            this.everyNanos = topic.every().toNanos();
        }

        /// Positive: its next point is still to come.
        private long nanosUntilNext(long nowNanos) {
            return nextPoint * everyNanos - (nowNanos - startNanos);
        }

        /// Takes the newest point that has passed; those between are missed.
        private Due take(long nowNanos) {
            long newest = (nowNanos - startNanos) / everyNanos;
            long missed = newest - nextPoint;
            nextPoint = newest + 1;
            return new Due(topic, missed);
        }

        private boolean keepsTimeOf(TopicSettings other) {
            return topic.topic().equals(other.topic()) && topic.every().equals(other.every());
        }
    }

    private List<Grid> grids;

    /// Every topic is due at once.
    Schedule(List<TopicSettings> topics, long startNanos) {
        this.grids = topics.stream().map(topic -> new Grid(topic, startNanos)).toList();
    }

    /// From now on `topics` are sampled: one that was there with the same interval keeps its grid,
    /// and every other is due at once.
    void change(List<TopicSettings> topics, long nowNanos) {
        List<Grid> next = new ArrayList<>();
        for (TopicSettings topic : topics) {
            Grid grid =
                    grids.stream()
                            .filter(each -> each.keepsTimeOf(topic))
                            .findFirst()
                            .orElseGet(() -> new Grid(topic, nowNanos));
            grid.topic = topic;
            next.add(grid);
        }
        grids = next;
    }

    /// The topics due at `now`, the longest waiting first, each once; they are due again at their
    /// next grid point.
    List<Due> due(long nowNanos) {
        List<Grid> waiting = new ArrayList<>();
        for (Grid grid : grids) {
            if (grid.nanosUntilNext(nowNanos) <= 0) {
                waiting.add(grid);
            }
        }
        waiting.sort(Comparator.comparingLong(grid -> grid.nanosUntilNext(nowNanos)));
        return waiting.stream().map(grid -> grid.take(nowNanos)).toList();
    }

    /// How long until something is due: zero when something is, and [Long#MAX_VALUE] when there are
    /// no topics.
    long nanosUntilNext(long nowNanos) {
        long nearest = Long.MAX_VALUE;
        for (Grid grid : grids) {
            nearest = Math.min(nearest, Math.max(0, grid.nanosUntilNext(nowNanos)));
        }
        return nearest;
    }
}
