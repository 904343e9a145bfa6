package dev.caddis.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Objects;

/// On the real machine, whatever it is.
@EnabledOnOs(OS.LINUX)
class ThisMachineTest {

    @TempDir Path root;
    private DeviceTree tree = DeviceTree.builder(new FakeClock().clocks()).build();

    @AfterEach
    void close() {
        tree.close();
    }

    @Test
    void processor_memory_host_network_and_storage_answer() {
        tree = open();

        assertThat((Double) good("/system/cpu/load")).isBetween(0.0, 1.0);
        assertThat((Long) good("/system/cpu/count")).isPositive();
        assertThat((Long) good("/system/memory/total"))
                .isGreaterThanOrEqualTo((Long) good("/system/memory/available"));
        assertThat((Long) good("/system/memory/used")).isPositive();
        assertThat((Double) good("/system/memory/used_percent")).isBetween(0.0, 100.0);
        assertThat((Double) good("/system/load/15m")).isNotNegative();
        assertThat((Long) good("/system/uptime")).isPositive();
        assertThat((String) good("/system/os")).isNotBlank().doesNotContain("null");
        assertThat((String) good("/system/hostname")).isNotBlank();
        assertThat((Long) good("/network/lo/in_bytes")).isNotNegative();
        assertThat((Long) good("/network/lo/in_bps")).isNotNegative();
        assertThat((Boolean) good("/network/lo/up")).isTrue();
        assertThat((Long) good("/storage/root/total"))
                .isGreaterThan((Long) good("/storage/root/free"));
        assertThat((Double) good("/storage/root/used_percent")).isBetween(0.0, 100.0);
    }

    @Test
    void every_listed_path_answers_and_the_whole_tree_is_one_object() {
        tree = open();

        for (String path : tree.paths()) {
            good(path);
        }
        assertThat(good("/").toString()).contains("device={id=pump-17}");
    }

    @Test
    void the_roots_that_a_configuration_is_checked_against_are_those_of_the_tree() {
        tree = open();

        assertThat(tree.read("/nowhere").problem())
                .isEqualTo(
                        "nothing is called 'nowhere'; there is "
                                + String.join(", ", ThisMachine.ROOTS));
        assertThat(ThisMachine.unknownRoot("sensor/x")).contains("sensor");
        assertThat(ThisMachine.unknownRoot("/")).isEmpty();
        assertThat(ThisMachine.unknownRoot("network/eth9")).isEmpty();
    }

    @Test
    void the_sensor_folder_is_the_one_that_was_set() {
        FixtureTree.unpack("weather-station.tree", root);
        tree = open();

        assertThat(good("/sensors/temperature")).isEqualTo(21.48);
    }

    private DeviceTree open() {
        return ThisMachine.tree(new SourceSettings("pump-17", root), Clocks.system()).build();
    }

    private Object good(String path) {
        Reading reading = tree.read(path);
        assertThat(reading.problem()).as(path).isNull();
        return Objects.requireNonNull(reading.value());
    }
}
