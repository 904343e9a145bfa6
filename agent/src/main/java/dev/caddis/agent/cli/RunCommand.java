package dev.caddis.agent.cli;

import dev.caddis.agent.Agent;
import dev.caddis.agent.Supervisor;
import dev.caddis.agent.Version;
import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.ConfigResult;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/// `caddis run`: the agent, until somebody stops it.
@Command(
        name = "run",
        description =
                "Run the agent in the foreground: publish the readings of this machine, listen,"
                    + " stay connected. On SIGHUP, and when its configuration file changes, it goes"
                    + " over to what the file says. Stop it with Ctrl-C or SIGTERM: \"offline\" is"
                    + " published and the exit code is 0. It ends by itself only when it cannot go"
                    + " on, with exit code 1: let a supervisor start it again.",
        footer = {"", "Example: caddis run -c /etc/caddis/caddis.yaml"})
final class RunCommand implements Callable<Integer> {

    @ParentCommand private @Nullable CaddisCommand caddis;

    @Mixin private final ConfigOption config = new ConfigOption();

    @Override
    public Integer call() throws InterruptedException {
        Path file = config.file();
        Supervisor supervisor = Supervisor.of(System.getenv());
        var reloading = new Reloading(file);
        ConfigResult.Valid valid = ConfigFile.valid(file);
        AgentSettings settings = valid.settings();
        boolean debug = Console.loggingRoot(caddis).debug;
        Logging.configure(settings.log(), debug);
        Logger logger = LoggerFactory.getLogger(Agent.class);
        logger.info(
                "caddis {} starts: configuration {}, device {}, broker {}",
                Version.text(),
                file,
                settings.deviceId(),
                settings.broker().url());
        valid.warnings().forEach(warning -> logger.warn("{}", warning));
        var end = new ClientEnd(true);
        Agent agent = Agent.start(settings, end);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> stop(agent, end, supervisor), "caddis-stop"));
        supervisor.ready();
        supervisor.watch(agent::lives);
        reloading.begin(agent, supervisor, log -> Logging.configure(log, debug));
        end.await();
        logger.error(
                "the agent ends with exit code {}, since its client failed; a supervisor should"
                        + " start it again (systemd: Restart=on-failure)",
                ExitCode.FAILED);
        agent.close();
        return ExitCode.FAILED; // the hook has nothing left to do
    }

    /// A stop that was asked for is a success; the JVM would report the signal.
    private static void stop(Agent agent, ClientEnd end, Supervisor supervisor) {
        supervisor.stopping();
        agent.close();
        supervisor.close();
        Logging.stop();
        Runtime.getRuntime().halt(end.hasCome() ? ExitCode.FAILED : ExitCode.DONE);
    }
}
