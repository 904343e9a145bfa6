package dev.caddis.agent.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// The sensors the kernel knows, below a root folder that tests and users may replace.
///
/// `iio/<device>/<channel>`, `hwmon/<chip>/<label>`, `thermal/<zone>`, and `temperature`,
/// `humidity`, ...: the first sensor of that kind in this order, since an IIO sensor is usually one
/// that somebody attached, and the other two what the machine has built in. A failing first sensor
/// is a failed reading, never silently the second one. Sensors are looked for at each reading
/// (names only), so one plugged in or out is noticed at once.
final class SensorSource implements Source {

    private final Path root;

    SensorSource(Path root) {
        this.root = root;
    }

    @Override
    public SortedSet<String> paths() throws IOException {
        SortedSet<String> paths = new TreeSet<>();
        for (Sensor sensor : sensors()) {
            paths.add(sensor.path());
            if (sensor.kind() != null) {
                paths.add(sensor.kind().alias);
            }
        }
        return paths;
    }

    @Override
    public Measurement measure(String path) throws IOException {
        List<Sensor> sensors = sensors();
        for (Sensor sensor : sensors) {
            if (sensor.path().equals(path)
                    || (sensor.kind() != null && sensor.kind().alias.equals(path))) {
                return sensor.measure();
            }
        }
        throw NoSuchPathException.now(
                (path.isEmpty() ? "no sensors found" : "no sensor answers to '" + path + "'")
                        + " (looked in class/hwmon, class/thermal and bus/iio/devices of "
                        + root.resolve("sys")
                        + (path.isEmpty() ? ")" : ", found " + sensors.size() + " sensors)"));
    }

    private List<Sensor> sensors() throws IOException {
        List<Sensor> sensors = new ArrayList<>();
        sensors.addAll(IioSensors.in(root.resolve("sys/bus/iio/devices")));
        sensors.addAll(HwmonSensors.in(root.resolve("sys/class/hwmon")));
        sensors.addAll(ThermalSensors.in(root.resolve("sys/class/thermal")));
        return sensors;
    }
}
