package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// `caddis pki`: certificates for a bench, and what certificates say.
@Command(
        name = "pki",
        description =
                "Make certificates for a broker and its devices, and show what certificates and"
                        + " keys say. Keys are for their owner alone; no file is ever replaced.",
        subcommands = {PkiInit.class, PkiIssue.class, PkiCsr.class, PkiShow.class, PkiBundle.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Example:",
            "  caddis pki init pki",
            "  caddis pki issue server broker.example.com --pki pki",
            "  caddis pki issue device pump-17 --pki pki",
            "  caddis pki show pki/pump-17.pem pki/pump-17.key pki/ca.pem"
        })
final class PkiCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Console.known(spec).commandLine().usage(Console.err(spec));
        return ExitCode.USAGE;
    }
}
