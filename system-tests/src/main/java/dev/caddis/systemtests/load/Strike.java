package dev.caddis.systemtests.load;

import dev.caddis.systemtests.CuttingProxy;
import dev.caddis.systemtests.Weather;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/// What can happen to a network. All of it is over with [#mend].
@FunctionalInterface
interface Strike {

    Strike RESET = CuttingProxy::cut;

    Strike CABLE_PULLED = CuttingProxy::blackhole;

    Strike HALF_OPEN = proxy -> proxy.weather(Weather.halfOpen());

    Strike PORT_REFUSED =
            proxy -> {
                proxy.refuse();
                proxy.cut();
            };

    /// Connections are taken, and nothing is ever said on them.
    Strike STALLED =
            proxy -> {
                proxy.blackhole();
                proxy.cut();
            };

    void on(CuttingProxy proxy) throws IOException;

    static Strike narrow(long bytesPerSecond) {
        return proxy -> proxy.weather(Weather.narrow(bytesPerSecond));
    }

    static Strike slow(Duration latency, Duration jitter) {
        return proxy -> proxy.weather(Weather.slow(latency, jitter));
    }

    /// Every connection, from the next one on, is cut when its client has sent so many bytes.
    static Strike cutAfter(long bytes) {
        return proxy -> {
            proxy.weather(Weather.cutAfter(bytes));
            proxy.cut();
        };
    }

    /// One of them, the same from the same seed.
    static Strike any(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> RESET;
            case 1 -> CABLE_PULLED;
            case 2 -> HALF_OPEN;
            case 3 -> PORT_REFUSED;
            case 4 -> STALLED;
            case 5 -> narrow(20_000 + random.nextInt(60_000));
            case 6 ->
                    slow(
                            Duration.ofMillis(50 + random.nextInt(200)),
                            Duration.ofMillis(random.nextInt(300)));
            default -> cutAfter(1 + random.nextInt(100_000));
        };
    }

    /// Whatever it was, it is over.
    static void mend(CuttingProxy proxy) throws IOException {
        proxy.weather(Weather.FINE);
        proxy.pass();
        proxy.accept();
    }
}
