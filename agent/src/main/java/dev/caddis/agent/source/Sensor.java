package dev.caddis.agent.source;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.math.BigDecimal;

/// One sensor found on this machine.
///
/// @param path below `/sensors`, such as `hwmon/coretemp/package_id_0`
/// @param kind null for a kind that has no unit we know
/// @param value reads it, in the unit of its kind
record Sensor(String path, @Nullable SensorKind kind, Value value) {

    interface Value {
        BigDecimal read() throws IOException;
    }

    Measurement measure() throws IOException {
        return new Measurement(value.read().doubleValue(), kind == null ? null : kind.unit);
    }
}
