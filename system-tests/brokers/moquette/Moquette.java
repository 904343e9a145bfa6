import io.moquette.broker.Server;
import io.moquette.broker.config.MemoryConfig;

import java.io.FileReader;
import java.util.Properties;

/// Moquette in a process of its own: `Moquette FILE` reads its settings from FILE and ends at
/// SIGTERM.
class Moquette {
    public static void main(String[] arguments) throws Exception {
        var settings = new Properties();
        try (var file = new FileReader(arguments[0])) {
            settings.load(file);
        }
        var server = new Server();
        server.startServer(new MemoryConfig(settings));
        Runtime.getRuntime().addShutdownHook(new Thread(server::stopServer));
        System.out.println("Moquette " + version() + " is ready");
    }

    private static String version() {
        String jar = Server.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceFirst(".*-([0-9.]+)\\.jar", "$1");
    }
}
