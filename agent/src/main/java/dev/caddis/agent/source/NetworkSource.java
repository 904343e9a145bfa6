package dev.caddis.agent.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The network interfaces: `<interface>/in_bytes`, ... since they came up, `in_bps` and `out_bps`
/// in bits a second, `up`.
///
/// Reads `/sys/class/net` itself: Java and OSHI list only interfaces that have an address, and an
/// interface that lost its address is the one that somebody looks for. Rates cover the time that
/// [SampleWindow] describes; an interface that appeared after the sample before has none yet.
final class NetworkSource implements Source {

    /// What the kernel calls each counter.
    private static final Map<String, String> COUNTERS =
            Map.of(
                    "in_bytes", "rx_bytes",
                    "out_bytes", "tx_bytes",
                    "in_packets", "rx_packets",
                    "out_packets", "tx_packets",
                    "in_errors", "rx_errors",
                    "out_errors", "tx_errors");

    private static final Map<String, String> RATES =
            Map.of("in_bps", "in_bytes", "out_bps", "out_bytes");

    private static final String UP = "up";

    private final Path classNet;
    private final SampleWindow<Map<String, Map<String, Long>>> window;

    NetworkSource(Path classNet, Clocks clocks) {
        this.classNet = classNet;
        this.window = new SampleWindow<>(this::sample, clocks);
    }

    @Override
    public SortedSet<String> paths() throws IOException {
        SortedSet<String> paths = new TreeSet<>();
        for (String name : window.latest().keySet()) {
            paths.add(name + "/" + UP);
            COUNTERS.keySet().forEach(counter -> paths.add(name + "/" + counter));
            RATES.keySet().forEach(rate -> paths.add(name + "/" + rate));
        }
        return paths;
    }

    @Override
    public Measurement measure(String path) throws IOException {
        int slash = path.indexOf('/');
        if (slash < 0) {
            throw NoSuchPathException.now(
                    path.isEmpty() ? "no interface is named" : noInterface(path));
        }
        String name = path.substring(0, slash);
        String what = path.substring(slash + 1);
        String counterOfRate = RATES.get(what);
        if (counterOfRate != null) {
            return Measurement.of(bitsPerSecond(name, counterOfRate), "bit/s");
        }
        Map<String, Long> counters = window.latest().get(name);
        if (counters == null) {
            throw NoSuchPathException.now(noInterface(name));
        }
        if (what.equals(UP)) {
            return Measurement.of(isUp(classNet.resolve(name)));
        }
        Long count = counters.get(what);
        if (count == null) {
            throw new NoSuchPathException(
                    "an interface has "
                            + new TreeSet<>(COUNTERS.keySet())
                            + ", in_bps, out_bps and up, but no "
                            + what);
        }
        return new Measurement(count, what.endsWith("bytes") ? "bytes" : null);
    }

    private long bitsPerSecond(String name, String counter) throws IOException {
        SampleWindow.Pair<Map<String, Map<String, Long>>> pair = window.pair();
        Map<String, Long> later = pair.later().get(name);
        if (later == null) {
            throw NoSuchPathException.now(noInterface(name));
        }
        Map<String, Long> earlier = pair.earlier().get(name);
        Long before = earlier == null ? null : earlier.get(counter);
        Long after = later.get(counter);
        if (before == null || after == null) {
            throw new ReadingFailedException(
                    name
                            + " has just appeared; its rate needs an earlier sample and comes with"
                            + " the next reading");
        }
        if (after < before) {
            throw new ReadingFailedException(
                    name
                            + " began to count anew, so it was created again; its rate comes with"
                            + " the next reading");
        }
        return Math.round(pair.perSecond(8 * (after - before)));
    }

    private String noInterface(String name) throws IOException {
        return "there is no interface " + name + "; there are " + window.latest().keySet();
    }

    private Map<String, Map<String, Long>> sample() throws IOException {
        Map<String, Map<String, Long>> sample = new TreeMap<>();
        for (Path each : SysFile.list(classNet, "*")) {
            if (Files.isDirectory(each)) { // bonding_masters is a file
                Map<String, Long> counters = counters(each.resolve("statistics"));
                if (!counters.isEmpty()) {
                    sample.put(SysFile.name(each), counters);
                }
            }
        }
        return sample;
    }

    /// Empty for an interface that vanished while it was read.
    private static Map<String, Long> counters(Path statistics) throws IOException {
        Map<String, Long> counters = new LinkedHashMap<>();
        for (Map.Entry<String, String> counter : COUNTERS.entrySet()) {
            try {
                long count = SysFile.number(statistics.resolve(counter.getValue())).longValue();
                counters.put(counter.getKey(), count);
            } catch (NoSuchFileException gone) {
                return Map.of();
            }
        }
        return counters;
    }

    /// `lo`, tunnels and modems say "unknown" and mean up while they have a carrier.
    private static boolean isUp(Path netInterface) throws IOException {
        String state = SysFile.text(netInterface.resolve("operstate"));
        if (!state.equals("unknown")) {
            return state.equals(UP);
        }
        try {
            return SysFile.text(netInterface.resolve("carrier")).equals("1");
        } catch (
                IOException switchedOff) { // the kernel refuses to read it then: that is the answer
            return false;
        }
    }
}
