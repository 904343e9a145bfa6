package dev.caddis.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// The figures of all contenders side by side, each also as a ratio to what it is measured by.
final class Table {

    private final List<ContenderProcess> contenders;

    Table(List<ContenderProcess> contenders) {
        this.contenders = contenders;
    }

    void print(PrintStream out) {
        out.printf(
                "%n%-14s %-32s %8s  %-28s %8s  %s%n",
                "", "messages/s", "/ bare", "CPU us/message", "/ HiveMQ", "heap bytes/message");
        for (ContenderProcess each : contenders) {
            out.printf(
                    Locale.ROOT,
                    "%-14s %-32s %8s  %-28s %8s  %8.0f%n",
                    each.title(),
                    Summary.of(each.counted(), Figures::messagesPerSecond).text("%,8.0f"),
                    ratio(each, ContenderKind.BARE, Figures::messagesPerSecond),
                    Summary.of(each.counted(), Figures::cpuMicrosPerMessage).text("%6.2f"),
                    ratio(each, ContenderKind.HIVEMQ, Figures::cpuMicrosPerMessage),
                    Summary.of(each.counted(), Figures::bytesPerMessage).median());
        }
        out.println("Median of the counted runs (least..most); ratios are ratios of medians.");
        for (ContenderProcess each : contenders) { // for scripts
            out.printf(
                    Locale.ROOT,
                    "%s: %.0f messages/s, %.3f us of CPU a message%n",
                    each.title(),
                    Summary.of(each.counted(), Figures::messagesPerSecond).median(),
                    Summary.of(each.counted(), Figures::cpuMicrosPerMessage).median());
        }
        out.flush();
    }

    /// The median of `figure` over that of `yardstick`; empty where that was not measured.
    private String ratio(
            ContenderProcess contender, ContenderKind yardstick, ToDoubleFunction<Figures> figure) {
        Optional<ContenderProcess> other =
                contenders.stream()
                        .filter(each -> each.title().equals(yardstick.title))
                        .findFirst();
        return other.map(each ->
                        String.format(
                                Locale.ROOT,
                                "%.3f",
                                Summary.of(contender.counted(), figure).median()
                                        / Summary.of(each.counted(), figure).median()))
                .orElse("");
    }
}
