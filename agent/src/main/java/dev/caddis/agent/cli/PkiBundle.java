package dev.caddis.agent.cli;

import dev.caddis.agent.identity.BenchPki;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/// `caddis pki bundle`. PKCS#12, since it is one file to bring to each device, encrypted on the
/// way, and brings the trust in the authority along.
@Command(
        name = "bundle",
        description =
                "Put the certificate, the key and the authority of NAME into one encrypted file,"
                        + " NAME.p12 (PKCS#12), for tls.pkcs12 of a device, which needs no other.",
        footer = {"", "Example: caddis pki bundle pump-17 --password-file pump-17.password"})
final class PkiBundle implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "As it was issued.")
    private String name = "";

    @Option(
            names = "--pki",
            paramLabel = "DIR",
            description = "The folder of the authority. Left out: pki.")
    private Path folder = Path.of("pki");

    @Option(
            names = "--password-file",
            required = true,
            paramLabel = "FILE",
            description = "Its first line is the password; the device gets it another way.")
    private Path passwordFile = Path.of("");

    @Override
    public Integer call() {
        String password = PkiWork.newPassword(passwordFile);
        Path made = PkiWork.of(() -> BenchPki.bundle(folder, name, password));
        PkiWork.made(Console.out(spec), List.of(made));
        return ExitCode.DONE;
    }
}
