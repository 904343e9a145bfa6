package dev.caddis.agent.cli;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;

/// What one command line did: its exit code and what it printed.
record Caddis(int exitCode, String out, String err) {

    static Caddis run(String... args) {
        return run(Main.commandLine(args), args);
    }

    static Caddis run(CommandLine line, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = Main.execute(line, args);
        return new Caddis(exitCode, out.toString(), err.toString());
    }
}
