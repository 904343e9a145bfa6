package dev.caddis.systemtests;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a [Mosquitto] is to be.
///
/// @param ca whose client certificates are accepted, PEM
/// @param server the broker's own certificate and key
/// @param directory where its configuration and, if kept, its database lie; made if missing
/// @param keepSessions true to save sessions and queued messages at a clean stop and read them at
///   the next start. Mosquitto acknowledges from memory: [Mosquitto#kill] may lose what it
///   acknowledged
/// @param moreLines added to the configuration as they are, such as `log_type all` or `tls_version
///   tlsv1.2`
public record MosquittoSettings(
        Path ca, Issued server, Path directory, boolean keepSessions, List<String> moreLines) {
    public MosquittoSettings {
        moreLines = List.copyOf(moreLines);
    }

    public static MosquittoSettings of(ThrowAwayPki pki, Issued server, Path directory) {
        return new MosquittoSettings(pki.ca(), server, directory, false, List.of());
    }

    public MosquittoSettings keepingSessions() {
        return new MosquittoSettings(ca, server, directory, true, moreLines);
    }

    public MosquittoSettings line(String line) {
        List<String> lines = new ArrayList<>(moreLines);
        lines.add(line);
        return new MosquittoSettings(ca, server, directory, keepSessions, lines);
    }

    /// The configuration file's text: mutual TLS on the loopback interface, and no limit that would
    /// drop or delay. What is the same for all is committed as `mosquitto.conf`, and
    /// `mosquitto-keeping.conf` where sessions are kept.
    String configuration(int port) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("listener " + port + " 127.0.0.1");
        lines.add("cafile " + ca);
        lines.add("certfile " + server.certificate());
        lines.add("keyfile " + server.key());
        lines.add(committed("mosquitto.conf"));
        if (keepSessions) {
            lines.add(committed("mosquitto-keeping.conf"));
            lines.add("persistence_location " + directory + "/");
        }
        lines.addAll(moreLines);
        return String.join("\n", lines) + "\n";
    }

    private static String committed(String name) throws IOException {
        try (InputStream file = MosquittoSettings.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IOException(name + " is missing beside " + MosquittoSettings.class);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
