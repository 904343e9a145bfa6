package dev.caddis.systemtests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.MonitorInstruction;
import java.util.Set;
import java.util.stream.Stream;

/// `packet`, `event`, `codec` and `session` compute and do nothing else, so that a run can be
/// repeated from its inputs.
class PureRoomsTest {

    private static final Set<String> PURE =
            Set.of(
                    "dev.caddis.mqtt.packet",
                    "dev.caddis.mqtt.event",
                    "dev.caddis.mqtt.codec",
                    "dev.caddis.mqtt.session");

    private static Stream<JavaClass> pureClasses() {
        return Compiled.CLIENT.stream().filter(each -> PURE.contains(Rooms.room(each)));
    }

    @Test
    void they_use_no_clock_no_input_or_output_no_thread_and_no_randomness() {
        assertThat(
                        pureClasses()
                                .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                                .flatMap(dependency ->
                                        Impurity.of(
                                                dependency.getTargetClass().getBaseComponentType())
                                                .map(it -> it.at(dependency.getDescription()))
                                                .stream()))
                .isEmpty();
    }

    @Test
    void they_call_nothing_that_answers_differently_each_time() {
        assertThat(
                        pureClasses()
                                .flatMap(each -> each.getAccessesFromSelf().stream())
                                .flatMap(PureRoomsTest::impureAccess))
                .isEmpty();
    }

    private static Stream<String> impureAccess(JavaAccess<?> access) {
        return Impurity.ofMember(access.getTargetOwner().getName(), access.getTarget().getName())
                .map(it -> it.at(access.getDescription()))
                .stream();
    }

    @Test
    void they_keep_nothing_that_changes_in_static_fields() {
        assertThat(
                        pureClasses()
                                .flatMap(each -> each.getFields().stream())
                                .filter(PureRoomsTest::isStaticAndChanges)
                                .map(field -> Impurity.STATIC_STATE.at(field.getDescription())))
                .isEmpty();
    }

    /// Constants are final, and no array that is open to others: its elements change.
    private static boolean isStaticAndChanges(JavaField field) {
        Set<JavaModifier> modifiers = field.getModifiers();
        return modifiers.contains(JavaModifier.STATIC)
                && !modifiers.contains(JavaModifier.SYNTHETIC)
                && (!modifiers.contains(JavaModifier.FINAL)
                        || (field.getRawType().isArray()
                                && !modifiers.contains(JavaModifier.PRIVATE)));
    }

    @Test
    void they_lock_nothing() {
        assertThat(
                        pureClasses()
                                .filter(each -> hasSynchronizedMethod(each) || entersMonitor(each))
                                .map(each -> Impurity.THREAD.at(each.getName() + " synchronizes")))
                .isEmpty();
    }

    private static boolean hasSynchronizedMethod(JavaClass any) {
        return any.getMethods().stream()
                .anyMatch(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED));
    }

    private static boolean entersMonitor(JavaClass any) {
        return ClassFile.of().parse(bytes(any)).methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(code -> code.elementStream())
                .anyMatch(element -> element instanceof MonitorInstruction);
    }

    private static byte[] bytes(JavaClass any) {
        try (InputStream in = any.getSource().orElseThrow().getUri().toURL().openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("cannot read the class file of " + any.getName(), e);
        }
    }
}
