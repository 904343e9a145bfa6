package dev.caddis.systemtests.doctor;

import java.util.regex.Pattern;

/// One thing that is wrong, and what the doctor has to say of it.
///
/// @param step where the doctor must find it, before it finds anything else
/// @param cause what its text, or its remedy, must say there
/// @param exitCode of the doctor
record Fault(String name, Stage stage, String step, Pattern cause, int exitCode) {

    /// Makes it so.
    @FunctionalInterface
    interface Stage {
        /// Builds in `yard` what is needed and says what the device is configured with.
        Setting in(Yard yard) throws Exception;
    }

    static Fault of(String name, String step, String cause, Stage stage) {
        return new Fault(name, stage, step, Pattern.compile(cause), 1);
    }

    /// Of the configuration: exit code 2.
    static Fault written(String name, String cause, Stage stage) {
        return new Fault(name, stage, "configuration", Pattern.compile(cause), 2);
    }
}
