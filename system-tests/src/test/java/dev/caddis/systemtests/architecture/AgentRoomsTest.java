package dev.caddis.systemtests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The rooms of the agent: their order, and who knows YAML.
class AgentRoomsTest {

    private static final Rooms ROOMS =
            new Rooms(
                    List.of(
                            "dev.caddis.agent.source",
                            "dev.caddis.agent.telemetry",
                            "dev.caddis.agent.command",
                            "dev.caddis.agent.identity",
                            "dev.caddis.agent.status",
                            "dev.caddis.agent.config",
                            "dev.caddis.agent",
                            "dev.caddis.agent.doctor",
                            "dev.caddis.agent.cli"),
                    "let it take what it needs as its own settings record, which agent.config fills"
                            + " and Agent hands over");

    @Test
    void a_room_imports_only_rooms_above_it() {
        assertThat(ROOMS.importsFromBelow(Compiled.AGENT)).isEmpty();
    }

    @Test
    void every_package_is_a_room_with_a_place_in_the_reading_order() {
        assertThat(ROOMS.unknownPackages(Compiled.AGENT)).isEmpty();
    }

    @Test
    void every_room_says_which_question_it_answers() {
        assertThat(Rooms.withoutPackageInfo(Compiled.AGENT)).isEmpty();
    }

    @Test
    void only_the_configuration_knows_YAML() {
        assertThat(
                        Compiled.AGENT.stream()
                                .filter(each -> !Rooms.room(each).equals("dev.caddis.agent.config"))
                                .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                                .filter(dependency ->
                                        Rooms.room(dependency.getTargetClass())
                                                .startsWith("org.snakeyaml"))
                                .map(dependency ->
                                        dependency.getDescription()
                                                + ": take a settings record instead; agent.config"
                                                + " reads it from YAML"))
                .isEmpty();
    }

    /// The package keeps it from the class path of `caddis run`, which starts faster so.
    @Test
    void an_agent_that_runs_reaches_no_BouncyCastle() {
        var ofCommands =
                Set.of(
                        "dev.caddis.agent.cli",
                        "dev.caddis.agent.doctor",
                        "dev.caddis.agent.identity");
        var reached = new LinkedHashSet<JavaClass>();
        Compiled.AGENT.stream()
                .filter(each -> !ofCommands.contains(Rooms.room(each)))
                .forEach(each -> reach(each, reached));
        assertThat(reached)
                .filteredOn(each -> each.getName().equals("dev.caddis.agent.identity.Renewal"))
                .as("what is asked is the whole of what the agent reaches")
                .isNotEmpty();
        assertThat(
                        reached.stream()
                                .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                                .filter(dependency ->
                                        Rooms.room(dependency.getTargetClass())
                                                .startsWith("org.bouncycastle"))
                                .map(dependency ->
                                        dependency.getDescription()
                                                + ": it would be missing, see packaging/caddis"))
                .isEmpty();
    }

    private static void reach(JavaClass from, Set<JavaClass> reached) {
        if (Rooms.room(from).startsWith("dev.caddis.agent") && reached.add(from)) {
            from.getDirectDependenciesFromSelf()
                    .forEach(dependency -> reach(dependency.getTargetClass(), reached));
        }
    }

    @Test
    void the_agent_uses_what_the_library_exports() throws Exception {
        var exported = Compiled.exportedPackages();
        assertThat(
                        Compiled.AGENT.stream()
                                .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                                .filter(dependency -> {
                                    String room = Rooms.room(dependency.getTargetClass());
                                    return room.startsWith("dev.caddis.mqtt")
                                            && !exported.contains(room);
                                })
                                .map(dependency ->
                                        dependency.getDescription()
                                                + ": not exported; use the public API as every"
                                                + " other application does"))
                .isEmpty();
    }
}
