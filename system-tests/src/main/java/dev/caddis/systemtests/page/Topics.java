package dev.caddis.systemtests.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The topics of the agents whose pages are looked at, as lines of their configuration.
final class Topics {

    static final int CROWD = 52;

    static final List<String> ORDINARY =
            List.of(
                    "  pump-17/data:",
                    "    temperature: /sensors/temperature",
                    "    humidity: /sensors/humidity",
                    "  pump-17/health:",
                    "    every: 1s",
                    "    readings:",
                    "      cpu: /system/cpu/load",
                    "      memory_available: /system/memory/available",
                    "      uptime: /system/uptime",
                    "  pump-17/network:",
                    "    every: 2s",
                    "    readings:",
                    "      in_bps: /network/lo/in_bps",
                    "      out_bps: /network/lo/out_bps",
                    "  pump-17/about:",
                    "    every: 5s",
                    "    readings:",
                    "      id: /device/id",
                    "      os: /system/os",
                    "      door: /sensors/door");

    private Topics() {}

    /// 50 alike, one with a very long name, one whose name and field are HTML.
    static List<String> crowd() {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= CROWD - 2; i++) {
            lines.add(String.format(Locale.ROOT, "  crowded/line-%02d/data:", i));
            lines.add("    temperature: /sensors/temperature");
            lines.add("    load: /system/cpu/load");
        }
        lines.add("  \"crowded/" + "averylongname".repeat(20) + "\":");
        lines.add("    " + "fieldwithoutend".repeat(8) + ": /system/os");
        lines.add("  \"crowded/<img src=x onerror=hacked=1>\":");
        lines.add("    \"<script>hacked=1</script>\": /system/hostname");
        return lines;
    }
}
