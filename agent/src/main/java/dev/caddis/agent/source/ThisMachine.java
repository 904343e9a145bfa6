package dev.caddis.agent.source;

import oshi.nativefree.SystemInfo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The device tree that every Linux machine has without configuration.
///
/// `/device/id`, `/system/...`, `/network/...`, `/storage/...` and `/sensors/...`. Nothing is read
/// before it is asked for.
public final class ThisMachine {

    /// The first names of all data paths here, whatever the machine, in order.
    public static final List<String> ROOTS =
            List.of("device", "network", "sensors", "storage", "system");

    private static final Path CLASS_NET = Path.of("/sys/class/net");

    private ThisMachine() {}

    /// The first name of `dataPath` when none of [#ROOTS] is called so: nothing will ever answer it
    /// here.
    public static Optional<String> unknownRoot(String dataPath) {
        String path = DataPath.normalized(dataPath);
        String first = path.split("/", 3)[1];
        return first.isEmpty() || ROOTS.contains(first) ? Optional.empty() : Optional.of(first);
    }

    /// The tree of this machine, to which further sources may be mounted.
    public static DeviceTree.Builder tree(SourceSettings settings, Clocks clocks) {
        SystemInfo system = new SystemInfo();
        return DeviceTree.builder(clocks)
                .mount(
                        "/device",
                        new NamedSource(Map.of("id", () -> Measurement.of(settings.deviceId()))))
                .mount("/system", new HostSource(system::getOperatingSystem))
                .mount(
                        "/system/cpu",
                        new CpuSource(
                                () -> system.getHardware().getProcessor().getSystemCpuLoadTicks(),
                                () ->
                                        system.getHardware()
                                                .getProcessor()
                                                .getLogicalProcessorCount(),
                                clocks))
                .mount("/system/memory", new MemorySource(() -> system.getHardware().getMemory()))
                .mount(
                        "/system/load",
                        new LoadSource(
                                () -> system.getHardware().getProcessor().getSystemLoadAverage(3)))
                .mount("/network", new NetworkSource(CLASS_NET, clocks))
                .mount("/storage", new StorageSource(() -> mountPoints(system), clocks))
                .mount("/sensors", new SensorSource(settings.sensorRoot()));
    }

    /// Folders only: containers mount single files such as `/etc/hosts`.
    private static List<Path> mountPoints(SystemInfo system) {
        return system.getOperatingSystem().getFileSystem().getFileStores(true).stream()
                .map(store -> Path.of(store.getMount()))
                .filter(Files::isDirectory)
                .toList();
    }
}
