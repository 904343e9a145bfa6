package dev.caddis.mqtt.identity;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// SoftHSM2, a token made of files: this process finds it by the environment, which the build sets.
///
/// The library looks at its tokens when it is first used: make all of them before.
public final class SoftHsm {

    public static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");
    public static final String PIN = "5678";

    private static final String CONFIGURATION = "SOFTHSM2_CONF";
    private static final long SECONDS_MAX = 60;

    private final Path folder;

    private SoftHsm(Path folder) {
        this.folder = folder;
    }

    /// An empty one. Skips the test, and says so, where SoftHSM2 or OpenSC is missing.
    public static SoftHsm empty() throws IOException {
        OpenSsl.require("softhsm2-util", "pkcs11-tool");
        String configuration = System.getenv(CONFIGURATION);
        assumeTrue(configuration != null, CONFIGURATION + " is not set; run the tests by Maven");
        Path file = Path.of(configuration);
        Path folder = Files.createTempDirectory(file.getParent(), "softhsm");
        Files.writeString(
                file,
                "directories.tokendir = "
                        + folder
                        + "\nobjectstore.backend = file\nlog.level = ERROR\n");
        return new SoftHsm(folder);
    }

    /// A token named `label`, opened by [#PIN].
    public void token(String label) throws IOException, InterruptedException {
        run("softhsm2-util --init-token --free --so-pin 1234 --pin " + PIN + " --label " + label);
    }

    /// Makes a key in the token, and puts beside it the certificate that `issuer` gives it.
    public X509Certificate key(String token, String label, String kind, Pki.Issued issuer)
            throws IOException, InterruptedException, GeneralSecurityException {
        PublicKey made = keyAlone(token, label, kind);
        X509Certificate certificate =
                issuer.issue("CN=" + label, new KeyPair(made, null), Pki.Validity.now())
                        .certificate();
        Path file = folder.resolve(label + ".cert.der");
        Files.write(file, certificate.getEncoded());
        tool(
                token,
                "--write-object " + file + " --type cert --id " + id(label) + " --label " + label);
        return certificate;
    }

    /// Makes a key in the token without any certificate.
    ///
    /// @param kind as pkcs11-tool has it: "EC:prime256v1", "rsa:2048"
    public PublicKey keyAlone(String token, String label, String kind)
            throws IOException, InterruptedException, GeneralSecurityException {
        String named = " --id " + id(label) + " --label " + label;
        tool(token, "--keypairgen --key-type " + kind + named);
        Path file = folder.resolve(label + ".der");
        tool(token, "--read-object --type pubkey -o " + file + named);
        return KeyFactory.getInstance(kind.startsWith("EC") ? "EC" : "RSA")
                .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(file)));
    }

    private static String id(String label) {
        return String.format("%08x", label.hashCode());
    }

    /// `pkcs11:token=TOKEN` and what is to follow, and the library.
    public static String uri(String token, String more) {
        return "pkcs11:token=" + token + more + "?module-path=" + MODULE;
    }

    private void tool(String token, String what) throws IOException, InterruptedException {
        run(
                "pkcs11-tool --module "
                        + MODULE
                        + " --token-label "
                        + token
                        + " --login --pin "
                        + PIN
                        + " "
                        + what);
    }

    private static void run(String command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        byte[] said = process.getInputStream().readAllBytes();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(command + ": " + new String(said, StandardCharsets.UTF_8));
        }
    }
}
