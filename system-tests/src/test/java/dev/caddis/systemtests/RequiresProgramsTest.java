package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RequiresProgramsTest {
    private static final RequiresPrograms MOSQUITTO =
            RequiresMosquitto.class.getAnnotation(RequiresPrograms.class);

    @Test
    void a_missing_program_skips_with_the_command_that_installs_it() {
        var result = ProgramsCondition.decide(MOSQUITTO, "stdbuf"::equals, false);
        assertThat(result.isDisabled()).isTrue();
        assertThat(result.getReason())
                .hasValue(
                        "not installed: mosquitto, mosquitto_sub; install: apt-get install"
                                + " mosquitto mosquitto-clients");
    }

    @Test
    void a_missing_program_fails_where_tools_are_required() {
        assertThatThrownBy(() -> ProgramsCondition.decide(MOSQUITTO, name -> false, true))
                .hasMessageContaining("apt-get install mosquitto");
    }

    @Test
    void an_installed_program_runs_the_test() {
        assertThat(ProgramsCondition.decide(MOSQUITTO, name -> true, true).isDisabled()).isFalse();
    }
}
