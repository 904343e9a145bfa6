package dev.caddis.systemtests;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The test runs where all these programs are installed; elsewhere it is skipped and says so, or,
/// with CADDIS_REQUIRE_TOOLS=1 in the environment, fails.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ProgramsCondition.class)
public @interface RequiresPrograms {
    /// Names of executables.
    String[] value();

    /// Debian packages that hold them, separated by blanks.
    String install();
}
