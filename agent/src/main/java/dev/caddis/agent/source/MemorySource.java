package dev.caddis.agent.source;

import oshi.hardware.GlobalMemory;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/// The machine's memory: `total`, `available` and `used` in bytes, `used_percent`.
///
/// Available is what programs can still get, so memory that merely caches files is not used.
final class MemorySource extends NamedSource {

    private static final String BYTES = "bytes";

    MemorySource(Supplier<GlobalMemory> memory) {
        super(
                Map.of(
                        "total", () -> Measurement.of(total(memory.get()), BYTES),
                        "available", () -> Measurement.of(available(memory.get()), BYTES),
                        "used", () -> Measurement.of(used(memory.get()), BYTES),
                        "used_percent", () -> Measurement.of(usedPercent(memory.get()), "%")));
    }

    private static long total(GlobalMemory memory) throws IOException {
        long total = memory.getTotal();
        if (total <= 0) { // how OSHI says that it could not read /proc/meminfo
            throw new ReadingFailedException("/proc/meminfo gives no MemTotal");
        }
        return total;
    }

    private static long available(GlobalMemory memory) throws IOException {
        return Math.min(memory.getAvailable(), total(memory));
    }

    private static long used(GlobalMemory memory) throws IOException {
        return total(memory) - available(memory);
    }

    private static double usedPercent(GlobalMemory memory) throws IOException {
        return Values.rounded(100.0 * used(memory) / total(memory), 2);
    }
}
