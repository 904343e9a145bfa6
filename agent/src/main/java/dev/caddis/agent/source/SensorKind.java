package dev.caddis.agent.source;

/// What a sensor measures; its name is also a data path, `/sensors/temperature`, that means the
/// first of its kind.
enum SensorKind {
    TEMPERATURE("temperature", "°C"),
    HUMIDITY("humidity", "%RH"),
    PRESSURE("pressure", "hPa"),
    VOLTAGE("voltage", "V"),
    CURRENT("current", "A"),
    POWER("power", "W"),
    ENERGY("energy", "J"),
    FAN("fan", "rpm"),
    ILLUMINANCE("illuminance", "lx"),
    DISTANCE("distance", "m"),
    RESISTANCE("resistance", "Ohm"),
    CO2("co2", "ppm"),
    ACCELERATION("acceleration", "m/s2"),
    ROTATION("rotation", "rad/s");

    final String alias;
    final String unit;

    SensorKind(String alias, String unit) {
        this.alias = alias;
        this.unit = unit;
    }
}
