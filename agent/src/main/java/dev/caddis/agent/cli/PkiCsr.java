package dev.caddis.agent.cli;

import dev.caddis.agent.identity.CertificateSubject;
import dev.caddis.agent.identity.KeyKind;
import dev.caddis.agent.identity.NewFiles;
import dev.caddis.agent.identity.SigningRequest;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// `caddis pki csr`.
@Command(
        name = "csr",
        description =
                "Make a key and a request for its certificate: NAME.key, which never leaves this"
                        + " machine, and NAME.csr (PKCS#10), which goes to the authority.",
        footer = {"", "Example: caddis pki csr pump-17 --dir /etc/caddis"})
final class PkiCsr implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description = "The common name, and what the files are called.")
    private String name = "";

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description =
                    "A DNS name or IP address, where a server asks. May be given several times.")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The folder to write to. Left out: this one.")
    private Path folder = Path.of("");

    @Option(names = "--rsa", description = "Make an RSA key of 2048 bits, for old peers.")
    private boolean rsa;

    @Override
    public Integer call() {
        List<Path> made =
                PkiWork.of(() ->
                        SigningRequest.make(
                                NewFiles.in(folder),
                                CertificateSubject.fileName(name),
                                new CertificateSubject(name, hosts, !hosts.isEmpty()),
                                rsa ? KeyKind.RSA_2048 : KeyKind.EC_P256));
        PkiWork.made(Console.out(spec), made);
        return ExitCode.DONE;
    }
}
