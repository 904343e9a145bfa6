package dev.caddis.agent.cli;

import dev.caddis.agent.identity.BenchPki;
import dev.caddis.agent.identity.CertificateSubject;
import dev.caddis.agent.identity.KeyKind;
import dev.caddis.agent.identity.SigningRequest;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// `caddis pki issue`.
@Command(
        name = "issue",
        description =
                "Issue a certificate: NAME.pem and its key NAME.key, P-256. With --csr the key"
                        + " stays where the request was made.",
        footer = {
            "",
            "Examples:",
            "  caddis pki issue server broker.example.com --host 10.0.0.5",
            "  caddis pki issue device pump-17 --csr pump-17.csr"
        })
final class PkiIssue implements Callable<Integer> {

    /// Who it is for.
    enum Role {
        server,
        device
    }

    @Spec private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "server|device", description = "Who it is for.")
    private @Nullable Role role;

    @Parameters(
            index = "1",
            paramLabel = "NAME",
            description =
                    "Its common name, and what the files are called. A server's is also the first"
                            + " name that clients may connect by.")
    private String name = "";

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description =
                    "Another DNS name or IP address of the server. May be given several times.")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--pki",
            paramLabel = "DIR",
            description = "The folder of the authority. Left out: pki.")
    private Path folder = Path.of("pki");

    @Option(
            names = "--csr",
            paramLabel = "FILE",
            description =
                    "Issue for the key of this request, which must name NAME. Names it asks for"
                            + " are ignored: a server's are written here.")
    private @Nullable Path request;

    @Option(names = "--rsa", description = "Make an RSA key of 2048 bits, for old peers.")
    private boolean rsa;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "How long it lasts, at most as long as the authority. Left out: 825.")
    private int days = 825;

    @Override
    public Integer call() {
        Duration validity = PkiWork.days(days);
        boolean server = role == Role.server;
        if (!server && !hosts.isEmpty()) {
            throw new UsageException(
                    "caddis: --host is given for a device, which nobody connects to; leave it out");
        }
        if (rsa && request != null) {
            throw new UsageException(
                    "caddis: --rsa is given beside --csr, whose key is made already; leave one"
                            + " out");
        }
        PkiWork.made(
                Console.out(spec),
                PkiWork.of(() -> issue(server, validity, Clock.systemUTC().instant())));
        return ExitCode.DONE;
    }

    private List<Path> issue(boolean server, Duration validity, Instant now) throws IOException {
        List<String> names = new ArrayList<>();
        if (server) {
            names.add(name);
            names.addAll(hosts);
        }
        var subject = new CertificateSubject(CertificateSubject.fileName(name), names, server);
        BenchPki pki = BenchPki.open(folder);
        Path file = request;
        if (file == null) {
            KeyKind kind = rsa ? KeyKind.RSA_2048 : KeyKind.EC_P256;
            return pki.issue(name, subject, kind, validity, now);
        }
        SigningRequest asked = SigningRequest.read(file);
        if (!asked.commonName().equals(name)) {
            throw new UsageException(
                    "caddis: the request in "
                            + file
                            + " is of "
                            + asked.subject()
                            + ", not of "
                            + name
                            + "; name the one that asked, or another file");
        }
        Path made = pki.issueFor(asked.key(), name, subject, validity, now);
        tellOfNames(asked.names().stream().filter(each -> !names.contains(each)).toList());
        return List.of(made);
    }

    private void tellOfNames(List<String> notGranted) {
        if (!notGranted.isEmpty()) {
            Console.err(spec)
                    .println(
                            "caddis: the request asks for "
                                    + String.join(", ", notGranted)
                                    + " too, which the certificate does not carry; a server's"
                                    + " further names are given with --host");
        }
    }
}
