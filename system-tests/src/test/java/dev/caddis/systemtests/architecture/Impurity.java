package dev.caddis.systemtests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;

import java.util.Optional;
import java.util.Set;

/// What a room without I/O must not use, each with what it uses instead.
enum Impurity {
    CLOCK("take the time from the caller: `nowNanos` of Session.step"),
    INPUT_OUTPUT("return an Effect that asks for it, and take the answer as an Input"),
    THREAD("one owner calls this room: plain fields suffice, other work is an Effect"),
    RANDOM("use Jitter, whose seed comes from the caller"),
    LOG("tell it by Effect.Tell with a ClientEvent, or throw"),
    STATIC_STATE("make it a constant, or a field of the object that owns it"),
    UNKNOWN("take what it answers as an argument; if it is a plain value, allow it in Impurity");

    private static final Set<String> VALUE_PACKAGES =
            Set.of(
                    "java.lang",
                    "java.lang.annotation",
                    "java.lang.invoke",
                    "java.lang.runtime",
                    "java.math",
                    "java.nio.charset",
                    "java.util",
                    "java.util.function",
                    "java.util.regex",
                    "java.util.stream",
                    "org.jspecify.annotations");

    private static final Set<String> VALUES =
            Set.of(
                    "java.io.Serializable",
                    "java.nio.ByteBuffer",
                    "java.nio.CharBuffer",
                    "java.time.Duration",
                    "java.time.Instant");

    private static final Set<String> CLOCKS =
            Set.of("java.util.Calendar", "java.util.Date", "java.util.GregorianCalendar");

    private static final Set<String> RANDOMS =
            Set.of("java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom");

    private static final Set<String> THREADS =
            Set.of("java.util.Timer", "java.util.TimerTask", "java.lang.Runtime");

    private final String instead;

    Impurity(String instead) {
        this.instead = instead;
    }

    String at(String place) {
        return place + ": " + instead;
    }

    /// What is wrong with using `used`, if anything.
    static Optional<Impurity> of(JavaClass used) {
        String name = used.getName();
        String room = used.getPackageName();
        if (CLOCKS.contains(name)) {
            return Optional.of(CLOCK);
        }
        if (RANDOMS.contains(name) || room.equals("java.util.random")) {
            return Optional.of(RANDOM);
        }
        if (THREADS.contains(name)
                || name.startsWith("java.lang.Thread")
                || room.startsWith("java.util.concurrent")) {
            return Optional.of(THREAD);
        }
        if (name.startsWith("java.lang.System$Logger")) {
            return Optional.of(LOG);
        }
        if (name.startsWith("java.lang.Process") || name.equals("java.util.Scanner")) {
            return Optional.of(INPUT_OUTPUT);
        }
        if (used.isPrimitive()
                || VALUES.contains(name)
                || VALUE_PACKAGES.contains(room)
                || room.startsWith("dev.caddis.mqtt")) { // their order is another rule
            return Optional.empty();
        }
        return Optional.of(otherwise(room));
    }

    private static Impurity otherwise(String room) {
        if (room.startsWith("java.time")) {
            return CLOCK;
        }
        boolean io =
                room.startsWith("java.io")
                        || room.startsWith("java.net")
                        || room.startsWith("java.nio")
                        || room.startsWith("javax.net");
        return io ? INPUT_OUTPUT : UNKNOWN;
    }

    /// What is wrong with a member of a class that is a value otherwise.
    static Optional<Impurity> ofMember(String owner, String member) {
        return switch (owner + "." + member) {
            case "java.lang.System.arraycopy" -> Optional.empty();
            case "java.lang.System.nanoTime",
                    "java.lang.System.currentTimeMillis",
                    "java.time.Instant.now" ->
                    Optional.of(CLOCK);
            case "java.lang.System.getLogger" -> Optional.of(LOG);
            case "java.lang.Math.random",
                    "java.lang.StrictMath.random",
                    "java.util.UUID.randomUUID" ->
                    Optional.of(RANDOM);
            case "java.lang.Object.wait", "java.lang.Object.notify", "java.lang.Object.notifyAll" ->
                    Optional.of(THREAD);
            default ->
                    owner.equals("java.lang.System") ? Optional.of(INPUT_OUTPUT) : Optional.empty();
        };
    }
}
