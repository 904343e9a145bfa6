package dev.caddis.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

class DeviceTreeTest {

    private final FakeClock clock = new FakeClock();
    private final DeviceTree.Builder builder = DeviceTree.builder(clock.clocks());
    private DeviceTree tree = DeviceTree.builder(new FakeClock().clocks()).build();

    @AfterEach
    void close() {
        tree.close();
    }

    @Test
    void the_leading_slash_may_be_left_out() {
        tree = builder.mount("/gps", named(Map.of("heading", () -> Measurement.of(271)))).build();

        Reading with = tree.read("/gps/heading");
        Reading without = tree.read("gps/heading");

        assertThat(with).isEqualTo(without);
        assertThat(with.path()).isEqualTo("/gps/heading");
        assertThat(with.value()).isEqualTo(271L);
        assertThat(with.takenAt()).isEqualTo(clock.now());
        assertThat(with.quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void lists_objects_and_null_are_values_and_can_be_reached_into() {
        Map<String, Object> latitude = new LinkedHashMap<>();
        latitude.put("degree", 52);
        latitude.put("second", null);
        tree =
                builder.mount(
                                "/router",
                                named(
                                        Map.of(
                                                "latitude", () -> Measurement.of(latitude),
                                                "clients",
                                                        () ->
                                                                Measurement.of(
                                                                        List.of(
                                                                                Map.of("mac", "a"),
                                                                                7)),
                                                "empty", () -> Measurement.of(null))))
                        .build();

        assertThat(tree.read("router/latitude").value()).hasToString("{degree=52, second=null}");
        assertThat(tree.read("router/latitude/degree").value()).isEqualTo(52L);
        assertThat(tree.read("router/clients").value()).isEqualTo(List.of(Map.of("mac", "a"), 7L));
        assertThat(tree.read("router/clients/0/mac").value()).isEqualTo("a");
        assertThat(tree.read("router/clients/2").failed()).isTrue();
        Reading empty = tree.read("router/empty");
        assertThat(empty.value()).isNull();
        assertThat(empty.failed()).isFalse();
    }

    @Test
    void a_path_with_others_below_it_answers_an_object_of_them() {
        tree =
                builder.mount("/system", named(Map.of("uptime", () -> Measurement.of(5))))
                        .mount(
                                "/system/cpu",
                                named(
                                        Map.of(
                                                "load",
                                                DeviceTreeTest::fail,
                                                "count",
                                                () -> Measurement.of(2))))
                        .build();

        Object system = tree.read("/system").value();

        Map<String, Object> cpu = new LinkedHashMap<>();
        cpu.put("count", 2L);
        cpu.put("load", null);
        assertThat(system).isEqualTo(Map.of("uptime", 5L, "cpu", cpu));
        assertThat(tree.read("/").value()).isEqualTo(Map.of("system", system));
        assertThat(tree.read("").value()).isEqualTo(Map.of("system", system));
    }

    @Test
    void an_object_of_failed_readings_only_is_a_failed_reading() {
        tree = builder.mount("/plc", named(Map.of("a", DeviceTreeTest::fail))).build();

        assertThat(tree.read("/plc").problem()).contains("/plc/a: the wire is cut");
    }

    @Test
    void a_path_that_nothing_answers_is_a_failed_reading() {
        tree = builder.mount("/gps", named(Map.of("heading", () -> Measurement.of(1)))).build();

        for (String path : List.of("/gps/speed", "/nowhere", "gps/heading/degree", "//", " ")) {
            Reading reading = tree.read(path);
            if (!reading.path().equals("/")) {
                assertThat(reading.failed()).as(path).isTrue();
                assertThat(reading.problem()).as(path).isNotBlank();
            }
            assertThat(reading.path()).startsWith("/");
        }
        assertThat(tree.read("/nowhere").problem())
                .isEqualTo("nothing is called 'nowhere'; there is gps");
    }

    @Test
    void a_tree_without_any_source_says_that_there_is_nothing_to_read() {
        assertThat(tree.read("/plc").problem())
                .isEqualTo("nothing is called 'plc'; there is nothing to read");
    }

    @Test
    void a_name_between_mount_points_that_nothing_has_is_told_with_those_that_are_there() {
        Source source = named(Map.of("load", () -> Measurement.of(1)));
        tree = builder.mount("/system/cpu", source).mount("/system/fan", source).build();

        assertThat(tree.read("/system/gpu/load").problem())
                .isEqualTo("nothing is called 'gpu' in /system; there is cpu, fan");
        assertThat(tree.read("/system/cpu/speed").problem())
                .isEqualTo("nothing is called 'speed' here; there is load");
    }

    @Test
    void a_failing_source_has_a_problem_and_its_error_text_is_never_the_value() {
        Map<String, NamedSource.Measure> failing = new LinkedHashMap<>();
        failing.put("io", DeviceTreeTest::fail);
        failing.put("bug", () -> doThrow(new IllegalStateException("register 7")));
        failing.put("error", () -> doThrow(new NoClassDefFoundError("x/Y")));
        failing.put("nan", () -> Measurement.of(Double.NaN));
        failing.put("deep", () -> Measurement.of(List.of(Float.POSITIVE_INFINITY)));
        failing.put("odd", () -> Measurement.of(new Object()));
        tree = builder.mount("/plc", named(failing)).build();

        for (String path : tree.paths()) {
            Reading reading = tree.read(path);
            assertThat(reading.quality()).as(path).isEqualTo(Quality.FAILED);
            assertThat(reading.value()).as(path).isNull();
        }
        assertThat(tree.read("/plc/io").problem()).isEqualTo("the wire is cut");
        assertThat(tree.read("/plc/bug").problem()).contains("register 7");
        assertThat(tree.read("/plc/nan").problem()).contains("no number");
    }

    @Test
    void a_source_that_cannot_list_its_paths_stands_there_with_its_mount_point() {
        tree =
                builder.mount("/plc", new Unlisted())
                        .mount("/gps", named(Map.of("heading", () -> Measurement.of(1))))
                        .build();

        assertThat(tree.paths()).containsExactly("/gps/heading", "/plc");
        assertThat(tree.read("/plc").problem()).isEqualTo("no list");
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("gps", Map.of("heading", 1L));
        all.put("plc", null);
        assertThat(tree.read("/").value()).isEqualTo(all);
    }

    @Test
    void a_source_that_hangs_costs_one_deadline_and_its_further_readings_fail_at_once() {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        NamedSource.Measure hangs =
                () -> {
                    calls.incrementAndGet();
                    await(answer);
                    return Measurement.of("late");
                };
        tree =
                builder.readDeadline(Duration.ZERO)
                        .mount("/nfs", named(Map.of("size", hangs)))
                        .build();

        Reading first = tree.read("/nfs/size");
        Reading second = tree.read("/nfs/size");
        answer.countDown();

        assertThat(first.problem()).contains("did not answer within");
        assertThat(second.problem()).contains("still has not answered");
        assertThat(calls).hasValueLessThanOrEqualTo(1);
    }

    @Test
    void two_sources_at_one_mount_point_are_refused() {
        Source source = named(Collections.emptyMap());

        builder.mount("/plc", source);

        assertThatThrownBy(() -> builder.mount("plc/", source)).hasMessageContaining("plc");
    }

    @Test
    void after_closing_readings_fail_and_nothing_throws() {
        tree = builder.mount("/gps", named(Map.of("heading", () -> Measurement.of(1)))).build();
        tree.close();

        assertThat(tree.read("/gps/heading").problem()).contains("closed");
    }

    @Test
    void names_of_devices_become_names_in_a_path() {
        assertThat(Arrays.asList("Package id 0", "+12V", "a/b", "cpu-thermal", " x "))
                .map(DataPath::name)
                .containsExactly("Package_id_0", "12V", "a_b", "cpu-thermal", "x");
    }

    private static Source named(Map<String, NamedSource.Measure> measures) {
        return new NamedSource(measures);
    }

    private static Measurement fail() throws IOException {
        throw new ReadingFailedException("the wire is cut");
    }

    private static Measurement doThrow(Throwable failure) {
        switch (failure) {
            case RuntimeException bug -> throw bug;
            case Error error -> throw error;
            default -> throw new AssertionError(failure);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Unlisted implements Source {
        @Override
        public SortedSet<String> paths() throws IOException {
            throw new ReadingFailedException("no list");
        }

        @Override
        public Measurement measure(String path) throws IOException {
            throw new NoSuchPathException("no " + path + " in " + new TreeSet<>());
        }
    }
}
