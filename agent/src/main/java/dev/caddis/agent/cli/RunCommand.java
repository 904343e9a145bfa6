package dev.caddis.agent.cli;

import dev.caddis.agent.Agent;
import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.ConfigResult;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// `caddis run`: the agent, until somebody stops it.
@Command(
        name = "run",
        description =
                "Run the agent in the foreground: publish the readings of this machine, listen,"
                    + " stay connected. Stop it with Ctrl-C or SIGTERM: \"offline\" is published"
                    + " and the exit code is 0.",
        footer = {"", "Example: caddis run -c /etc/caddis/caddis.yaml"})
final class RunCommand implements Callable<Integer> {

    @ParentCommand private @Nullable CaddisCommand caddis;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "The configuration. Left out: ./caddis.yaml, then /etc/caddis/caddis.yaml.")
    private @Nullable Path config;

    @Override
    public Integer call() throws InterruptedException {
        Path file = ConfigFile.find(config);
        ConfigResult.Valid valid = ConfigFile.valid(file);
        AgentSettings settings = valid.settings();
        Logging.configure(settings.log(), caddis != null && caddis.debug);
        Logger log = LoggerFactory.getLogger(Agent.class);
        log.info(
                "caddis {} starts: configuration {}, device {}, broker {}",
                VersionProvider.version(),
                file,
                settings.deviceId(),
                settings.broker().url());
        valid.warnings().forEach(warning -> log.warn("{}", warning));
        Agent agent = Agent.start(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(agent, log), "caddis-stop"));
        new CountDownLatch(1).await(); // the hook ends the process
        return ExitCode.DONE;
    }

    /// A stop that was asked for is a success; the JVM would report the signal.
    private static void stop(Agent agent, Logger log) {
        log.info("stopping");
        agent.close();
        Runtime.getRuntime().halt(ExitCode.DONE);
    }
}
