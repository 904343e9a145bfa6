package dev.caddis.systemtests.crash;

import dev.caddis.mqtt.MqttClient;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/// How a [SweptFeeder] is started hundreds of times: with no more on its class path than it needs,
/// and from an archive of the classes that its first run loaded.
record FeederJava(Path jar, Path client, Path archive) {

    /// @param folder where the jar and the archive are kept
    static FeederJava in(Path folder) throws IOException {
        Path jar = folder.resolve("feeder.jar");
        String name = SweptFeeder.class.getName().replace('.', '/') + ".class";
        try (InputStream from = SweptFeeder.class.getClassLoader().getResourceAsStream(name);
                OutputStream file = Files.newOutputStream(jar);
                JarOutputStream to = new JarOutputStream(file)) {
            if (from == null) {
                throw new IOException("there is no " + name);
            }
            to.putNextEntry(new JarEntry(name));
            from.transferTo(to);
        }
        try {
            Path client =
                    Path.of(
                            MqttClient.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            return new FeederJava(jar, client, folder.resolve("feeder.jsa"));
        } catch (URISyntaxException e) {
            throw new IOException("the library has no place in the file system", e);
        }
    }

    /// `java` with its options; the class and its arguments follow.
    List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
        if (Files.exists(archive)) {
            command.add("-XX:SharedArchiveFile=" + archive);
        }
        command.addAll(List.of("-cp", jar + ":" + client));
        return command;
    }

    /// What makes a run leave the archive.
    List<String> recording() {
        return List.of("-XX:ArchiveClassesAtExit=" + archive);
    }
}
