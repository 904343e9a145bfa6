package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// Section `device`: who this is and where its sensors are.
record DeviceReader(@Nullable String id, Path root) {

    private static final String REMEDY =
            "write id: \"${cert:cn}\", or a name that only this device has";

    /// Reads the section; `id` is `null` when it is missing or wrong, which was reported.
    static DeviceReader read(Section root) {
        Path everywhere = Path.of("/");
        if (!root.has("device")) {
            root.wrong("device", "is missing", "write device: { id: \"${cert:cn}\" }");
            return new DeviceReader(null, everywhere);
        }
        Section device = root.section("device", Keys.DEVICE);
        if (device == null) {
            return new DeviceReader(null, everywhere);
        }
        var files = new FileParsers(device.context().names().folder());
        Value id = device.required("id", REMEDY);
        return new DeviceReader(
                id == null ? null : id.read(MqttParsers.deviceId()),
                device.read("root", files.folderThatExists(), everywhere));
    }
}
