package dev.caddis.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A CA, a server and a client certificate for one day, made by openssl in a folder.
final class ThrowAwayPki {

    static final String CA = "ca.pem";
    static final String SERVER = "server.pem";
    static final String SERVER_KEY = "server.key";
    static final String CLIENT = "client.pem";
    static final String CLIENT_KEY = "client.key";
    static final String CLIENT_STORE = "client.p12";
    static final String PASSWORD = "throw-away";

    private final Path folder;

    private ThrowAwayPki(Path folder) {
        this.folder = folder;
    }

    /// @throws IOException when openssl is missing or fails, with what it said
    static void make(Path folder, String serverAddress) throws IOException, InterruptedException {
        var pki = new ThrowAwayPki(folder);
        pki.authority();
        pki.issue("server", "subjectAltName=IP:" + serverAddress);
        pki.issue("client", "extendedKeyUsage=clientAuth");
        pki.openssl(
                List.of(
                        "pkcs12",
                        "-export",
                        "-name",
                        "client",
                        "-in",
                        CLIENT,
                        "-inkey",
                        CLIENT_KEY,
                        "-out",
                        CLIENT_STORE,
                        "-passout",
                        "pass:" + PASSWORD));
    }

    private void authority() throws IOException, InterruptedException {
        var arguments = newKey("ca", "/CN=bench CA");
        arguments.addAll(List.of("-x509", "-days", "1", "-out", CA));
        openssl(arguments);
    }

    private void issue(String name, String extension) throws IOException, InterruptedException {
        var arguments = newKey(name, "/CN=bench " + name);
        arguments.addAll(List.of("-out", name + ".csr"));
        openssl(arguments);
        Files.writeString(folder.resolve(name + ".ext"), extension + "\n");
        openssl(
                List.of(
                        "x509",
                        "-req",
                        "-days",
                        "1",
                        "-in",
                        name + ".csr",
                        "-CA",
                        CA,
                        "-CAkey",
                        "ca.key",
                        "-CAcreateserial",
                        "-extfile",
                        name + ".ext",
                        "-out",
                        name + ".pem"));
    }

    private static List<String> newKey(String name, String subject) {
        return new ArrayList<>(
                List.of(
                        "req",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-keyout",
                        name + ".key",
                        "-subj",
                        subject));
    }

    private void openssl(List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed:\n" + said);
        }
    }
}
