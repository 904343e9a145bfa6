package dev.caddis.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// Who can be measured.
enum ContenderKind {
    BARE("bare TLS loop"),
    CADDIS("Caddis"),
    HIVEMQ("HiveMQ 1.4.2"),
    DURABLE("Caddis, durable"),
    PAHO("Paho, files");

    /// Paho forces one file a message: of the messages of the others it gets one in so many.
    private static final int PAHO_PART = 50;

    final String title;

    ContenderKind(String title) {
        this.title = title;
    }

    static ContenderKind of(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no contender \"" + name + "\"; write " + words()));
    }

    private static String words() {
        return Arrays.stream(values()).map(ContenderKind::word).collect(Collectors.joining(", "));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// How many messages it gets where the others get `messages`.
    int share(int messages) {
        return this == PAHO ? Math.max(1, messages / PAHO_PART) : messages;
    }

    Contender make(Target target) throws IOException {
        return switch (this) {
            case BARE -> new BareLoop(target);
            case CADDIS -> new Caddis(target, false);
            case DURABLE -> new Caddis(target, true);
            case PAHO -> new Paho(target);
            case HIVEMQ -> new HiveMq(target);
        };
    }
}
