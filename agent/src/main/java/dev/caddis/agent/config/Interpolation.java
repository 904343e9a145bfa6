package dev.caddis.agent.config;

import java.util.ArrayList;
import java.util.List;

/// Cuts a text into what stands there and the `${...}` references in it. `$${` stands for a literal
/// `${`.
final class Interpolation {

    /// A piece of a text.
    sealed interface Part {}

    /// Taken as it is.
    record Literal(String text) implements Part {}

    /// The inside of `${...}`, split at its first colon: `env` and `NAME`.
    record Reference(String kind, String argument) implements Part {

        @Override
        public String toString() {
            return "${" + kind + (argument.isEmpty() ? "" : ":" + argument) + "}";
        }
    }

    private Interpolation() {}

    /// @throws Refused when a `${` is never closed
    static List<Part> parts(String written) throws Refused {
        var parts = new ArrayList<Part>();
        var literal = new StringBuilder();
        int at = 0;
        while (at < written.length()) {
            if (written.startsWith("$${", at)) {
                literal.append("${");
                at += 3;
            } else if (written.startsWith("${", at)) {
                int end = written.indexOf('}', at);
                if (end < 0) {
                    throw Refused.plainly(
                            "a ${ is never closed", "close it with }, or write $${ for a plain ${");
                }
                if (!literal.isEmpty()) {
                    parts.add(new Literal(literal.toString()));
                    literal.setLength(0);
                }
                parts.add(reference(written.substring(at + 2, end)));
                at = end + 1;
            } else {
                literal.append(written.charAt(at++));
            }
        }
        if (!literal.isEmpty() || parts.isEmpty()) {
            parts.add(new Literal(literal.toString()));
        }
        return List.copyOf(parts);
    }

    private static Reference reference(String inside) {
        int colon = inside.indexOf(':');
        return colon < 0
                ? new Reference(inside, "")
                : new Reference(inside.substring(0, colon), inside.substring(colon + 1));
    }

    /// What `reference` stands for.
    ///
    /// @throws Refused when it has no value, or is none of the five kinds; the reference is not
    ///   quoted when unknown, since it may be a piece of a password
    static String lookUp(Reference reference, Names names) throws Refused {
        return switch (reference.toString()) {
            case "${cert:cn}" -> names.commonName().get();
            case "${device.id}" -> names.deviceId().get();
            case "${hostname}" -> hostname(names);
            default ->
                    switch (reference.kind()) {
                        case "env" -> variable(reference.argument(), names);
                        case "file" -> SmallFile.read(names.folder(), reference.argument());
                        default ->
                                throw Refused.plainly(
                                        "holds a ${...} of no known kind",
                                        "write ${cert:cn}, ${env:NAME}, ${file:PATH}, ${hostname}"
                                                + " or ${device.id}, or $${ for a plain ${");
                    };
        };
    }

    private static String variable(String name, Names names) throws Refused {
        String value = names.environment().variable(name);
        if (value == null || value.isEmpty()) {
            throw Refused.plainly(
                    "environment variable "
                            + Quote.of(name)
                            + " is "
                            + (value == null ? "not set" : "empty"),
                    "set it for the agent's process, or write the value here");
        }
        return value;
    }

    private static String hostname(Names names) throws Refused {
        String name = names.environment().hostname();
        if (name == null || name.isEmpty()) {
            throw Refused.plainly("this machine has no host name", "write the name here");
        }
        return name;
    }
}
