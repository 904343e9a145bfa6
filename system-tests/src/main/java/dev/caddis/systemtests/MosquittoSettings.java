package dev.caddis.systemtests;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;

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
    /// drop or delay.
    String configuration(int port) {
        List<String> lines = new ArrayList<>();
        lines.add("listener " + port + " 127.0.0.1");
        lines.add("cafile " + ca);
        lines.add("certfile " + server.certificate());
        lines.add("keyfile " + server.key());
        lines.add("require_certificate true");
        lines.add("use_identity_as_username false");
        lines.add("allow_anonymous true");
        lines.add("user root"); // lets it read a key of mode 0600; ignored when not started by root
        lines.add("max_inflight_messages 0"); // default: Receive Maximum 20
        lines.add("max_queued_messages 0"); // default: drops beyond 1000 a client
        lines.add("log_dest stderr");
        lines.addAll(List.of("log_type error", "log_type warning", "log_type notice"));
        lines.add("log_type information");
        if (keepSessions) {
            lines.add("persistence true");
            lines.add("persistence_location " + directory + "/");
            lines.add("autosave_interval 1");
        }
        lines.addAll(moreLines);
        return String.join("\n", lines) + "\n";
    }
}
