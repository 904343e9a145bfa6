package dev.caddis.mqtt.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// How much memory the running thread has taken so far.
///
/// Found by its name: the library's module, in which the tests run, does not read the JDK's
/// management.
final class AllocatedBytes {

    private static final MethodHandle COUNTER = find();

    private AllocatedBytes() {}

    static long ofThisThread() {
        try {
            return (long) COUNTER.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("this JVM counts no allocations", e);
        }
    }

    private static MethodHandle find() {
        try {
            Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
            Class<?> threads = Class.forName("com.sun.management.ThreadMXBean");
            Object bean = factory.getMethod("getThreadMXBean").invoke(null);
            return MethodHandles.publicLookup()
                    .findVirtual(
                            threads,
                            "getCurrentThreadAllocatedBytes",
                            MethodType.methodType(long.class))
                    .bindTo(bean);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
