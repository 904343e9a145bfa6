package dev.caddis.agent.cli;

import dev.caddis.agent.OneLine;
import dev.caddis.agent.identity.Inspection;
import dev.caddis.agent.identity.Inspection.Finding;
import dev.caddis.agent.identity.PkiFile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// `caddis pki show`.
@Command(
        name = "show",
        description =
                "Show what PEM and PKCS#12 files hold, whoever made them: who, until when, issued"
                    + " by whom, for which names, and whether the key fits. Name the files of one"
                    + " peer together.",
        footer = {
            "",
            "Exit code 1 when a peer would not take them; why is told on standard error.",
            "Examples:",
            "  caddis pki show pump-17.pem pump-17.key ca.pem",
            "  caddis pki show broker.pem --host broker.example.com --json"
        })
final class PkiShow implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Certificates, keys, requests, or PKCS#12.")
    private List<Path> files = List.of();

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "Tell whether the server's certificate is for this name or address.")
    private @Nullable String host;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Its first line opens encrypted keys and PKCS#12 files.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--json",
            description =
                    "Print one JSON object for each certificate, key and request: kind, file, and"
                            + " what is known of it.")
    private boolean json;

    @Override
    public Integer call() {
        String password = passwordFile == null ? null : PkiWork.password(passwordFile);
        List<PkiFile> read = new ArrayList<>();
        for (Path file : files) {
            read.add(PkiWork.of(() -> PkiFile.read(file, password)));
        }
        Inspection inspection = Inspection.of(read, host, Clock.systemUTC().instant());
        PrintWriter out = Console.out(spec);
        for (Finding finding : inspection.findings()) {
            if (json) {
                out.println(PkiFindings.object(finding));
            } else {
                out.println(OneLine.text(finding.file().toString()));
                PkiFindings.lines(finding, host).forEach(out::println);
            }
        }
        out.flush();
        PrintWriter err = Console.err(spec);
        inspection.problems().forEach(problem -> err.println("caddis: " + OneLine.text(problem)));
        err.flush();
        return inspection.problems().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
