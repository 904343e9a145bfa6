package dev.caddis.systemtests.interop;

import dev.caddis.mqtt.packet.ProtocolVersion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tables of `docs/interop.md`, as the suite knows them.
public final class InteropTable {
    private InteropTable() {}

    /// A row for each scenario, a column for each broker: `yes`, `-` where the broker or the
    /// version has no such thing to try, `*` where it differs.
    public static String scenarios() {
        List<String> lines = new ArrayList<>();
        List<String> titles = new ArrayList<>(List.of("scenario"));
        List.of(Brand.values()).forEach(brand -> titles.add(brand.title()));
        lines.add(row(titles));
        lines.add("|" + "---|".repeat(titles.size()));
        for (Scenario scenario : Scenario.values()) {
            List<String> cells = new ArrayList<>(List.of(scenario.title()));
            for (Brand brand : Brand.values()) {
                cells.add(cell(brand, scenario));
            }
            lines.add(row(cells));
        }
        return String.join("\n", lines);
    }

    /// A row for each declared difference.
    public static String differences() {
        List<String> lines =
                new ArrayList<>(
                        List.of(
                                row(List.of("broker", "MQTT", "scenario", "what it does instead")),
                                "|---|---|---|---|"));
        for (Difference each : Difference.ALL) {
            lines.add(
                    row(
                            List.of(
                                    each.brand().title(),
                                    each.version().toString(),
                                    each.scenario().title(),
                                    each.instead())));
        }
        return String.join("\n", lines);
    }

    private static String cell(Brand brand, Scenario scenario) {
        List<String> parts = new ArrayList<>();
        for (ProtocolVersion version : brand.versions()) {
            if (scenario.existsIn(version)) {
                Optional<Difference> difference = Difference.of(brand, scenario, version);
                parts.add(difference.isPresent() ? "\\*" : "yes");
            }
        }
        if (parts.isEmpty()) {
            return "-";
        }
        return parts.stream().distinct().count() == 1
                ? parts.getFirst()
                : String.join(" / ", parts);
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}
