package dev.caddis.agent.cli;

import picocli.CommandLine;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Finds what picocli would explain badly, since it reads the last command of a line first.
final class FirstLook {

    /// Where users of other tools take `-h` for the host of the broker.
    private static final Set<String> CLIENTS = Set.of("pub", "sub", "roundtrip");

    private FirstLook() {}

    /// What is wrong with `args`, in one sentence; empty when picocli may judge them.
    static Optional<String> complaint(CommandLine line, String... args) {
        List<String> words = Arrays.asList(args);
        int first = 0;
        while (first < words.size() && words.get(first).startsWith("-")) {
            first++; // no option before the command has a value
        }
        if (first == words.size()) {
            return Optional.empty();
        }
        String command = words.get(first);
        if (!line.getSubcommands().containsKey(command)) {
            return Optional.of(noSuchCommand(command, line));
        }
        List<String> rest = words.subList(first + 1, words.size());
        if (CLIENTS.contains(command)
                && rest.size() > 1
                && rest.stream().anyMatch(word -> word.startsWith("-h"))) {
            return Optional.of(
                    "-h shows the help and stands alone; the broker is named with --broker"
                            + " mqtts://HOST:PORT, help is caddis "
                            + command
                            + " --help");
        }
        return Optional.empty();
    }

    /// That `name` is no command of `line`, and which ones there are.
    static String noSuchCommand(String name, CommandLine line) {
        return '"'
                + name
                + "\" is not a command; there are: "
                + line.getSubcommands().entrySet().stream()
                        .filter(each -> !each.getValue().getCommandSpec().usageMessage().hidden())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.joining(", "));
    }
}
