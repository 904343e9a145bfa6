package dev.caddis.agent.cli;

import dev.caddis.agent.config.AgentConfig;
import dev.caddis.agent.config.ConfigResult;
import dev.caddis.agent.config.Environment;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// `caddis check`: is the configuration right? Connects to nothing.
@Command(
        name = "check",
        description =
                "Check a configuration and every file it names, without connecting; tell every"
                        + " problem at once, or what would run.",
        footer = {"", "Example: caddis check -c /etc/caddis/caddis.yaml"})
final class CheckCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private final ConfigOption config = new ConfigOption();

    @Override
    public Integer call() {
        Path file = config.file();
        PrintWriter out = Console.out(spec);
        int code =
                switch (AgentConfig.load(file, Environment.ofThisMachine())) {
                    case ConfigResult.Valid(var settings, var warnings) -> {
                        out.println(file + " is right" + (warnings.isEmpty() ? "" : "; warnings:"));
                        warnings.forEach(out::println);
                        new ConfigSummary(settings).lines().forEach(out::println);
                        yield ExitCode.DONE;
                    }
                    case ConfigResult.Invalid(var problems, _) -> {
                        problems.forEach(out::println);
                        yield ExitCode.USAGE;
                    }
                };
        out.flush();
        return code;
    }
}
