package dev.caddis.systemtests.load;

import dev.caddis.systemtests.CuttingProxy;
import dev.caddis.systemtests.Weather;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/// What can happen to a network, and is over after a while. All of it is chosen from a seed, so
/// that an hour can be repeated.
enum Faults {
    RESET {
        @Override
        void strike(CuttingProxy proxy, Random random) {
            proxy.cut();
        }
    },
    CABLE_PULLED {
        @Override
        void strike(CuttingProxy proxy, Random random) {
            proxy.blackhole();
        }
    },
    PORT_REFUSED {
        @Override
        void strike(CuttingProxy proxy, Random random) throws IOException {
            proxy.refuse();
            proxy.cut();
        }
    },
    NARROW {
        @Override
        void strike(CuttingProxy proxy, Random random) {
            proxy.weather(Weather.narrow(20_000 + random.nextInt(60_000)));
        }
    },
    LATE_AND_JITTERY {
        @Override
        void strike(CuttingProxy proxy, Random random) {
            proxy.weather(
                    Weather.slow(
                            Duration.ofMillis(50 + random.nextInt(200)),
                            Duration.ofMillis(random.nextInt(300))));
        }
    },
    CUT_AT_A_BYTE {
        @Override
        void strike(CuttingProxy proxy, Random random) {
            proxy.weather(Weather.cutAfter(1 + random.nextInt(100_000)));
        }
    },
    HALF_OPEN {
        @Override
        void strike(CuttingProxy proxy, Random random) {
            proxy.weather(Weather.halfOpen());
        }
    };

    abstract void strike(CuttingProxy proxy, Random random) throws IOException;

    /// Whatever it was, it is over.
    static void mend(CuttingProxy proxy) throws IOException {
        proxy.weather(Weather.FINE);
        proxy.pass();
        proxy.accept();
    }
}
