package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.FakeClock;
import dev.caddis.agent.source.Measurement;
import dev.caddis.agent.source.NoSuchPathException;
import dev.caddis.agent.source.Source;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

class ReadCommandTest {

    @TempDir private Path folder;

    /// Some fixed values; one of them fails.
    private static final class Tank implements Source {

        private final Map<String, Measurement> values =
                Map.of(
                        "level", Measurement.of(0.5, "m"),
                        "name", Measurement.of("tank\u001b[2J 1"),
                        "open", Measurement.of(true),
                        "valves", Measurement.of(List.of(Map.of("flow", 3L))));

        @Override
        public SortedSet<String> paths() {
            SortedSet<String> paths = new TreeSet<>(values.keySet());
            paths.add("broken");
            return paths;
        }

        @Override
        public Measurement measure(String path) throws IOException {
            Measurement value = values.get(path);
            if (value != null) {
                return value;
            }
            throw path.equals("broken")
                    ? new IOException("no contact")
                    : new NoSuchPathException("nothing is called " + path);
        }
    }

    /// What was printed, and whether all was good.
    private record Printed(boolean good, String out, String err) {}

    private static Printed print(boolean json, String... paths) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        try (DeviceTree tree =
                DeviceTree.builder(new FakeClock().clocks()).mount("/tank", new Tank()).build()) {
            boolean good =
                    new ReadingPrinter(tree, new PrintWriter(out), new PrintWriter(err), json)
                            .print(List.of(paths));
            return new Printed(good, out.toString(), err.toString());
        }
    }

    @Test
    void each_path_is_one_line_with_value_and_unit_in_the_order_asked_for() {
        assertThat(print(false, "tank/open", "/tank/level", "/tank/valves"))
                .isEqualTo(
                        new Printed(
                                true,
                                """
                                /tank/open    true
                                /tank/level   0.5 m
                                /tank/valves  [{"flow":3}]
                                """,
                                ""));
    }

    @Test
    void a_path_inside_a_value_answers_alone() {
        assertThat(print(false, "/tank/valves/0/flow").out()).isEqualTo("/tank/valves/0/flow  3\n");
    }

    @Test
    void a_path_with_others_below_it_stands_for_them_and_no_text_steers_the_terminal() {
        Printed all = print(false, "/");
        assertThat(all.out())
                .isEqualTo(
                        """
                        /tank/level   0.5 m
                        /tank/name    tank\\u001b[2J 1
                        /tank/open    true
                        /tank/valves  [{"flow":3}]
                        """);
        assertThat(print(false, "/tank/")).isEqualTo(all);
    }

    @Test
    void a_failed_reading_is_told_on_the_error_output_and_hides_no_other() {
        Printed some = print(false, "/tank/broken", "/tank/open");
        assertThat(some.good()).isFalse();
        assertThat(some.err())
                .isEqualTo("caddis: cannot read /tank/broken: IOException: no contact\n");
        assertThat(some.out()).isEqualTo("/tank/open    true\n");
    }

    @Test
    void as_JSON_a_reading_is_an_object_whether_it_failed_or_not() {
        Printed some = print(true, "/tank/level", "/tank/broken");
        assertThat(some.out())
                .isEqualTo(
                        """
                        {"path":"/tank/level","value":0.5,"unit":"m","taken_at":"2026-11-22T02:30:00.000Z","problem":null}
                        {"path":"/tank/broken","value":null,"unit":null,"taken_at":"2026-11-22T02:30:00.000Z","problem":"IOException: no contact"}
                        """);
        assertThat(some.err()).contains("no contact");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void the_configuration_says_which_sensors_and_which_device() throws IOException {
        Path chip = Files.createDirectories(folder.resolve("root/sys/class/hwmon/hwmon0"));
        Files.writeString(chip.resolve("name"), "lm75\n");
        Files.writeString(chip.resolve("temp1_input"), "21500\n");
        Path config = folder.resolve("caddis.yaml");
        Files.writeString(
                config,
                """
                device: { id: pump-17, root: root }
                brokers: [{ url: mqtts://broker.example.com }]
                topics: { pump-17/data: { temperature: /sensors/temperature } }
                """);
        Caddis read =
                Caddis.run("read", "-c", config.toString(), "--json", "/device/id", "sensors");
        assertThat(read.err()).isEmpty();
        assertThat(read.exitCode()).isZero();
        assertThat(read.out().lines().map(line -> line.replaceAll("\"taken_at.*", "")))
                .containsExactly(
                        "{\"path\":\"/device/id\",\"value\":\"pump-17\",\"unit\":null,",
                        "{\"path\":\"/sensors/hwmon/lm75/temp1\",\"value\":21.5,\"unit\":\"\\u00B0C\",",
                        "{\"path\":\"/sensors/temperature\",\"value\":21.5,\"unit\":\"\\u00B0C\",");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void without_a_configuration_it_is_this_machine() {
        Caddis read = Caddis.run("read", "/system/memory/total", "/nowhere");
        assertThat(read.exitCode()).isEqualTo(1);
        assertThat(read.out()).matches("/system/memory/total  \\d+ bytes\\R");
        assertThat(read.err())
                .startsWith("caddis: cannot read /nowhere: nothing is called 'nowhere'; there is");
    }
}
