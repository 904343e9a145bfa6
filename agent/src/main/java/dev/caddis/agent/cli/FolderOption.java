package dev.caddis.agent.cli;

import dev.caddis.mqtt.SessionFolder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/// Which session folder: named, or that of a configuration.
final class FolderOption {

    @Option(
            names = "--session",
            paramLabel = "DIR",
            description = "The session folder, as given to pub or sub.")
    private @Nullable Path session;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "The session folder of the agent with this configuration (store.path). Without"
                            + " either: that of ./caddis.yaml, then of /etc/caddis/caddis.yaml.")
    private @Nullable Path config;

    /// The folder, in which a session is.
    ///
    /// @throws UsageException when there is none
    Path folder() {
        Path folder = named();
        if (SessionFolder.at(folder).clientId().isEmpty()) {
            throw new UsageException(
                    "caddis: there is no session in "
                            + folder
                            + "; name another with --session DIR, or the configuration with -c"
                            + " FILE; that of an agent is looked at as the agent's user: sudo -u"
                            + " USER caddis ...");
        }
        return folder;
    }

    private Path named() {
        if (session != null && config != null) {
            throw new UsageException(
                    "caddis: -c and --session are both given; leave one of them out");
        }
        if (session != null) {
            return session;
        }
        Path file = ConfigFile.find(config);
        Path folder = ConfigFile.valid(file).settings().store().folder();
        if (folder == null) {
            throw new UsageException(
                    "caddis: the agent of "
                            + file
                            + " keeps its session in memory (store.durability)");
        }
        return folder;
    }
}
