package dev.caddis.agent.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Thermal zones: `thermal/<type>`, from `thermal_zone*/temp` in thousandths of a degree.
final class ThermalSensors {

    private ThermalSensors() {}

    static List<Sensor> in(Path classThermal) throws IOException {
        List<Sensor> sensors = new ArrayList<>();
        UniqueNames names = new UniqueNames();
        for (Path zone : SysFile.list(classThermal, "thermal_zone*")) {
            String type = SysFile.optionalText(zone.resolve("type")).orElse(SysFile.name(zone));
            String name = names.unique(DataPath.name(type).toLowerCase(Locale.ROOT));
            sensors.add(
                    new Sensor(
                            "thermal/" + name,
                            SensorKind.TEMPERATURE,
                            () -> SysFile.number(zone.resolve("temp")).movePointLeft(3)));
        }
        return sensors;
    }
}
