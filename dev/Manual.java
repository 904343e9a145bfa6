import dev.caddis.agent.cli.Main;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// Writes what describes the commands of `caddis`, from what `--help` knows: the man page and the
/// completion of bash. Used by dev/dist:
///
///     java -cp 'lib/*' dev/Manual.java FOLDER SECONDS_SINCE_1970
final class Manual {

    private final StringBuilder page = new StringBuilder();

    private Manual() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Instant date = Instant.ofEpochSecond(Long.parseLong(args[1]));
        CommandLine caddis = Main.commandLine("run"); // commands of other modules are not packaged
        var manual = new Manual();
        manual.write(caddis, date);
        Files.writeString(folder.resolve("man/man1/caddis.1"), manual.page);
        Files.writeString(
                folder.resolve("bash-completion/completions/caddis"),
                AutoComplete.bash("caddis", caddis));
    }

    private void write(CommandLine caddis, Instant date) {
        CommandSpec spec = caddis.getCommandSpec();
        String version = spec.version()[0].replaceFirst(",.*", "");
        var day = date.atZone(ZoneOffset.UTC).toLocalDate();
        page.append(".TH CADDIS 1 %s \"%s\" \"Caddis\"\n".formatted(day, version));
        section("NAME");
        line(
                "caddis - the device end of MQTT: readings to your broker over mutual TLS, and"
                        + " back");
        section("SYNOPSIS");
        page.append(".B caddis\n[\\fB--debug\\fR] \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n");
        section("DESCRIPTION");
        line(
                "The agent publishes the readings of a machine to an MQTT broker and listens to"
                    + " topics. What it has accepted it delivers: over lost networks, restarted"
                    + " brokers, killed processes and power cuts, within the bounds that its user"
                    + " set.");
        options(spec);
        section("COMMANDS");
        for (CommandLine command : shown(caddis)) {
            command(command, "caddis");
        }
        section("FILES");
        term(
                "\\fI./caddis.yaml\\fR, \\fI/etc/caddis/caddis.yaml\\fR",
                "The configuration, where -c names none.");
        term(
                "\\fI/var/lib/caddis\\fR",
                "What waits for the broker; $STATE_DIRECTORY and store.path come first.");
        term(
                "\\fI/usr/share/caddis/caddis.schema.json\\fR",
                "Every key of the configuration, for editors.");
        section("ENVIRONMENT");
        term("\\fBJAVA_HOME\\fR", "A Java 25, for a package that brings none.");
        term("\\fBCADDIS_JAVA_OPTS\\fR", "More options for the JVM, separated by spaces.");
        section("EXIT STATUS");
        term("0", "done");
        term("1", "failed");
        term("2", "wrong usage or configuration; nothing was tried");
    }

    private void command(CommandLine command, String parent) {
        CommandSpec spec = command.getCommandSpec();
        String name = parent + " " + spec.name();
        page.append(".SS \"").append(escaped(name));
        positionals(spec).forEach(each -> page.append(' ').append(escaped(label(each))));
        page.append("\"\n");
        for (String text : spec.usageMessage().description()) {
            line(plain(text));
        }
        options(spec);
        List<String> footer = new ArrayList<>(List.of(spec.usageMessage().footer()));
        footer.removeIf(String::isBlank);
        if (!footer.isEmpty()) {
            page.append(".PP\n.nf\n");
            footer.forEach(text -> line(plain(text)));
            page.append(".fi\n");
        }
        for (CommandLine below : shown(command)) {
            command(below, name);
        }
    }

    private static List<CommandLine> shown(CommandLine command) {
        return command.getSubcommands().values().stream()
                .filter(each -> !each.getCommandSpec().usageMessage().hidden())
                .toList();
    }

    private static List<PositionalParamSpec> positionals(CommandSpec spec) {
        return spec.positionalParameters().stream().filter(each -> !each.hidden()).toList();
    }

    private void options(CommandSpec spec) {
        for (PositionalParamSpec each : positionals(spec)) {
            term("\\fI" + escaped(label(each)) + "\\fR", description(each));
        }
        for (OptionSpec option : spec.options()) {
            if (!option.hidden() && !option.inherited()) {
                var names = new ArrayList<String>();
                for (String each : option.names()) {
                    names.add("\\fB" + escaped(each) + "\\fR");
                }
                String value =
                        option.arity().max() == 0 ? "" : " \\fI" + escaped(label(option)) + "\\fR";
                term(String.join(", ", names) + value, description(option));
            }
        }
    }

    private static String label(ArgSpec arg) {
        return arg.paramLabel().replaceAll("[<>]", "");
    }

    private static String description(ArgSpec arg) {
        String text = String.join(" ", arg.description());
        return plain(text.replace("${DEFAULT-VALUE}", String.valueOf(arg.defaultValue())));
    }

    private static String plain(String text) {
        return Ansi.OFF.string(text.replace("%%", "%").replace("%n", " "));
    }

    private void section(String title) {
        page.append(".SH ").append(title).append('\n');
    }

    private void term(String term, String text) {
        page.append(".TP\n").append(term).append('\n');
        line(text);
    }

    /// A line of text, which must not look like a request.
    private void line(String text) {
        String escaped = escaped(text);
        page.append(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" : "");
        page.append(escaped).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-");
    }
}
