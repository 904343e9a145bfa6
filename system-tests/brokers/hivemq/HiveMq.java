import com.hivemq.embedded.EmbeddedHiveMQ;

import java.nio.file.Path;

/// HiveMQ CE in a process of its own: `HiveMq FOLDER` reads FOLDER/conf/config.xml, keeps its data
/// in FOLDER/data, and ends at SIGTERM.
class HiveMq {
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        EmbeddedHiveMQ broker =
                EmbeddedHiveMQ.builder()
                        .withConfigurationFolder(folder.resolve("conf"))
                        .withDataFolder(folder.resolve("data"))
                        .withExtensionsFolder(folder.resolve("extensions"))
                        .build();
        broker.start().join();
        System.out.println("HiveMQ CE " + version() + " is ready");
    }

    /// The embedded broker calls itself "Development".
    private static String version() {
        String jar =
                EmbeddedHiveMQ.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceFirst(".*-([0-9.]+)\\.jar", "$1");
    }
}
