package dev.caddis.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The renewal command: run in time, not too often, bounded, and told of when it fails.
class RenewalTest {

    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
    private static final Duration BEFORE = Duration.ofDays(30);
    private static final Renewal.Pace QUICK =
            new Renewal.Pace(
                    Duration.ofMillis(20),
                    Duration.ofSeconds(30),
                    Duration.ofMillis(10),
                    Duration.ofMinutes(10));

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    log.add(event.getFormattedMessage());
                }
            };

    @TempDir private Path folder;
    private @Nullable Renewal renewal;

    @BeforeEach
    void listen() {
        appender.start();
        ((Logger) LoggerFactory.getLogger(Renewal.class)).addAppender(appender);
    }

    @AfterEach
    void end() {
        if (renewal != null) {
            renewal.close();
        }
        ((Logger) LoggerFactory.getLogger(Renewal.class)).detachAppender(appender);
    }

    /// The file `end` says when the certificate ends.
    private void start(Instant end, Renewal.Pace pace, String script) throws IOException {
        Files.writeString(folder.resolve("end"), end.toString());
        renewal =
                Renewal.start(
                        new RenewSettings(List.of("/bin/sh", "-c", script), BEFORE, folder),
                        () -> Instant.parse(Files.readString(folder.resolve("end"))),
                        InstantSource.fixed(NOW),
                        pace);
    }

    private String next() throws InterruptedException {
        String line = log.poll(30, TimeUnit.SECONDS);
        return line == null ? "nothing was logged" : line;
    }

    @Test
    void a_certificate_with_less_left_is_renewed() throws Exception {
        Instant renewed = NOW.plus(Duration.ofDays(365));
        start(NOW.plus(Duration.ofDays(29)), QUICK, "printf %s " + renewed + " >end");
        assertThat(next()).startsWith("the certificate ends 2026-12-22T00:00:00Z; running /bin/sh");
        assertThat(next()).isEqualTo("the certificate is renewed until " + renewed);
        assertThat(log.poll(200, TimeUnit.MILLISECONDS)).as("what is logged later").isNull();
    }

    @Test
    void a_certificate_with_more_left_is_not() throws Exception {
        start(NOW.plus(Duration.ofDays(31)), QUICK, "touch ran");
        assertThat(log.poll(300, TimeUnit.MILLISECONDS)).isNull();
        assertThat(folder.resolve("ran")).doesNotExist();
    }

    @Test
    void a_command_that_fails_is_told_with_what_it_printed_and_run_again_later() throws Exception {
        start(NOW, QUICK, "echo no such; echo authority >&2; exit 3");
        next();
        assertThat(next())
                .isEqualTo(
                        "the renewal command /bin/sh failed: its exit code was 3; it printed:"
                                + " no such | authority; it is run again in 10 ms");
        next();
        assertThat(next()).endsWith("it is run again in 20 ms");
        next();
        assertThat(next()).endsWith("it is run again in 40 ms");
    }

    @Test
    void a_command_that_brings_no_newer_certificate_is_told() throws Exception {
        start(NOW, QUICK, "true");
        next();
        assertThat(next())
                .contains(
                        "ended well, and the certificate that the configuration names ends no"
                                + " later")
                .contains("it printed nothing");
    }

    @Test
    void a_certificate_made_for_less_than_the_time_before_is_told() throws Exception {
        start(NOW, QUICK, "printf %s " + NOW.plus(Duration.ofDays(1)) + " >end");
        next();
        assertThat(next()).contains("less than tls.renew.before from now; make that shorter");
    }

    @Test
    void a_command_that_hangs_is_ended() throws Exception {
        var hasty =
                new Renewal.Pace(
                        QUICK.look(),
                        Duration.ofSeconds(2),
                        Duration.ofHours(1),
                        Duration.ofHours(1));
        start(NOW, hasty, "echo waiting; sleep 600 & wait");
        next();
        assertThat(next()).contains("took longer than 2 s and was ended; it printed: waiting");
    }

    @Test
    void a_program_that_is_not_there_is_told() throws Exception {
        Files.writeString(folder.resolve("end"), NOW.toString());
        renewal =
                Renewal.start(
                        new RenewSettings(List.of("no-such-program-here"), BEFORE, folder),
                        () -> Instant.parse(Files.readString(folder.resolve("end"))),
                        InstantSource.fixed(NOW),
                        QUICK);
        next();
        assertThat(next()).contains("cannot be started: ", "no-such-program-here");
    }
}
