package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.packet.Qos;
import dev.caddis.testkit.simulation.DiskSweep.Failed;

import java.util.Locale;

/// The part of [SimulateCommand] that hits the disk of one run at every place in turn.
final class SweepCommand {

    private static final int TEARS = 4;

    private SweepCommand() {}

    static boolean takes(String option) {
        return option.equals("--sweep") || option.equals("--blow");
    }

    /// @return the exit code
    static int run(String... arguments) throws InterruptedException {
        if (arguments[0].equals("--sweep") && arguments.length == 1) {
            return sweep(Qos.AT_LEAST_ONCE) && sweep(Qos.EXACTLY_ONCE) ? 0 : 1;
        }
        if (arguments[0].equals("--blow")
                && arguments.length == 2
                && arguments[1].matches("[12]:[A-Z_]+:[0-9]+:[0-9]+(:again)?")) {
            return replay(Qos.of(arguments[1].charAt(0) - '0'), arguments[1].substring(2));
        }
        System.err.println(
                "simulate: expected --sweep alone, or --blow with what a sweep printed, such as"
                        + " 2:CUT_AFTER:17:3; was given: "
                        + String.join(" ", arguments));
        return 2;
    }

    private static boolean sweep(Qos qos) throws InterruptedException {
        long begun = System.nanoTime();
        DiskSweep sweep = new DiskSweep(qos, TEARS);
        Thread progress =
                Thread.ofPlatform()
                        .daemon()
                        .name("caddis-progress")
                        .start(() ->
                                SimulateCommand.tell(
                                        sweep::done,
                                        sweep.count(),
                                        "runs of the sweep at QoS " + qos.level()));
        Failed failed = sweep.run();
        progress.interrupt();
        progress.join();
        if (failed != null) {
            print(failed);
            return false;
        }
        System.out.printf(
                Locale.ROOT,
                "simulate: %s; %.0f s, commit %s%n",
                sweep.figure(),
                (System.nanoTime() - begun) / 1e9,
                SimulateCommand.commit());
        return true;
    }

    private static int replay(Qos qos, String text) {
        Blow blow;
        try {
            blow = Blow.of(text);
        } catch (IllegalArgumentException e) {
            System.err.println("simulate: there is no blow " + text + ": " + e.getMessage());
            return 2;
        }
        Transcript transcript = new Transcript(true);
        Failed failed = DiskSweep.replay(qos, blow, transcript);
        if (failed != null) {
            print(failed);
            return 1;
        }
        System.out.print(transcript.text());
        System.out.println("simulate: the run keeps every promise");
        return 0;
    }

    private static void print(Failed failed) {
        System.out.print(failed.transcript());
        Throwable cause = failed.failure().getCause();
        if (cause != null) {
            cause.printStackTrace(System.out);
        }
        System.out.printf(
                "simulate: FAILED: %s; commit %s%n", failed.sentence(), SimulateCommand.commit());
    }
}
