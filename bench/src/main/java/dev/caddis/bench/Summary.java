package dev.caddis.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Median and range of one figure over the counted runs of a contender.
record Summary(double median, double least, double most) {

    static Summary of(List<Figures> runs, ToDoubleFunction<Figures> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Summary(median, sorted[0], sorted[sorted.length - 1]);
    }

    String text(String format) {
        return String.format(
                Locale.ROOT,
                format + " (" + format.strip() + ".." + format.strip() + ")",
                median,
                least,
                most);
    }
}
