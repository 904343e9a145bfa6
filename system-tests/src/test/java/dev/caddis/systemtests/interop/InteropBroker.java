package dev.caddis.systemtests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.ProtocolVersion;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Starts the broker for its scenarios, holds each against the table of [Difference], and counts.
///
/// A broker that is not installed: its class is skipped and says why, or fails where
/// CADDIS_REQUIRE_BROKERS is 1.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InteropBroker {
    /// The broker of `InteropScenarios` must answer within this.
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    /// For what is declared not to happen.
    private static final Duration DEADLINE_OF_DIFFERENCES = Duration.ofSeconds(3);

    private final Brand brand;
    private final List<String> passed = new ArrayList<>();
    private final List<String> different = new ArrayList<>();
    private @Nullable Path scratch;
    private @Nullable Papers papers;
    private @Nullable RunningBroker broker;

    InteropBroker(Brand brand) {
        this.brand = brand;
    }

    /// A scenario's story.
    @FunctionalInterface
    interface Story {
        void tell(Rig rig) throws Exception;
    }

    Brand brand() {
        return brand;
    }

    Stream<ProtocolVersion> versions() {
        return brand.versions().stream();
    }

    /// MQTT 5, where the broker speaks it.
    Stream<ProtocolVersion> versions5() {
        return versions().filter(version -> version == ProtocolVersion.V5);
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Optional<String> missing = Installed.missing(brand);
        if (missing.isPresent()) {
            if ("1".equals(System.getenv("CADDIS_REQUIRE_BROKERS"))) {
                throw new IllegalStateException(missing.get());
            }
            System.err.println("SKIPPED interop with " + missing.get());
            Assumptions.abort(missing.get());
        }
        scratch = folder;
        papers = Papers.in(folder);
        broker = Brokers.start(brand, papers, folder("broker"));
    }

    @AfterAll
    void stop() throws IOException {
        if (broker != null) {
            System.out.printf(
                    "INTEROP %s %s: %d scenarios as promised, %d declared otherwise and found"
                            + " so%s%n",
                    brand.title(),
                    broker.version(),
                    passed.size(),
                    different.size(),
                    different.isEmpty() ? "" : ": " + String.join(", ", different));
            broker.close();
        }
    }

    /// Moquette alone does not survive everything that it does instead.
    private void startAgain() throws IOException {
        if (brand == Brand.MOQUETTE && broker != null) {
            broker.close();
            broker = Brokers.start(brand, Objects.requireNonNull(papers), folder("again"));
        }
    }

    private Path folder(String name) throws IOException {
        return Files.createTempDirectory(Objects.requireNonNull(scratch), name);
    }

    /// Tells the story; it must go well, or, where a difference is declared, fail as the table
    /// says.
    void attempt(Scenario scenario, ProtocolVersion version, Story story) throws Exception {
        String name = scenario + " in MQTT " + version;
        Optional<Difference> declared = Difference.of(brand, scenario, version);
        try (Rig rig =
                new Rig(
                        Objects.requireNonNull(papers),
                        Objects.requireNonNull(broker),
                        version,
                        scenario.name().toLowerCase(Locale.ROOT) + version.level(),
                        declared.isPresent() ? DEADLINE_OF_DIFFERENCES : DEADLINE)) {
            Throwable failure = told(rig, story);
            if (declared.isPresent() && !(declared.get().sometimes() && failure == null)) {
                assertThat(failure)
                        .as("%s is declared not to work with %s", name, brand.title())
                        .isNotNull();
                assertThat(failure + rig.told()).contains(declared.get().symptom());
                different.add(name);
                startAgain(); // what it does instead may have harmed it
            } else if (failure != null) {
                throw new AssertionError(
                        name
                                + " with "
                                + brand.title()
                                + ": "
                                + failure
                                + rig.told()
                                + "\n    the end of the broker's log:\n"
                                + endOfLog(),
                        failure);
            } else {
                passed.add(name);
            }
        }
    }

    private String endOfLog() {
        List<String> lines = Objects.requireNonNull(broker).log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    private static @Nullable Throwable told(Rig rig, Story story) throws InterruptedException {
        try {
            story.tell(rig);
            return null;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            return e; // the caller compares it with what is declared
        }
    }
}
