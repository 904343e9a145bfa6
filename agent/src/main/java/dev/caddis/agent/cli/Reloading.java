package dev.caddis.agent.cli;

import dev.caddis.agent.Agent;
import dev.caddis.agent.Changes;
import dev.caddis.agent.ReloadRefusedException;
import dev.caddis.agent.Supervisor;
import dev.caddis.agent.config.AgentConfig;
import dev.caddis.agent.config.ConfigResult;
import dev.caddis.agent.config.Environment;
import dev.caddis.agent.config.LogSettings;
import dev.caddis.agent.config.Problem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Has a running agent go over to what its configuration file says now, on SIGHUP and when the file
/// has changed. A file that is wrong leaves everything as it is and is told (F42).
///
/// One thread reloads, so two never meet; signals that come meanwhile are one more.
final class Reloading {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /// Between two looks at the file.
    private static final long LOOK_SECONDS = 1;

    /// After SIGHUP the file is read once it has been the same for so long, or after ten of it.
    private static final long SETTLING_MILLIS = 200;

    private static final int SETTLING_LOOKS = 10;

    private final Semaphore hangups = new Semaphore(0);
    private final Path file;
    private final FileWatch watch;

    /// Hears SIGHUP and sees changes from now on, and heeds them once [#begin] was called.
    Reloading(Path file) {
        this.file = file;
        this.watch = new FileWatch(file);
        if (!Hangup.onEach(hangups::release)) {
            LOG.warn(
                    "SIGHUP is not heard, and ends the agent: this Java lacks the module"
                            + " jdk.unsupported or runs with -Xrs; a changed file is seen all the"
                            + " same");
        }
    }

    /// @param log is given the settings of the log when they are others
    void begin(Agent agent, Supervisor supervisor, Consumer<LogSettings> log) {
        Thread.ofPlatform()
                .daemon()
                .name("caddis-reload")
                .start(() -> watch(agent, supervisor, log));
    }

    private void watch(Agent agent, Supervisor supervisor, Consumer<LogSettings> log) {
        try {
            while (true) {
                boolean asked = hangups.tryAcquire(LOOK_SECONDS, TimeUnit.SECONDS);
                hangups.drainPermits();
                if (asked) {
                    awaitSettled();
                } else if (!watch.hasChanged()) {
                    continue;
                }
                supervisor.reloading();
                reload(asked ? "SIGHUP" : "the file changed", agent, log);
                supervisor.ready();
            }
        } catch (InterruptedException ended) { // nobody does
            Thread.currentThread().interrupt();
        }
    }

    /// Whoever sends SIGHUP may still be writing.
    private void awaitSettled() throws InterruptedException {
        for (int i = 0; i < SETTLING_LOOKS && !watch.isSettled(); i++) {
            TimeUnit.MILLISECONDS.sleep(SETTLING_MILLIS);
        }
    }

    private void reload(String why, Agent agent, Consumer<LogSettings> log) {
        try {
            switch (AgentConfig.load(file, Environment.ofThisMachine())) {
                case ConfigResult.Valid valid -> goOver(why, valid, agent, log);
                case ConfigResult.Invalid(List<Problem> problems, _) ->
                        refused(why, problems.stream().map(Problem::toString).toList());
            }
        } catch (ReloadRefusedException refused) {
            refused(why, refused.sentences());
        } catch (RuntimeException | Error unexpected) { // the agent goes on, and so does this
            LOG.error("reload ({}): failed unexpectedly", why, unexpected);
        }
    }

    private void goOver(
            String why, ConfigResult.Valid valid, Agent agent, Consumer<LogSettings> log) {
        Changes changes = agent.reload(valid.settings());
        if (changes.has(Changes.Part.LOG)) {
            log.accept(valid.settings().log());
        }
        valid.warnings().forEach(warning -> LOG.warn("{}", warning));
        LOG.info("reload ({}): {}: {}", why, file, changes.sentence());
    }

    private void refused(String why, List<String> sentences) {
        sentences.forEach(sentence -> LOG.error("{}", sentence));
        LOG.error(
                "reload ({}): {} is not obeyed; the agent goes on with the configuration that it"
                        + " has",
                why,
                file);
    }
}
