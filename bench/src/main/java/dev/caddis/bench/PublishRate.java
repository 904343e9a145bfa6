package dev.caddis.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Messages a second and CPU a message, contenders in turn, warm. See the package for how it is
/// used.
final class PublishRate {

    private final PublishRateOptions options;
    private final List<ContenderProcess> contenders = new ArrayList<>();

    private PublishRate(PublishRateOptions options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        PublishRateOptions options;
        try {
            options = PublishRateOptions.of(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        new PublishRate(options).run();
    }

    private void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("caddis-bench");
        try (Mosquitto broker = Mosquitto.start(folder)) {
            try {
                start(broker.target());
                measure();
            } finally {
                for (ContenderProcess each : contenders) {
                    each.close();
                }
            }
        } finally {
            Mosquitto.delete(folder);
        }
        new Table(contenders).print(System.out);
    }

    private void start(Target target) throws IOException {
        String classPath = System.getProperty("java.class.path");
        for (ContenderKind kind : options.only()) {
            contenders.add(
                    ContenderProcess.start(kind.title, kind, classPath, options.flags(), target));
        }
        if (!options.before().isEmpty()) {
            contenders.add(
                    ContenderProcess.start(
                            "Caddis before",
                            ContenderKind.CADDIS,
                            options.before() + File.pathSeparator + classPath,
                            options.flags(),
                            target));
        }
        for (ContenderProcess each : contenders) {
            System.out.println(each.title() + ": process " + each.pid());
        }
    }

    private void measure() throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%,d messages a run, QoS 1, %d bytes, %d in flight; %d rounds to warm up, %d"
                        + " counted%n",
                options.messages(),
                Contender.PAYLOAD_BYTES,
                Contender.WINDOW,
                options.warmUp(),
                options.rounds());
        for (int round = 1; round <= options.warmUp(); round++) {
            for (ContenderProcess each : contenders) {
                each.run(options.messages());
            }
        }
        for (int round = 1; round <= options.rounds(); round++) {
            var line = new StringBuilder("round " + round + ":");
            for (ContenderProcess each : contenders) {
                Figures figures = each.count(options.messages());
                line.append(
                        String.format(
                                Locale.ROOT,
                                "  %s %,.0f/s %.2f us",
                                each.title(),
                                figures.messagesPerSecond(),
                                figures.cpuMicrosPerMessage()));
            }
            System.out.println(line);
        }
    }
}
