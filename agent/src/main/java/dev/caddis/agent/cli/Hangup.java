package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/// Hears SIGHUP, which would end the process.
///
/// By `sun.misc.Signal`: Java has no other door to a signal but the shutdown hook, and a handler
/// that is installed by the Foreign Function API would run Java where a signal interrupts it, which
/// the JVM does not bear. It is in the module `jdk.unsupported`, kept until there is something
/// else; a run-time image needs that module. By reflection, since the compiler warns of that class
/// and the warning cannot be switched off alone.
final class Hangup {

    private Hangup() {}

    /// Runs `action`, on a thread of its own, at each SIGHUP from now on. Where the process was
    /// started with SIGHUP ignored, as by `nohup`, it stays so.
    ///
    /// @return whether SIGHUP is heard, or ignored; else it ends the process
    static boolean onEach(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours =
                    Proxy.newProxyInstance(
                            Hangup.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (self, method, arguments) -> answer(self, method, arguments, action));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), ours);
            return true;
        } catch (InvocationTargetException taken) { // as with the option -Xrs
            return false;
        } catch (ReflectiveOperationException missing) {
            return false;
        }
    }

    private static @Nullable Object answer(
            Object self, Method method, Object @Nullable [] arguments, Runnable action) {
        return switch (method.getName()) {
            case "handle" -> {
                action.run();
                yield null;
            }
            case "equals" ->
                    arguments != null
                            && System.identityHashCode(self)
                                    == System.identityHashCode(arguments[0]);
            case "hashCode" -> System.identityHashCode(self);
            default -> "SIGHUP";
        };
    }
}
