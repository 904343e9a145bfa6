package dev.caddis.agent.status;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes Prometheus' text format, version 0.0.4: for each metric its help, its type, its samples;
/// and the same samples as JSON.
///
/// By hand: everything is counted by the board already and written from one look at it, so the
/// registry and the instruments of Prometheus' own library (prometheus-metrics 1.9.0, 240 KB for
/// the model and the text format, 390 KB with its core) would have nothing to do; what is left of
/// it is these lines, and it would write every count as a decimal fraction.
final class MetricsText {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final JsonFactory JSON = new JsonFactory();

    private final StringBuilder text = new StringBuilder();
    private final Map<String, Number> samples = new LinkedHashMap<>();
    private String name = "";

    /// Begins a metric that only grows; its name ends with `_total`.
    MetricsText counter(String metric, String help) {
        return begin(metric, "counter", help);
    }

    /// Begins a metric that goes up and down.
    MetricsText gauge(String metric, String help) {
        return begin(metric, "gauge", help);
    }

    /// Begins a histogram, whose samples have a suffix.
    MetricsText histogram(String metric, String help) {
        return begin(metric, "histogram", help);
    }

    private MetricsText begin(String metric, String type, String help) {
        name = metric;
        text.append("# HELP ").append(metric).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(metric).append(' ').append(type).append('\n');
        return this;
    }

    /// Adds a sample.
    ///
    /// @param labels name, value, name, value...
    MetricsText sample(long value, String... labels) {
        return sampleOf("", value, labels);
    }

    /// Adds a sample whose name ends with `suffix`.
    MetricsText sampleOf(String suffix, long value, String... labels) {
        return add(suffix, value, labels);
    }

    /// Adds the sum of a histogram.
    MetricsText sum(double value) {
        return add("_sum", value);
    }

    private MetricsText add(String suffix, Number value, String... labels) {
        int begin = text.length();
        text.append(name).append(suffix);
        if (labels.length > 0) {
            text.append('{');
            for (int i = 0; i < labels.length; i += 2) {
                text.append(i == 0 ? "" : ",").append(labels[i]).append("=\"");
                text.append(escaped(labels[i + 1])).append('"');
            }
            text.append('}');
        }
        samples.put(text.substring(begin), value);
        text.append(' ').append(value).append('\n');
        return this;
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /// The same samples as one JSON object, by the names that they have in the text, in one line.
    ///
    /// @param now as `ts`
    String json(Instant now) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            json.writeStringProperty("ts", now.truncatedTo(ChronoUnit.MILLIS).toString());
            samples.forEach((sample, value) -> {
                json.writeName(sample);
                if (value instanceof Double number) {
                    json.writeNumber(number.doubleValue());
                } else {
                    json.writeNumber(value.longValue());
                }
            });
            json.writeEndObject();
        }
        return line.toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
