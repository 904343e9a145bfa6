package dev.caddis.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;
import dev.caddis.systemtests.RequiresPrograms;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

/// The quick part of `./caddis dev crash`.
@RequiresPrograms(
        value = {"mosquitto", "strace"},
        install = "mosquitto strace")
class CrashTest {

    @TempDir private static Path folder;
    private static Mosquitto broker;
    private static Bench bench;
    private static HiveMqObserver onDisk;

    @BeforeAll
    static void start() throws Exception {
        ThrowAwayPki pki = ThrowAwayPki.create(folder.resolve("pki"));
        broker =
                new Mosquitto(
                        MosquittoSettings.of(pki, pki.issueServer(), folder.resolve("broker")));
        broker.start();
        bench = new Bench("Mosquitto", broker.port(), pki, pki.issueDevice("pump-17"), folder);
        onDisk = bench.observer(FailingDisk.topics(bench, 2));
    }

    @AfterAll
    static void stop() throws Exception {
        onDisk.close();
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({"fdatasync, EIO, 2", "write, ENOSPC, 3"})
    void a_disk_that_fails_ends_the_process_with_the_reason_and_loses_no_accepted_line(
            String call, String error, int point) throws Exception { // F36
        FailingDisk.Shown shown = new FailingDisk(bench, 2, onDisk).at(call, error, point);
        assertThat(shown.hit()).as("the disk failed").isTrue();
        assertThat(shown.wrong()).isEmpty();
    }

    @Test
    void a_network_that_is_cut_and_falls_silent_loses_no_accepted_line() throws Exception {
        try (HiveMqObserver observer = bench.observer(FailingNetwork.topic(bench, 2))) {
            assertThat(new FailingNetwork(bench, 2, observer, 1).run(1)).isTrue();
        }
    }
}
