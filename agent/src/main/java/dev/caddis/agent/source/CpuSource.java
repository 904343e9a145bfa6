package dev.caddis.agent.source;

import oshi.hardware.CentralProcessor.TickType;

import java.io.IOException;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.LongStream;

/// The processors: `load` (0 idle to 1 all busy, over the time that [SampleWindow] describes) and
/// `count`.
final class CpuSource extends NamedSource {

    /// @param ticks time spent in each state since the machine started, in the order of [TickType]
    CpuSource(SampleWindow.Sampler<long[]> ticks, IntSupplier count, Clocks clocks) {
        this(new SampleWindow<>(ticks, clocks), count);
    }

    private CpuSource(SampleWindow<long[]> window, IntSupplier count) {
        super(
                Map.of(
                        "load", () -> Measurement.of(Values.rounded(load(window.pair()), 4)),
                        "count", () -> Measurement.of(count.getAsInt())));
    }

    private static double load(SampleWindow.Pair<long[]> pair) throws IOException {
        long total = LongStream.of(pair.later()).sum() - LongStream.of(pair.earlier()).sum();
        if (total <= 0) {
            throw new ReadingFailedException(
                    "the processor's time counters did not move; are /proc and the machine's clock"
                            + " in order?");
        }
        double idle = idle(pair.later()) - idle(pair.earlier());
        return Math.clamp(1 - idle / total, 0.0, 1.0);
    }

    private static long idle(long[] ticks) {
        return ticks[TickType.IDLE.getIndex()] + ticks[TickType.IOWAIT.getIndex()];
    }
}
