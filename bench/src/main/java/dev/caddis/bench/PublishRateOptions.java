package dev.caddis.bench;

import java.util.ArrayList;
import java.util.List;

/// How [PublishRate] is to be run.
///
/// @param warmUp rounds that are not counted
/// @param before a class path with another build of the client, empty for none
/// @param flags more flags for every contender's JVM
record PublishRateOptions(
        int messages,
        int warmUp,
        int rounds,
        List<ContenderKind> only,
        String before,
        List<String> flags) {

    private static final String USAGE =
            "usage: PublishRate [--messages 200000] [--warm-up 2] [--rounds 5] [--only"
                + " bare,caddis,hivemq,durable,paho] [--before CLASSES] [--flags \"JVM FLAGS\"]";

    /// @throws IllegalArgumentException with what to write instead
    static PublishRateOptions of(List<String> arguments) {
        int messages = 200_000;
        int warmUp = 2;
        int rounds = 5;
        List<ContenderKind> only =
                List.of(ContenderKind.BARE, ContenderKind.CADDIS, ContenderKind.HIVEMQ);
        String before = "";
        List<String> flags = List.of();
        if (arguments.size() % 2 != 0) {
            throw new IllegalArgumentException(USAGE);
        }
        for (int i = 0; i < arguments.size(); i += 2) {
            String value = arguments.get(i + 1);
            switch (arguments.get(i)) {
                case "--messages" -> messages = positive(value);
                case "--warm-up" -> warmUp = positive(value);
                case "--rounds" -> rounds = positive(value);
                case "--only" -> only = contenders(value);
                case "--before" -> before = value;
                case "--flags" -> flags = List.of(value.strip().split(" +", -1));
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        return new PublishRateOptions(messages, warmUp, rounds, only, before, flags);
    }

    private static int positive(String value) {
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(value + " is no number. " + USAGE, e);
        }
        if (number < 1) {
            throw new IllegalArgumentException(value + " is not above 0. " + USAGE);
        }
        return number;
    }

    private static List<ContenderKind> contenders(String value) {
        var kinds = new ArrayList<ContenderKind>();
        for (String name : value.split(",", -1)) {
            kinds.add(ContenderKind.of(name));
        }
        return kinds;
    }
}
