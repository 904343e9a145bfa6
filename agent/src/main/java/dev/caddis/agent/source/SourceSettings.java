package dev.caddis.agent.source;

import java.nio.file.Path;

/// What the device tree of this machine needs to know.
///
/// @param deviceId what `/device/id` answers
/// @param sensorRoot the folder that has `sys/class/hwmon` and the like below it; `/` on a real
///   device
public record SourceSettings(String deviceId, Path sensorRoot) {

    /// A device that looks for its sensors where Linux has them.
    public static SourceSettings of(String deviceId) {
        return new SourceSettings(deviceId, Path.of("/"));
    }
}
