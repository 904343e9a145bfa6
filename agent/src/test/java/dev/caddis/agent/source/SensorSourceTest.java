package dev.caddis.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

class SensorSourceTest {

    private static final Offset<Double> EXACT = within(0.0);

    @TempDir Path root;
    private DeviceTree tree = DeviceTree.builder(new FakeClock().clocks()).build();

    @AfterEach
    void close() {
        tree.close();
    }

    @Test
    void hwmon_channels_are_named_by_chip_and_label_and_come_in_units_people_know() {
        use("gateway.tree");

        assertNumber("/sensors/hwmon/coretemp/package_id_0", 47.0, "°C");
        assertNumber("/sensors/hwmon/coretemp/core_0", 45.0, "°C");
        assertNumber("/sensors/hwmon/nct6775/in0", 0.904, "V");
        assertNumber("/sensors/hwmon/nct6775/12v", 12.096, "V");
        assertNumber("/sensors/hwmon/nct6775/fan1", 1172, "rpm");
        assertNumber("/sensors/hwmon/nct6775/curr1", 1.53, "A");
        assertNumber("/sensors/hwmon/nct6775/power1", 18.36, "W");
        assertNumber("/sensors/hwmon/nct6775/temp1", -5.5, "°C");
        assertNumber("/sensors/hwmon/nvme/temp1", 38.85, "°C");
        assertNumber("/sensors/hwmon/nvme_2/temp1", 39.85, "°C"); // hwmon10 comes after hwmon2
    }

    @Test
    void thermal_zones_are_named_by_their_type() {
        use("gateway.tree");

        assertNumber("/sensors/thermal/x86_pkg_temp", 46.5, "°C");
        assertThat(tree.paths()).noneMatch(path -> path.contains("processor"));
    }

    @Test
    void iio_channels_are_read_finished_or_as_raw_plus_offset_times_scale() {
        use("weather-station.tree");

        assertNumber("/sensors/iio/bme280/temp", 21.48, "°C");
        assertNumber("/sensors/iio/bme280/humidityrelative", 40.25, "%RH");
        assertNumber("/sensors/iio/bme280/pressure", 1013.25, "hPa");
        assertThat((Double) tree.read("/sensors/iio/hdc1080/temp").value())
                .isCloseTo(26.0, within(0.01));
        assertNumber("/sensors/iio/ads1115/voltage0", 1.0, "V"); // the scale all voltages share
        assertNumber("/sensors/iio/ads1115/voltage1", 0.032, "V"); // its own scale
        assertNumber("/sensors/iio/lis3dh/accel_y", -0.5, "m/s2");
        assertNumber("/sensors/iio/scd30/concentration_co2", 612.0, "ppm");
        assertNumber("/sensors/iio/scd30/intensity_ir", 17.0, null);
    }

    @Test
    void a_kind_means_its_first_sensor_and_an_attached_one_comes_before_the_machines_own() {
        use("weather-station.tree");

        assertNumber("/sensors/temperature", 21.48, "°C");
        assertNumber("/sensors/humidity", 40.25, "%RH");
        assertNumber("/sensors/voltage", 1.0, "V");
        assertNumber("/sensors/acceleration", 1.0, "m/s2");
        assertThat(tree.paths()).contains("/sensors/temperature", "/sensors/pressure");
    }

    @Test
    void without_attached_sensors_the_temperature_is_that_of_the_first_chip() {
        use("gateway.tree");

        assertNumber("/sensors/temperature", 47.0, "°C");
    }

    @Test
    void a_kind_that_no_sensor_measures_fails_and_says_where_it_was_looked_for() {
        use("gateway.tree");

        Reading humidity = tree.read("/sensors/humidity");

        assertThat(humidity.failed()).isTrue();
        assertThat(humidity.problem()).contains("humidity", "class/hwmon", root.toString());
    }

    @Test
    void a_sensor_that_reports_a_fault_or_nonsense_has_a_problem_and_no_value() {
        use("gateway.tree");

        Reading faulty = tree.read("/sensors/hwmon/nct6775/temp2");
        Reading nonsense = tree.read("/sensors/hwmon/nct6775/temp3");

        assertThat(faulty.value()).isNull();
        assertThat(faulty.problem()).contains("temp2_fault is 1");
        assertThat(nonsense.value()).isNull();
        assertThat(nonsense.problem()).contains("temp3_input", "'n/a'");
    }

    @Test
    void a_sensor_plugged_in_later_is_there_at_the_next_reading() {
        use("gateway.tree");
        assertThat(tree.read("/sensors/humidity").failed()).isTrue();

        FixtureTree.write(root, "sys/class/hwmon/hwmon11/name", "sht3x");
        FixtureTree.write(root, "sys/class/hwmon/hwmon11/humidity1_input", "55125");

        assertNumber("/sensors/humidity", 55.125, "%RH");
    }

    @Test
    void a_machine_without_sensors_has_no_sensor_paths() {
        tree = tree(root);
        assertThat(tree.read("/sensors").problem())
                .isEqualTo(
                        "no sensors found (looked in class/hwmon, class/thermal and"
                                + " bus/iio/devices of "
                                + root.resolve("sys")
                                + ")");

        assertThat(tree.paths()).isEmpty();
        assertThat(tree.read("/sensors/temperature").problem()).contains("found 0 sensors");
    }

    private void use(String fixture) {
        tree = tree(FixtureTree.unpack(fixture, root));
    }

    private static DeviceTree tree(Path root) {
        return DeviceTree.builder(new FakeClock().clocks())
                .mount("/sensors", new SensorSource(root))
                .build();
    }

    private void assertNumber(String path, double expected, @Nullable String unit) {
        Reading reading = tree.read(path);
        assertThat(reading.problem()).as(path).isNull();
        assertThat((Double) reading.value()).as(path).isCloseTo(expected, EXACT);
        assertThat(reading.unit()).as(path).isEqualTo(unit);
    }
}
