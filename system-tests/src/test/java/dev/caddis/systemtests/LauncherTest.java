package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The launcher `caddis` in a checkout that is built, with a JDK that tells what it was asked for.
class LauncherTest {

    private static final Path REAL = Path.of("..", "caddis");

    @TempDir private Path temp;
    private Path jdk;
    private Path checkout;

    /// What a run of the launcher printed.
    private record Ran(int exitCode, String out, String err) {}

    @BeforeEach
    void layOut() throws IOException {
        jdk = temp.resolve("jdk");
        script(jdk.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        checkout = temp.resolve("check out");
        script(checkout.resolve("caddis"), Files.readString(REAL));
        script(checkout.resolve("dev/mend"), "#!/bin/sh\n# Mends it all: ./caddis dev mend\n");
        Files.writeString(checkout.resolve("dev/Notes.java"), "no tool");
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.createDirectories(checkout.resolve("target/launcher/lib"));
        Files.writeString(checkout.resolve("target/launcher/stamp"), "");
    }

    @Test
    void java_is_told_how_caddis_was_called() throws Exception {
        assertThat(run(checkout, jdk, "./caddis", "demo").out())
                .contains("-Dcaddis.command=./caddis\n", "\ndemo\n");
        assertThat(run(checkout, jdk, "sh", "caddis", "demo").out())
                .contains("-Dcaddis.command=" + checkout.toRealPath().resolve("caddis") + "\n");
    }

    @Test
    void a_JAVA_HOME_that_is_no_JDK_25_is_told_with_what_is_used_instead() throws Exception {
        Ran ran = run(checkout, Path.of("/nonexistent"), "./caddis", "--version");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err())
                .isEqualTo("caddis: JAVA_HOME=/nonexistent holds no JDK 25; using " + jdk + "\n");
        assertThat(run(checkout, jdk, "./caddis", "--version").err()).isEmpty();
    }

    @Test
    void the_tools_are_listed_with_what_each_is_for() throws Exception {
        Ran help = run(checkout, jdk, "./caddis", "dev", "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .isEqualTo(
                        """
                        Usage: caddis dev TOOL [ARGUMENTS]
                        Tools for working on Caddis itself:
                          mend       Mends it all
                        """);
        Ran nothing = run(checkout, jdk, "./caddis", "dev");
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.err()).isEqualTo(help.out());
    }

    private Ran run(Path folder, Path javaHome, String... command)
            throws IOException, InterruptedException {
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)));
        builder.directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().put("PATH", jdk.resolve("bin") + ":/usr/bin:/bin");
        builder.environment().remove("CADDIS_JAVA_OPTS");
        int exitCode = builder.start().waitFor();
        return new Ran(
                exitCode,
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
