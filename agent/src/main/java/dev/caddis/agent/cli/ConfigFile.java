package dev.caddis.agent.cli;

import dev.caddis.agent.config.AgentConfig;
import dev.caddis.agent.config.ConfigResult;
import dev.caddis.agent.config.Environment;
import dev.caddis.agent.config.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds the configuration file and reads it.
final class ConfigFile {

    /// Where it is looked for when nobody says.
    static final List<Path> PLACES =
            List.of(Path.of("caddis.yaml"), Path.of("/etc/caddis/caddis.yaml"));

    private ConfigFile() {}

    /// The first of [#PLACES] that is there.
    static Optional<Path> inUsualPlace() {
        return PLACES.stream().filter(Files::exists).findFirst();
    }

    /// `named`, or the one in its usual place.
    ///
    /// @throws UsageException when there is none
    static Path find(@Nullable Path named) {
        if (named != null) {
            return named;
        }
        return inUsualPlace()
                .orElseThrow(() ->
                        new UsageException(
                                "caddis: there is no configuration: neither ./caddis.yaml nor"
                                        + " /etc/caddis/caddis.yaml exists; see Caddis at work"
                                        + " with \"caddis demo\", then write one with \"caddis"
                                        + " init\", or name yours with -c FILE"));
    }

    /// What is in `file`.
    ///
    /// @throws UsageException with every problem, one a line
    static ConfigResult.Valid valid(Path file) {
        return switch (AgentConfig.load(file, Environment.ofThisMachine())) {
            case ConfigResult.Valid valid -> valid;
            case ConfigResult.Invalid(List<Problem> problems, boolean pinRefused) ->
                    throw new UsageException(
                            problems.stream()
                                    .map(Problem::toString)
                                    .collect(Collectors.joining(System.lineSeparator())),
                            pinRefused ? ExitCode.PIN_REFUSED : ExitCode.USAGE);
        };
    }
}
