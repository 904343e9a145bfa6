package dev.caddis.systemtests.doctor;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// One run of `caddis doctor --json` as a process of its own.
///
/// @param findings its lines
/// @param errors what it wrote on standard error
record Examination(int exitCode, Duration took, List<Map<String, String>> findings, String errors) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static Examination of(Path folder, Setting setting) throws IOException, InterruptedException {
        Path file = folder.resolve("caddis.yaml");
        Files.writeString(file, setting.yaml());
        return of(folder, file, setting.before(), setting.environment());
    }

    /// With a configuration that is there.
    static Examination of(Path folder, Path file) throws IOException, InterruptedException {
        return of(folder, file, List.of(), Map.of());
    }

    private static Examination of(
            Path folder, Path file, List<String> before, Map<String, String> environment)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>(before);
        command.addAll(caddis("doctor", "-c", file.toString(), "--json"));
        var builder =
                new ProcessBuilder(command)
                        .redirectOutput(folder.resolve("doctor.out").toFile())
                        .redirectError(folder.resolve("doctor.err").toFile());
        builder.environment().putAll(environment);
        long begun = System.nanoTime();
        Process process = builder.start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        var findings = new ArrayList<Map<String, String>>();
        for (String line : Files.readAllLines(folder.resolve("doctor.out"))) {
            findings.add(members(line));
        }
        return new Examination(
                process.exitValue(),
                took,
                findings,
                Files.readString(folder.resolve("doctor.err"), StandardCharsets.UTF_8));
    }

    /// The command line of `caddis`, with what its launcher gives a command that ends soon.
    static List<String> caddis(String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xshare:auto", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add("dev.caddis.agent.cli.Main");
        command.addAll(List.of(arguments));
        return command;
    }

    private static Map<String, String> members(String line) throws IOException {
        var members = new LinkedHashMap<String, String>();
        try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                members.put(name, String.valueOf(json.getValueAsString()));
            }
        }
        return members;
    }

    /// The first thing that failed.
    Optional<Map<String, String>> firstFailure() {
        return findings.stream().filter(each -> "failed".equals(each.get("result"))).findFirst();
    }

    /// What is wrong with it, when `fault` was staged; empty: nothing.
    Optional<String> complaint(Fault fault, Duration most) {
        Optional<Map<String, String>> found = firstFailure();
        if (found.isEmpty()) {
            return Optional.of("it found nothing: " + findings + errors);
        }
        Map<String, String> first = found.get();
        if (!fault.step().equals(first.get("step"))) {
            return Optional.of("it blames step " + first.get("step") + ": " + first.get("text"));
        }
        String said = first.get("text") + "; " + first.get("remedy");
        if (!fault.cause().matcher(said).find()) {
            return Optional.of("it does not say " + fault.cause() + " but: " + said);
        }
        if ("null".equals(first.get("remedy"))) {
            return Optional.of("it knows no remedy: " + said);
        }
        if (exitCode != fault.exitCode()) {
            return Optional.of("exit code " + exitCode);
        }
        if (took.compareTo(most) > 0) {
            return Optional.of("it took " + took.toMillis() + " ms");
        }
        return Optional.empty();
    }
}
