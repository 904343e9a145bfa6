package dev.caddis.systemtests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.lang.module.ModuleDescriptor.Requires;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The rooms of the library: their order, their doors, and what they stand on.
@Execution(ExecutionMode.CONCURRENT)
class ClientRoomsTest {

    private static final Rooms ROOMS =
            new Rooms(
                    List.of(
                            "dev.caddis.mqtt.packet",
                            "dev.caddis.mqtt.event",
                            "dev.caddis.mqtt.codec",
                            "dev.caddis.mqtt.session",
                            "dev.caddis.mqtt.store",
                            "dev.caddis.mqtt.identity",
                            "dev.caddis.mqtt.transport",
                            "dev.caddis.mqtt.engine",
                            "dev.caddis.mqtt"),
                    "move a value that both need up into mqtt.packet or mqtt.event, or let the room"
                            + " above declare an interface that the one below implements");

    @Test
    void a_room_imports_only_rooms_above_it() {
        assertThat(ROOMS.importsFromBelow(Compiled.CLIENT)).isEmpty();
    }

    @Test
    void every_package_is_a_room_with_a_place_in_the_reading_order() {
        assertThat(ROOMS.unknownPackages(Compiled.CLIENT)).isEmpty();
    }

    @Test
    void every_room_says_which_question_it_answers() {
        assertThat(Rooms.withoutPackageInfo(Compiled.CLIENT)).isEmpty();
    }

    @Test
    void the_library_stands_on_java_base_alone() throws URISyntaxException {
        assertThat(Compiled.clientModule().requires())
                .as("module-info of the client; use what java.base has, or write it in the client")
                .allMatch(required ->
                        required.name().equals("java.base")
                                || (required.name().equals("org.jspecify")
                                        && required.modifiers()
                                                .contains(Requires.Modifier.STATIC)));
    }

    @Test
    void what_is_public_mentions_only_types_that_are_public_too() throws URISyntaxException {
        Set<String> exported = Compiled.exportedPackages();
        assertThat(
                        Compiled.CLIENT.stream()
                                .filter(each -> exported.contains(Rooms.room(each)))
                                .filter(ClientRoomsTest::isVisible)
                                .flatMap(each -> hiddenTypes(each, exported)))
                .isEmpty();
    }

    @Test
    void the_library_prints_nothing() {
        assertThat(
                        Compiled.CLIENT.stream()
                                .flatMap(each -> each.getAccessesFromSelf().stream())
                                .filter(ClientRoomsTest::prints)
                                .map(access ->
                                        access.getDescription()
                                                + ": the standard streams belong to the"
                                                + " application; tell a ClientEvent, or log"
                                                + " through System.getLogger"))
                .isEmpty();
    }

    private static boolean prints(JavaAccess<?> access) {
        String name = access.getTarget().getName();
        return name.equals("printStackTrace")
                || (access.getTargetOwner().isEquivalentTo(System.class)
                        && (name.equals("out") || name.equals("err")));
    }

    private static boolean isVisible(JavaClass any) {
        return any.getModifiers().contains(JavaModifier.PUBLIC)
                && any.getEnclosingClass().map(ClientRoomsTest::isVisible).orElse(true);
    }

    private static Stream<String> hiddenTypes(JavaClass visible, Set<String> exported) {
        Stream<JavaType> above =
                Stream.concat(visible.getSuperclass().stream(), visible.getInterfaces().stream());
        Stream<JavaType> members =
                visible.getMembers().stream()
                        .filter(ClientRoomsTest::isCallable)
                        .flatMap(ClientRoomsTest::mentioned);
        return Stream.concat(above, members)
                .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                .map(Rooms::room)
                .filter(room -> room.startsWith("dev.caddis.") && !exported.contains(room))
                .distinct()
                .map(room ->
                        visible.getName()
                                + " is public and shows a type of "
                                + room
                                + ", which callers cannot name; show a type of an exported room,"
                                + " or make the member package-private");
    }

    private static boolean isCallable(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaType> mentioned(JavaMember member) {
        return switch (member) {
            case JavaField field -> Stream.of(field.getType());
            case JavaCodeUnit code ->
                    Stream.of(
                                    Stream.of(code.getReturnType()),
                                    code.getParameterTypes().stream(),
                                    code.getExceptionTypes().stream())
                            .flatMap(each -> each);
            default -> Stream.of();
        };
    }
}
