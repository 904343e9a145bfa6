package dev.caddis.systemtests.crash;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How to start `caddis pub` with a durable session, over mutual TLS.
///
/// @param session its folder
record CaddisPub(int port, ThrowAwayPki pki, Issued device, Path session) {

    private static final String CLIENT_ID = "pump-17";
    private static final String PATIENCE = "5m"; // a broker may need long to start again

    /// Publishes what it is told, to `topic`.
    List<String> command(String topic, int qos) {
        List<String> command = start();
        command.addAll(List.of("-t", topic, "-q", String.valueOf(qos)));
        return command;
    }

    private List<String> start() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "dev.caddis.agent.cli.Main"));
        command.addAll(List.of("pub", "--session", session.toString(), "-i", CLIENT_ID));
        command.addAll(List.of("--broker", "mqtts://localhost:" + port));
        command.addAll(List.of("--ca", pki.ca().toString()));
        command.addAll(List.of("--cert", device.certificate().toString()));
        command.addAll(List.of("--key", device.key().toString()));
        command.addAll(List.of("--timeout", PATIENCE));
        return command;
    }

    /// The same, with the session in another folder.
    CaddisPub in(Path folder) {
        return new CaddisPub(port, pki, device, folder);
    }

    /// Sends what is left in the session, and prints its counts as JSON.
    List<String> drain() {
        List<String> command = start();
        command.addAll(List.of("--drain", "--json"));
        return command;
    }

    /// Sends what is left in the session.
    ///
    /// @return the exit code of `--drain`
    int drain(Path errors) throws IOException, InterruptedException {
        List<String> command = start();
        command.add("--drain");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start()
                .waitFor();
    }
}
