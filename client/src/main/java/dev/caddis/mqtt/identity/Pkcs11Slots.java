package dev.caddis.mqtt.identity;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks a PKCS#11 library what its tokens are called. SunPKCS11 knows slots by number only, and a
/// number may be another one after the next start.
///
/// By the foreign functions of Java 22, by reflection since the library is compiled for 21: the
/// older Java has no way to ask.
final class Pkcs11Slots {

    /// A token in its slot, and what it says of itself, by the names of RFC 7512.
    record Slot(long number, Map<String, String> token) {}

    static final int JAVA_MIN = 22;

    private static final int ULONG = Long.BYTES; // CK_ULONG of 64-bit Linux
    private static final long OK = 0;
    private static final long ALREADY_INITIALIZED = 0x191;
    private static final long GONE_SINCE = 0xE0; // CKR_TOKEN_NOT_PRESENT
    private static final long OS_LOCKING = 2; // CKF_OS_LOCKING_OK
    private static final int FUNCTION_POINTERS = 4 * ULONG; // before the flags of the arguments
    private static final int INITIALIZE_ARGS = 6 * ULONG;
    private static final long INITIALIZED = 0x400; // CKF_TOKEN_INITIALIZED
    private static final int SLOTS_MAX = 1_000;

    // CK_TOKEN_INFO: label, manufacturer, model, serial, each padded with blanks; then the flags.
    private static final int LABEL = 32;
    private static final int MANUFACTURER = 32;
    private static final int MODEL = 16;
    private static final int SERIAL = 16;
    private static final int TOKEN_INFO = 512; // with room to spare

    private final Path library;
    private final Foreign foreign;

    private Pkcs11Slots(Path library, Foreign foreign) {
        this.library = library;
        this.foreign = foreign;
    }

    /// Every slot of `library` that has a token ready for use.
    ///
    /// @throws IOException with the reason, when the library cannot be loaded or answers with an
    ///   error
    static List<Slot> of(Path library) throws IOException {
        if (Runtime.version().feature() < JAVA_MIN) {
            throw new IOException(
                    "Java "
                            + Runtime.version().feature()
                            + " cannot ask for the names of tokens; write slot-id=NUMBER in the"
                            + " URI, or use Java "
                            + JAVA_MIN
                            + " or later");
        }
        try {
            return new Pkcs11Slots(library, Foreign.of(library)).all();
        } catch (ReflectiveOperationException e) {
            Throwable cause = e.getCause(); // of an InvocationTargetException, as a rule
            throw new IOException(String.valueOf((cause == null ? e : cause).getMessage()), e);
        }
    }

    private List<Slot> all() throws IOException, ReflectiveOperationException {
        Object arguments = foreign.allocate(INITIALIZE_ARGS);
        foreign.setLong(arguments, FUNCTION_POINTERS, OS_LOCKING);
        long answer = foreign.call("C_Initialize", arguments);
        if (answer != OK && answer != ALREADY_INITIALIZED) {
            throw failed("C_Initialize", answer);
        }
        Object numbers = foreign.allocate(SLOTS_MAX * ULONG);
        Object count = foreign.allocate(ULONG);
        foreign.setLong(count, 0, SLOTS_MAX);
        answer = foreign.call("C_GetSlotList", (byte) 1, numbers, count);
        if (answer != OK) {
            throw failed("C_GetSlotList", answer);
        }
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < foreign.getLong(count, 0); i++) {
            slot(foreign.getLong(numbers, (long) i * ULONG)).ifPresent(slots::add);
        }
        return slots;
    }

    private Optional<Slot> slot(long number) throws IOException, ReflectiveOperationException {
        Object info = foreign.allocate(TOKEN_INFO);
        long answer = foreign.call("C_GetTokenInfo", number, info);
        if (answer == GONE_SINCE) {
            return Optional.empty();
        }
        if (answer != OK) {
            throw failed("C_GetTokenInfo", answer);
        }
        int manufacturer = LABEL;
        int model = manufacturer + MANUFACTURER;
        int serial = model + MODEL;
        int flags = serial + SERIAL;
        if ((foreign.getLong(info, flags) & INITIALIZED) == 0) {
            return Optional.empty();
        }
        byte[] bytes = foreign.bytes(info);
        return Optional.of(
                new Slot(
                        number,
                        Map.of(
                                "token", text(bytes, 0, LABEL),
                                "manufacturer", text(bytes, manufacturer, MANUFACTURER),
                                "model", text(bytes, model, MODEL),
                                "serial", text(bytes, serial, SERIAL))));
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8).stripTrailing();
    }

    private IOException failed(String function, long answer) {
        return new IOException(
                "%s of %s answered 0x%X (PKCS#11 return value)"
                        .formatted(function, library, answer));
    }

    /// `java.lang.foreign`, as far as it is needed here. Memory is the garbage collector's.
    private record Foreign(Object linker, Object lookup, Object arena) {

        private static final String ROOM = "java.lang.foreign.";

        static Foreign of(Path library) throws ReflectiveOperationException {
            Object arena = type("Arena").getMethod("global").invoke(null);
            Object lookup =
                    type("SymbolLookup")
                            .getMethod("libraryLookup", Path.class, type("Arena"))
                            .invoke(null, library, arena);
            Object linker = type("Linker").getMethod("nativeLinker").invoke(null);
            return new Foreign(linker, lookup, type("Arena").getMethod("ofAuto").invoke(null));
        }

        /// Zeroes.
        Object allocate(long bytes) throws ReflectiveOperationException {
            return type("SegmentAllocator").getMethod("allocate", long.class).invoke(arena, bytes);
        }

        void setLong(Object segment, long offset, long value) throws ReflectiveOperationException {
            type("MemorySegment")
                    .getMethod("set", type("ValueLayout$OfLong"), long.class, long.class)
                    .invoke(segment, layout("JAVA_LONG"), offset, value);
        }

        long getLong(Object segment, long offset) throws ReflectiveOperationException {
            return (long)
                    type("MemorySegment")
                            .getMethod("get", type("ValueLayout$OfLong"), long.class)
                            .invoke(segment, layout("JAVA_LONG"), offset);
        }

        byte[] bytes(Object segment) throws ReflectiveOperationException {
            return (byte[])
                    type("MemorySegment")
                            .getMethod("toArray", type("ValueLayout$OfByte"))
                            .invoke(segment, layout("JAVA_BYTE"));
        }

        /// Calls a function that answers with a CK_RV. Arguments are bytes, longs and segments.
        long call(String function, Object... arguments)
                throws IOException, ReflectiveOperationException {
            Object symbol =
                    ((Optional<?>)
                                    type("SymbolLookup")
                                            .getMethod("find", String.class)
                                            .invoke(lookup, function))
                            .orElseThrow(() ->
                                    new IOException(
                                            "it has no function "
                                                    + function
                                                    + "; is it a PKCS#11 library?"));
            Object layouts = layouts(arguments);
            Object signature =
                    type("FunctionDescriptor")
                            .getMethod("of", type("MemoryLayout"), layouts.getClass())
                            .invoke(null, layout("JAVA_LONG"), layouts);
            Object options = Array.newInstance(type("Linker$Option"), 0);
            Method downcall =
                    type("Linker")
                            .getMethod(
                                    "downcallHandle",
                                    type("MemorySegment"),
                                    type("FunctionDescriptor"),
                                    options.getClass());
            var handle = (MethodHandle) downcall.invoke(linker, symbol, signature, options);
            try {
                return (long) handle.invokeWithArguments(arguments);
            } catch (Throwable e) { // a native function throws nothing
                throw new ReflectiveOperationException(function + " failed", e);
            }
        }

        private static Object layouts(Object... arguments) throws ReflectiveOperationException {
            Object layouts = Array.newInstance(type("MemoryLayout"), arguments.length);
            for (int i = 0; i < arguments.length; i++) {
                String name =
                        arguments[i] instanceof Byte
                                ? "JAVA_BYTE"
                                : arguments[i] instanceof Long ? "JAVA_LONG" : "ADDRESS";
                Array.set(layouts, i, layout(name));
            }
            return layouts;
        }

        private static Object layout(String name) throws ReflectiveOperationException {
            return type("ValueLayout").getField(name).get(null);
        }

        private static Class<?> type(String name) throws ClassNotFoundException {
            return Class.forName(ROOM + name);
        }
    }
}
