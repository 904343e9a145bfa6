package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/// Option `-c` of the commands that cannot do without a configuration.
final class ConfigOption {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "The configuration. Left out: ./caddis.yaml, then /etc/caddis/caddis.yaml.")
    private @Nullable Path config;

    /// The file to read.
    ///
    /// @throws UsageException when none is named and none is in its usual place
    Path file() {
        return ConfigFile.find(config);
    }
}
