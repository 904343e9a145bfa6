package dev.caddis.systemtests.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How the device is configured: the right way, unless a fault changes it.
final class Setting {

    private String url;
    private String broker = "";
    private String others = "";
    private String tls;
    private String session = "";
    private String path = "/system/load/1m";
    private String store;
    private String more = "";
    private List<String> before = List.of();
    private final Map<String, String> environment = new LinkedHashMap<>();

    Setting(String url, Papers papers, Path store) {
        this.url = url;
        this.tls = tls(papers.ca(), papers.device(), papers.deviceKey());
        this.store = "path: " + store + ", max_size: 16MB, min_free_disk: 0B";
    }

    private static String tls(Path ca, Path certificate, Path key) {
        return "tls: { ca: %s, cert: %s, key: %s }".formatted(ca, certificate, key);
    }

    Setting url(String other) {
        url = other;
        return this;
    }

    /// Lines of the broker's entry, such as `username: pump`.
    Setting broker(String lines) {
        broker = lines;
        return this;
    }

    /// A second broker of the group.
    Setting other(String otherUrl) {
        others = "  - url: " + otherUrl;
        return this;
    }

    Setting identity(Path ca, Path certificate, Path key) {
        tls = tls(ca, certificate, key);
        return this;
    }

    Setting tls(String section) {
        tls = section;
        return this;
    }

    Setting mqtt(String version) {
        session = "session: { mqtt: " + version + " }";
        return this;
    }

    Setting dataPath(String dataPath) {
        path = dataPath;
        return this;
    }

    Setting store(String section) {
        store = section;
        return this;
    }

    /// Lines at the end.
    Setting more(String lines) {
        more = lines;
        return this;
    }

    /// Words in front of the command line, and the environment of the process.
    Setting by(List<String> words, Map<String, String> variables) {
        before = words;
        environment.putAll(variables);
        return this;
    }

    List<String> before() {
        return before;
    }

    Map<String, String> environment() {
        return environment;
    }

    String yaml() {
        var lines = new ArrayList<String>();
        lines.add("device: { id: pump-17 }");
        lines.add("brokers:");
        lines.add("  - url: " + url);
        broker.lines().forEach(line -> lines.add("    " + line));
        lines.add(others);
        lines.add(tls);
        lines.add(session);
        lines.add("topics:");
        lines.add("  pump-17/data: { load: " + path + " }");
        lines.add("subscriptions:");
        lines.add("  - { topic: \"pump-17/commands/#\", qos: 1, handler: log }");
        lines.add("store: { " + store + " }");
        lines.add(more);
        return String.join("\n", lines) + "\n";
    }
}
