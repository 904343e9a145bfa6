package dev.caddis.testkit.simulation;

import java.util.SplittableRandom;

/// What all parts of a run share: chance, the time, and the transcript.
final class World {

    /// A day in 2026, in milliseconds since 1970.
    private static final long BEGIN = 1_780_000_000_000L;

    final long seed;
    final SplittableRandom random;
    final Transcript transcript;
    final Faults faults;

    /// True time, in nanoseconds since the run began.
    long now;

    private long wallOffset; // milliseconds
    private boolean wallWasSet;

    World(long seed, Transcript transcript) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.transcript = transcript;
        this.faults = Faults.draw(random);
    }

    /// One in which nothing happens that is not asked for.
    static World quiet(long seed, Transcript transcript) {
        return new World(seed, transcript, Faults.NONE);
    }

    private World(long seed, Transcript transcript, Faults faults) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.transcript = transcript;
        this.faults = faults;
    }

    /// What the clock on the wall shows, in milliseconds since 1970.
    long wallMillis() {
        return BEGIN + wallOffset + now / 1_000_000;
    }

    void setWall(long byMillis) {
        wallOffset += byMillis;
        wallWasSet = true;
        say("the clock is set by " + byMillis + " ms");
    }

    boolean wallWasSet() {
        return wallWasSet;
    }

    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    void say(String what) {
        if (transcript.isOn()) {
            transcript.add(now, what);
        }
    }
}
