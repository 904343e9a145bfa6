package dev.caddis.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The manual's page of data paths and the device tree are the same.
@EnabledOnOs(OS.LINUX)
class ReadingsPageTest {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(/[^`]+)` \\| ([^|]*?) ?\\| ([^|]+) \\|");
    private static final String OF_ITS_KIND = "of its kind";

    /// One row of the page.
    private record Row(String path, String unit, String type) {

        boolean describes(String real) {
            return real.matches(path.replaceAll("<[a-z]+>", "[^/]+"));
        }
    }

    @TempDir Path root;

    @Test
    void every_path_of_the_tree_stands_on_the_page_with_its_unit_and_type() throws IOException {
        List<Row> page = page();
        for (Reading reading : readings()) {
            assertThat(page)
                    .as(reading.path())
                    .filteredOn(row -> row.describes(reading.path()))
                    .singleElement()
                    .satisfies(row -> {
                        if (!reading.failed()) {
                            assertUnit(row, reading.unit());
                            assertThat(type(reading)).isEqualTo(row.type());
                        }
                    });
        }
    }

    @Test
    void every_row_of_the_page_is_answered() throws IOException {
        Set<Row> answered = new HashSet<>();
        List<Row> page = page();
        for (Reading reading : readings()) {
            page.stream()
                    .filter(row -> !reading.failed() && row.describes(reading.path()))
                    .forEach(answered::add);
        }
        assertThat(page).hasSizeGreaterThan(40).doesNotHaveDuplicates();
        assertThat(answered).containsExactlyInAnyOrderElementsOf(page);
    }

    private static void assertUnit(Row row, @Nullable String unit) {
        if (row.unit().equals(OF_ITS_KIND)) {
            assertThat(unit)
                    .satisfiesAnyOf(
                            it -> assertThat(it).isNull(),
                            it ->
                                    assertThat(Arrays.stream(SensorKind.values()))
                                            .extracting(kind -> kind.unit)
                                            .contains(it));
        } else {
            assertThat(unit == null ? "" : unit).isEqualTo(row.unit());
        }
    }

    private static String type(Reading reading) {
        return switch (reading.value()) {
            case Long _ -> "whole number";
            case Double _ -> "number";
            case Boolean _ -> "true or false";
            case String _ -> "text";
            case null, default -> "?";
        };
    }

    /// Everything that this machine answers, with sensors of every kind.
    private List<Reading> readings() {
        FixtureTree.unpack("gateway.tree", root.resolve("gateway"));
        Path station = FixtureTree.unpack("weather-station.tree", root.resolve("station"));
        for (String channel :
                List.of("energy", "illuminance", "distance", "resistance", "anglvel_x")) {
            FixtureTree.write(
                    station, "sys/bus/iio/devices/iio:device5/in_" + channel + "_raw", "1");
        }
        List<Reading> readings = new ArrayList<>();
        for (String machine : List.of("gateway", "station")) {
            SourceSettings settings = new SourceSettings("pump-17", root.resolve(machine));
            try (DeviceTree tree = ThisMachine.tree(settings, Clocks.system()).build()) {
                tree.paths().forEach(path -> readings.add(tree.read(path)));
            }
        }
        return readings;
    }

    private static List<Row> page() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "reference", "readings.md"));
        return ROW.matcher(page)
                .results()
                .map(row -> new Row(row.group(1), row.group(2), row.group(3)))
                .toList();
    }
}
