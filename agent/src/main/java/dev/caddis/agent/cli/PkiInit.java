package dev.caddis.agent.cli;

import dev.caddis.agent.identity.BenchPki;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;

/// `caddis pki init`.
@Command(
        name = "init",
        description =
                "Make a certificate authority: ca.pem, which everybody gets, and its key ca.key,"
                        + " which stays here. The folder is new or empty.",
        footer = {"", "Example: caddis pki init pki --name \"Plant 4\""})
final class PkiInit implements Callable<Integer> {

    private static final int RANDOM_BYTES = 3;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The folder. Left out: pki.")
    private Path folder = Path.of("pki");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "The authority's common name. Left out: Caddis bench CA and six random digits,"
                            + " since two authorities of one name are mixed up easily.")
    private @Nullable String name;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "How long it lasts. Left out: 3650 days.")
    private int days = 3650;

    @Override
    public Integer call() {
        Duration validity = PkiWork.days(days);
        String authority = name == null ? "Caddis bench CA " + digits() : name;
        PkiWork.of(() -> BenchPki.init(folder, authority, validity, Clock.systemUTC().instant()));
        PkiWork.made(
                Console.out(spec), List.of(folder.resolve("ca.pem"), folder.resolve("ca.key")));
        return ExitCode.DONE;
    }

    private static String digits() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
