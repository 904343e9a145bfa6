package dev.caddis.testkit.simulation;

import java.io.Serial;

/// A promise that was not kept in a run.
public final class SimulationFailure extends AssertionError {

    @Serial private static final long serialVersionUID = 1;

    SimulationFailure(String what) {
        super(what);
    }

    SimulationFailure(String what, Throwable cause) {
        super(what, cause);
    }
}
