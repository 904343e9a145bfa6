package dev.caddis.systemtests.interop;

import dev.caddis.systemtests.Programs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// What this machine has of the brokers. `system-tests/brokers/install` brings what is missing.
public final class Installed {
    static final Path RABBITMQ = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

    private Installed() {}

    /// Why `brand` cannot be started here, and what to do; empty where it can.
    public static Optional<String> missing(Brand brand) {
        boolean there =
                switch (brand) {
                    case ARTEMIS -> true;
                    case MOSQUITTO -> Programs.find("mosquitto").isPresent();
                    case RABBITMQ ->
                            Files.isExecutable(RABBITMQ) && Programs.find("epmd").isPresent();
                    case NATS -> Programs.find("nats-server").isPresent();
                    case AEDES -> fetched(brand) && Programs.find("node").isPresent();
                    case HIVEMQ, MOQUETTE -> fetched(brand);
                };
        return there
                ? Optional.empty()
                : Optional.of(
                        brand.title()
                                + " is not installed; install: system-tests/brokers/install "
                                + name(brand));
    }

    /// Where `brand` lies when it comes from Maven Central or npm.
    static Path folder(Brand brand) {
        String set = System.getenv("CADDIS_BROKERS");
        Path brokers = set == null ? root().resolve("target/brokers") : Path.of(set);
        return brokers.resolve(name(brand)).toAbsolutePath();
    }

    /// What the repository holds for starting `brand`.
    static Path source(Brand brand) {
        return root().resolve("system-tests/brokers").resolve(name(brand));
    }

    /// The root of the checkout, whether Maven runs a module's tests or somebody runs from there.
    public static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return here.endsWith("system-tests") ? here.resolveSibling("").normalize() : here;
    }

    private static boolean fetched(Brand brand) {
        return Files.exists(folder(brand).resolve("installed"));
    }

    private static String name(Brand brand) {
        return brand.name().toLowerCase(Locale.ROOT);
    }
}
