package dev.caddis.agent.source;

import java.io.IOException;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// A source with a fixed set of paths, each measured by its own function.
class NamedSource implements Source {

    /// Measures one path.
    interface Measure {
        Measurement now() throws IOException;
    }

    private final Map<String, Measure> measures;

    NamedSource(Map<String, Measure> measures) {
        this.measures = new TreeMap<>(measures);
    }

    @Override
    public final SortedSet<String> paths() {
        return new TreeSet<>(measures.keySet());
    }

    @Override
    public final Measurement measure(String path) throws IOException {
        Measure measure = measures.get(path);
        if (measure == null) {
            throw new NoSuchPathException(
                    "nothing is called '"
                            + path
                            + "' here; there is "
                            + String.join(", ", measures.keySet()));
        }
        return measure.now();
    }
}
