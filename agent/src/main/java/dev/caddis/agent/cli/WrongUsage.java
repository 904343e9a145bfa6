package dev.caddis.agent.cli;

import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// What picocli found wrong, with what to write instead.
final class WrongUsage {

    private WrongUsage() {}

    static String sentence(ParameterException problem) {
        String found = String.valueOf(problem.getMessage()).replaceFirst("^Error: ", "");
        return switch (problem) {
            case UnmatchedArgumentException unknown when unknown.isUnknownOption() ->
                    unknownOption(unknown);
            case UnmatchedArgumentException left ->
                    leftOver(left.getUnmatched().getFirst(), left.getCommandLine());
            case MutuallyExclusiveArgsException _ -> found + "; leave one out";
            case MissingParameterException missing -> missing(found, missing.getMissing());
            case ParameterException wrong
                    when wrong.getArgSpec() instanceof OptionSpec option
                            && wrong.getValue() != null
                            && isWholeNumber(option.type()) ->
                    notWhole(option, wrong.getValue());
            default -> found;
        };
    }

    private static boolean isWholeNumber(Class<?> type) {
        return type == long.class
                || type == Long.class
                || type == int.class
                || type == Integer.class;
    }

    private static String notWhole(OptionSpec option, String value) {
        return option.longestName()
                + " is "
                + value
                + (value.matches("[+-]?[0-9]+")
                        ? "; write a smaller number"
                        : "; write a whole number");
    }

    private static String unknownOption(UnmatchedArgumentException unknown) {
        List<String> near = unknown.getSuggestions();
        return "there is no option "
                + unknown.getUnmatched().getFirst()
                + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
    }

    private static String leftOver(String word, CommandLine line) {
        String what = '"' + word + "\" belongs to no option; ";
        if (isOption("-c", line) && looksLikeConfiguration(word)) {
            return what + "did you mean -c " + word + "?";
        }
        if (isOption("-t", line)) {
            return what + "write a value that holds spaces in quotes, and each behind its option";
        }
        return what + "write each value behind its option";
    }

    private static boolean isOption(String name, CommandLine line) {
        return line.getCommandSpec().findOption(name) != null;
    }

    private static boolean looksLikeConfiguration(String word) {
        try {
            return word.endsWith(".yaml")
                    || word.endsWith(".yml")
                    || Files.isRegularFile(Path.of(word));
        } catch (InvalidPathException noFile) {
            return false;
        }
    }

    private static String missing(String found, List<ArgSpec> missing) {
        if (missing.isEmpty()) {
            return found;
        }
        return found
                + "; write "
                + missing.stream().map(WrongUsage::written).collect(Collectors.joining(" or "));
    }

    private static String written(ArgSpec argument) {
        if (argument instanceof OptionSpec option) {
            return option.shortestName()
                    + (option.arity().max() == 0 ? "" : " " + option.paramLabel());
        }
        return argument.paramLabel();
    }
}
