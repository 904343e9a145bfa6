package dev.caddis.agent.cli;

/// How many of a thing, as a person says it: `1 message`, `2 messages`.
final class Count {

    private Count() {}

    static String of(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
