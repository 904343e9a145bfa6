package dev.caddis.agent.source;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Hardware monitoring chips: `hwmon/<chip>/<label>`, or `hwmon/<chip>/temp1` for a channel without
/// a label.
///
/// Units are those of the kernel's sysfs-interface document: thousandths for temperature, voltage,
/// current and humidity, millionths for power and energy, turns a minute for fans.
final class HwmonSensors {

    private record Channel(SensorKind kind, int decimals) {}

    private static final Map<String, Channel> CHANNELS =
            Map.of(
                    "temp", new Channel(SensorKind.TEMPERATURE, 3),
                    "in", new Channel(SensorKind.VOLTAGE, 3),
                    "curr", new Channel(SensorKind.CURRENT, 3),
                    "humidity", new Channel(SensorKind.HUMIDITY, 3),
                    "power", new Channel(SensorKind.POWER, 6),
                    "energy", new Channel(SensorKind.ENERGY, 6),
                    "fan", new Channel(SensorKind.FAN, 0));

    private static final Pattern INPUT = Pattern.compile("(([a-z]+)\\d+)_input");

    private HwmonSensors() {}

    static List<Sensor> in(Path classHwmon) throws IOException {
        List<Sensor> sensors = new ArrayList<>();
        UniqueNames chips = new UniqueNames();
        for (Path chip : SysFile.list(classHwmon, "hwmon*")) {
            String name = SysFile.optionalText(chip.resolve("name")).orElse(SysFile.name(chip));
            String path = "hwmon/" + chips.unique(DataPath.name(name).toLowerCase(Locale.ROOT));
            UniqueNames channels = new UniqueNames();
            for (Path input : SysFile.list(chip, "*_input")) {
                Matcher matcher = INPUT.matcher(SysFile.name(input));
                Channel channel = matcher.matches() ? CHANNELS.get(matcher.group(2)) : null;
                if (channel != null) {
                    String base = matcher.group(1);
                    String label = SysFile.optionalText(chip.resolve(base + "_label")).orElse(base);
                    String unique = channels.unique(DataPath.name(label).toLowerCase(Locale.ROOT));
                    sensors.add(
                            new Sensor(
                                    path + "/" + unique,
                                    channel.kind(),
                                    () -> read(chip, base, channel.decimals())));
                }
            }
        }
        return sensors;
    }

    private static BigDecimal read(Path chip, String base, int decimals) throws IOException {
        Path fault = chip.resolve(base + "_fault");
        if (Files.exists(fault) && SysFile.text(fault).equals("1")) {
            throw new ReadingFailedException(
                    fault + " is 1: the chip says that this sensor is broken or not connected");
        }
        return SysFile.number(chip.resolve(base + "_input")).movePointLeft(decimals);
    }
}
