package dev.caddis.agent.source;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Industrial I/O devices: `iio/<device>/<channel>`, such as `iio/bme280/temp` or
/// `iio/ads1115/voltage0`.
///
/// A channel is `in_<channel>_input`, or (`in_<channel>_raw` + offset) x scale, where offset and
/// scale may be shared by all channels of a type (`in_voltage_scale`). Units are those of the
/// kernel's sysfs-bus-iio document, brought to ours.
final class IioSensors {

    private record Type(SensorKind kind, int pointRight) {}

    /// The kernel's unit is ours times a power of ten: thousandths of a degree, kilopascal, percent
    /// of CO2.
    private static final Map<String, Type> TYPES =
            Map.ofEntries(
                    Map.entry("temp", new Type(SensorKind.TEMPERATURE, -3)),
                    Map.entry("humidityrelative", new Type(SensorKind.HUMIDITY, -3)),
                    Map.entry("pressure", new Type(SensorKind.PRESSURE, 1)),
                    Map.entry("voltage", new Type(SensorKind.VOLTAGE, -3)),
                    Map.entry("current", new Type(SensorKind.CURRENT, -3)),
                    Map.entry("power", new Type(SensorKind.POWER, -3)),
                    Map.entry("energy", new Type(SensorKind.ENERGY, 0)),
                    Map.entry("illuminance", new Type(SensorKind.ILLUMINANCE, 0)),
                    Map.entry("distance", new Type(SensorKind.DISTANCE, 0)),
                    Map.entry("resistance", new Type(SensorKind.RESISTANCE, 0)),
                    Map.entry("concentration_co2", new Type(SensorKind.CO2, 4)),
                    Map.entry("accel", new Type(SensorKind.ACCELERATION, 0)),
                    Map.entry("anglvel", new Type(SensorKind.ROTATION, 0)));

    private static final Pattern CHANNEL = Pattern.compile("in_(.+)_(?:raw|input)");
    private static final Pattern TYPE = Pattern.compile("concentration_co2|[a-z]+");

    private IioSensors() {}

    static List<Sensor> in(Path iioDevices) throws IOException {
        List<Sensor> sensors = new ArrayList<>();
        UniqueNames devices = new UniqueNames();
        for (Path device : SysFile.list(iioDevices, "iio:device*")) {
            String name = SysFile.optionalText(device.resolve("name")).orElse(SysFile.name(device));
            String path = "iio/" + devices.unique(DataPath.name(name).toLowerCase(Locale.ROOT));
            UniqueNames names = new UniqueNames();
            for (String channel : channels(device)) {
                String label =
                        SysFile.optionalText(device.resolve("in_" + channel + "_label"))
                                .orElse(channel);
                Type type = type(channel);
                sensors.add(
                        new Sensor(
                                path
                                        + "/"
                                        + names.unique(
                                                DataPath.name(label).toLowerCase(Locale.ROOT)),
                                type == null ? null : type.kind(),
                                () -> read(device, channel, type == null ? 0 : type.pointRight())));
            }
        }
        return sensors;
    }

    private static Set<String> channels(Path device) throws IOException {
        Set<String> channels = new TreeSet<>(); // one with both _raw and _input once
        for (Path file : SysFile.list(device, "in_*")) {
            Matcher matcher = CHANNEL.matcher(SysFile.name(file));
            if (matcher.matches()) {
                channels.add(matcher.group(1));
            }
        }
        return channels;
    }

    private static @Nullable Type type(String channel) {
        Matcher type = TYPE.matcher(channel);
        return type.lookingAt() ? TYPES.get(type.group()) : null;
    }

    private static BigDecimal read(Path device, String channel, int pointRight) throws IOException {
        Path input = device.resolve("in_" + channel + "_input");
        if (Files.exists(input)) {
            return SysFile.number(input).movePointRight(pointRight);
        }
        BigDecimal raw = SysFile.number(device.resolve("in_" + channel + "_raw"));
        BigDecimal offset = attribute(device, channel, "offset").orElse(BigDecimal.ZERO);
        BigDecimal scale = attribute(device, channel, "scale").orElse(BigDecimal.ONE);
        return raw.add(offset).multiply(scale).movePointRight(pointRight);
    }

    /// The channel's own attribute, or the one it shares: `in_voltage0_scale`, `in_voltage_scale`;
    /// `in_accel_x_scale`, `in_accel_scale`.
    private static Optional<BigDecimal> attribute(Path device, String channel, String attribute)
            throws IOException {
        Set<String> owners = new LinkedHashSet<>();
        owners.add(channel);
        owners.add(channel.replaceAll("\\d+", ""));
        owners.add(channel.replaceAll("[\\d_].*", ""));
        for (String owner : owners) {
            Path file = device.resolve("in_" + owner + "_" + attribute);
            if (Files.exists(file)) {
                return Optional.of(SysFile.number(file));
            }
        }
        return Optional.empty();
    }
}
