package dev.caddis.agent.source;

import oshi.software.os.OperatingSystem;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/// What is running here: `uptime` in seconds, `hostname`, `os` such as `Debian GNU/Linux 12`.
final class HostSource extends NamedSource {

    /// The kernel's own name for this host: asking the resolver could wait for a network that is
    /// down.
    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    HostSource(Supplier<OperatingSystem> system) {
        super(
                Map.of(
                        "uptime", () -> Measurement.of(system.get().getSystemUptime(), "s"),
                        "hostname", () -> Measurement.of(SysFile.text(HOSTNAME)),
                        "os", () -> Measurement.of(os(system.get()))));
    }

    private static String os(OperatingSystem system) {
        return (system.getFamily() + " " + system.getVersionInfo().getVersion()).strip();
    }
}
