package dev.caddis.mqtt.identity;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The program `openssl` in a folder of its own: keys as users have them.
public final class OpenSsl {

    private static final long SECONDS_MAX = 60;

    private final Path folder;

    private OpenSsl(Path folder) {
        this.folder = folder;
    }

    /// Skips the test, and says so, where a program of `names` is missing; with
    /// `CADDIS_REQUIRE_TOOLS=1` it fails instead.
    public static void require(String... names) {
        for (String name : names) {
            boolean strict = "1".equals(System.getenv("CADDIS_REQUIRE_TOOLS"));
            if (!isInstalled(name)) {
                String reason = "the program \"" + name + "\" is missing; install it";
                if (strict) {
                    throw new IllegalStateException(reason);
                }
                System.err.println("skipped: " + reason);
                assumeTrue(false, reason);
            }
        }
    }

    private static boolean isInstalled(String name) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return true;
            }
        }
        return false;
    }

    public static OpenSsl in(Path folder) {
        require("openssl");
        return new OpenSsl(folder);
    }

    /// Runs `openssl COMMAND`, its words between blanks.
    public void run(String command) throws IOException, InterruptedException {
        Path said = Files.createTempFile(folder, "openssl", ".txt");
        Process process =
                builder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("openssl " + command + " does not end");
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException("openssl " + command + ": " + Files.readString(said));
        }
    }

    /// To run `openssl COMMAND` in the folder.
    public ProcessBuilder builder(String command) {
        var words = new ArrayList<>(List.of("openssl"));
        words.addAll(List.of(command.split(" ")));
        return new ProcessBuilder(words).directory(folder.toFile());
    }
}
