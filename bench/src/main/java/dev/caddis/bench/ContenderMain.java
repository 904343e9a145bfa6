package dev.caddis.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The process of one contender: reads a number of messages from standard input, publishes them,
/// writes the [Figures]; until the end of its input.
final class ContenderMain {

    static final String READY = "ready";

    private ContenderMain() {}

    /// @param arguments the contender, and its [Target]: host, port, folder
    public static void main(String[] arguments) throws Exception {
        var target =
                new Target(arguments[1], Integer.parseInt(arguments[2]), Path.of(arguments[3]));
        try (Contender contender = ContenderKind.of(arguments[0]).make(target)) {
            contender.open();
            System.out.println(READY);
            var orders =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                System.out.println(measure(contender, Integer.parseInt(order)).toLine());
            }
        }
        System.exit(0); // whatever threads a library keeps
    }

    private static Figures measure(Contender contender, int messages) throws Exception {
        var process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        var threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long cpu = process.getProcessCpuTime();
        long allocated = threads.getTotalThreadAllocatedBytes();
        long begun = System.nanoTime();
        contender.run(messages);
        long wall = System.nanoTime() - begun;
        return new Figures(
                messages,
                wall,
                process.getProcessCpuTime() - cpu,
                threads.getTotalThreadAllocatedBytes() - allocated);
    }
}
