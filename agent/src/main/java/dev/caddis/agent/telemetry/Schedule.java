package dev.caddis.agent.telemetry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which topics are due when, as arithmetic over a clock that is given in.
///
/// Every topic has a grid: the start, and from there one point each interval. It is due at the
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
        private final TopicSettings topic;
        private final long everyNanos;
        private long nextPoint; // 0 is the start, 1 one interval later

        private Grid(TopicSettings topic) {
            this.topic = topic;
            this.everyNanos = topic.every().toNanos();
        }

        private long nextAfterStart() {
            return nextPoint * everyNanos;
        }

        /// Takes the newest point that has passed; those between are missed.
        private Due take(long sinceStart) {
            long newest = sinceStart / everyNanos;
            long missed = newest - nextPoint;
            nextPoint = newest + 1;
            return new Due(topic, missed);
        }
    }

    private final List<Grid> grids;
    private final long startNanos;

    /// Every topic is due at once.
    Schedule(List<TopicSettings> topics, long startNanos) {
        this.grids = topics.stream().map(Grid::new).toList();
        this.startNanos = startNanos;
    }

    /// The topics due at `now`, the longest waiting first, each once; they are due again at their
    /// next grid point.
    List<Due> due(long nowNanos) {
        long sinceStart = nowNanos - startNanos;
        List<Grid> waiting = new ArrayList<>();
        for (Grid grid : grids) {
            if (grid.nextAfterStart() <= sinceStart) {
                waiting.add(grid);
            }
        }
        waiting.sort(Comparator.comparingLong(Grid::nextAfterStart));
        return waiting.stream().map(grid -> grid.take(sinceStart)).toList();
    }

    /// How long until something is due: zero when something is, and [Long#MAX_VALUE] when there are
    /// no topics.
    long nanosUntilNext(long nowNanos) {
        long sinceStart = nowNanos - startNanos;
        long nearest = Long.MAX_VALUE;
        for (Grid grid : grids) {
            nearest = Math.min(nearest, Math.max(0, grid.nextAfterStart() - sinceStart));
        }
        return nearest;
    }
}
