package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;

import java.io.PrintWriter;

/// Where a command writes; tests put others in their place.
final class Console {

    private Console() {}

    /// For results.
    static PrintWriter out(@Nullable CommandSpec spec) {
        return known(spec).commandLine().getOut();
    }

    /// For everything else.
    static PrintWriter err(@Nullable CommandSpec spec) {
        return known(spec).commandLine().getErr();
    }

    /// `caddis`, which from now on knows that its command writes a log.
    static CaddisCommand loggingRoot(@Nullable CaddisCommand caddis) {
        if (caddis == null) {
            throw new IllegalStateException("a command runs without its command line");
        }
        caddis.logs = true;
        return caddis;
    }

    static CommandSpec known(@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new IllegalStateException("a command runs without its command line");
        }
        return spec;
    }
}
