package dev.caddis.agent.source;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/// How many programs wanted a processor, averaged over `1m`, `5m` and `15m`.
final class LoadSource extends NamedSource {

    /// @param averages the three averages; negative where the machine gives none
    LoadSource(Supplier<double[]> averages) {
        super(
                Map.of(
                        "1m", () -> average(averages, 0),
                        "5m", () -> average(averages, 1),
                        "15m", () -> average(averages, 2)));
    }

    private static Measurement average(Supplier<double[]> averages, int index) throws IOException {
        double[] all = averages.get();
        if (index >= all.length || all[index] < 0) {
            throw new ReadingFailedException("/proc/loadavg gives no load average");
        }
        return Measurement.of(all[index]);
    }
}
