package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// A folder as a user would have it: `caddis.yaml`, and below `certs` a CA, a device certificate of
/// CN `pump-17`, its key.
record ConfigFolder(Path folder, Environment environment) {

    private static final String PASSWORD = "changeit";

    /// Fills the empty `folder`. The certificate is self-signed and stands in for the CA's as well.
    static ConfigFolder in(Path folder) throws Exception {
        Path certs = Files.createDirectory(folder.resolve("certs"));
        Path store = folder.resolve("store.p12"); // certs/device.p12 in the end
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String command =
                "-genkeypair -alias device -keyalg EC -groupname secp256r1 -validity 3650"
                        + " -storetype PKCS12 -dname CN=pump-17,OU=Pumps,O=Caddis -storepass "
                        + PASSWORD
                        + " -keystore "
                        + store.getFileName();
        var arguments = new ArrayList<>(List.of(keytool));
        arguments.addAll(List.of(command.split(" ")));
        int exit =
                new ProcessBuilder(arguments)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
        if (exit != 0) {
            throw new IllegalStateException("keytool ended with " + exit);
        }
        writePems(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), certs);
        Path kept = Files.move(store, certs.resolve("device.p12"));
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-------"));
        Path open = Files.copy(kept, certs.resolve("open.p12"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        write(certs.resolve("store-password"), PASSWORD + "\n", "rw-------");
        return new ConfigFolder(
                folder,
                new Machine(
                        Map.of("SITE", "north", "WILD", "a+b", "HOME", folder.toString()),
                        "gateway-3"));
    }

    private static void writePems(KeyStore store, Path certs)
            throws GeneralSecurityException, IOException {
        String certificate = pem("CERTIFICATE", store.getCertificate("device").getEncoded());
        Files.writeString(certs.resolve("ca.pem"), certificate);
        Files.writeString(certs.resolve("device.pem"), certificate);
        byte[] key = store.getKey("device", PASSWORD.toCharArray()).getEncoded();
        write(certs.resolve("device.key"), pem("PRIVATE KEY", key), "rw-------");
        write(certs.resolve("open.key"), pem("PRIVATE KEY", key), "rw-r--r--");
        write(
                certs.resolve("encrypted.key"),
                pem("ENCRYPTED PRIVATE KEY", encrypted(key)),
                "rw-------");
        write(certs.resolve("password"), "hunter2\n", "rw-------");
        write(certs.resolve("open-password"), "hunter2\n", "rw-r--r--");
        Files.writeString(certs.resolve("empty"), "\n");
        Files.writeString(certs.resolve("page.pem"), certificate);
        write(certs.resolve("page.key"), pem("PRIVATE KEY", key), "rw-------");
        write(certs.resolve("page.token"), "0123456789abcdefghij\n", "rw-------");
    }

    private static byte[] encrypted(byte[] key) throws GeneralSecurityException, IOException {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm)
                        .generateSecret(new PBEKeySpec(PASSWORD.toCharArray())));
        byte[] content = cipher.doFinal(key);
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(cipher.getParameters().getEncoded());
        return new EncryptedPrivateKeyInfo(parameters, content).getEncoded();
    }

    static void write(Path file, String text, String permissions) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    ConfigResult load(String yaml) throws IOException {
        Path file = folder.resolve("caddis.yaml");
        Files.writeString(file, yaml);
        return AgentConfig.load(file, environment);
    }

    AgentSettings settings(String yaml) throws IOException {
        return valid(yaml).settings();
    }

    ConfigResult.Valid valid(String yaml) throws IOException {
        return switch (load(yaml)) {
            case ConfigResult.Valid valid -> valid;
            case ConfigResult.Invalid(List<Problem> problems, _) ->
                    throw new AssertionError("refused: " + problems);
        };
    }

    /// The problems of `yaml` as they are printed, with `FOLDER` for the name of this folder.
    List<String> problems(String yaml) throws IOException {
        return switch (load(yaml)) {
            case ConfigResult.Valid _ -> List.of();
            case ConfigResult.Invalid(List<Problem> problems, _) -> printed(problems);
        };
    }

    List<String> printed(List<Problem> problems) {
        return problems.stream()
                .map(Problem::toString)
                .map(line -> line.replace(folder + "/caddis.yaml", "caddis.yaml"))
                .map(line -> line.replace(folder.toString(), "FOLDER"))
                .toList();
    }

    /// A machine whose variables and name the test chooses.
    record Machine(Map<String, String> variables, @Nullable String hostname)
            implements Environment {
        @Override
        public @Nullable String variable(String name) {
            return variables.get(name);
        }
    }
}
