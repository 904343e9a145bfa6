package dev.caddis.agent.cli;

import dev.caddis.agent.config.AgentConfig;
import dev.caddis.agent.config.ConfigResult;
import dev.caddis.agent.config.Environment;
import dev.caddis.agent.config.Problem;
import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.SourceSettings;
import dev.caddis.agent.source.ThisMachine;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `caddis init`: writes a configuration that passes `caddis check`.
@Command(
        name = "init",
        description =
                "Write a configuration with comments. What no option says is asked, where somebody"
                        + " sits at a terminal. Nothing is written that \"caddis check\" refuses.",
        footer = {
            "",
            "Examples:",
            "  caddis init",
            "  caddis init --broker mqtts://broker.example.com --ca ca.pem \\",
            "      --cert device.pem --key device.key",
            "  caddis init --from settings.py --ca ca.pem --cert device.pem --key device.key"
        })
final class InitCommand implements Callable<Integer> {

    private static final int RANDOM_BYTES = 8;

    /// Keys whose option has another name.
    private static final Map<String, String> OPTIONS = Map.of("url", "--broker", "id", "--device");

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The file to write. Left out: ./caddis.yaml.")
    private Path file = Path.of("caddis.yaml");

    @Option(names = "--force", description = "Replace the file when it is there.")
    private boolean force;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description =
                    "settings.py of the router app: its broker, interval and topics. It is read,"
                            + " not run.")
    private @Nullable Path from;

    @Option(names = "--broker", paramLabel = "URL", description = "mqtts://HOST[:PORT]")
    private @Nullable String broker;

    @Option(
            names = "--device",
            paramLabel = "ID",
            description =
                    "Who this device is. Left out: the name in the certificate, or this machine's.")
    private @Nullable String device;

    @Option(names = "--ca", paramLabel = "FILE", description = "The broker's CA, PEM.")
    private @Nullable Path ca;

    @Option(names = "--cert", paramLabel = "FILE", description = "Our certificate, PEM.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Its key, PEM.")
    private @Nullable Path key;

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            description = "How often readings are published. Left out: 10s.")
    private @Nullable String every;

    @Override
    public Integer call() throws IOException {
        if (Files.exists(file) && !force) {
            throw new UsageException(
                    "caddis: "
                            + file
                            + " is there already; --force replaces it, -c FILE names another");
        }
        NewConfig config = config(interview());
        try (DeviceTree tree =
                ThisMachine.tree(SourceSettings.of(config.device()), Clocks.system()).build()) {
            write(config.text(path -> !tree.read(path).failed()));
        }
        return ExitCode.DONE;
    }

    /// `null`: nobody is there to answer.
    private @Nullable Interview interview() {
        return Optional.ofNullable(System.console()) // null without jdk.internal.le and a terminal
                .filter(java.io.Console::isTerminal)
                .map(console ->
                        new Interview(new BufferedReader(console.reader()), Console.err(spec)))
                .orElse(null);
    }

    /// What the options say, the rest from `interview`.
    NewConfig config(@Nullable Interview interview) {
        if ((certificate == null) != (key == null)) {
            throw new UsageException("caddis: --cert and --key go together; name both");
        }
        RouterSettings router = from == null ? null : RouterSettings.read(from);
        String url = broker != null ? broker : router != null ? router.url() : null;
        if (url == null) {
            if (interview == null) {
                throw new UsageException(
                        "caddis: no broker is named, and nobody is there to be asked; write"
                                + " --broker mqtts://HOST:PORT");
            }
            url = interview.broker(answer -> complaint(candidate(answer), "brokers[0]"));
        }
        if (!NewConfig.isEncrypted(url) && (ca != null || certificate != null)) {
            throw new UsageException(
                    "caddis: the broker is "
                            + url
                            + ", and the certificates are only used with mqtts:// and wss://; write"
                            + " --broker mqtts://HOST:PORT, or leave them out");
        }
        if (interview != null && NewConfig.isEncrypted(url)) {
            askForFiles(interview, url);
        }
        String id = device;
        if (id == null) {
            id = certificate != null ? "${cert:cn}" : "${hostname}";
            String known = url;
            id =
                    interview == null
                            ? id
                            : interview.text(
                                    "Who is this device",
                                    id,
                                    answer ->
                                            complaint(
                                                    config(known, answer, "10s", null),
                                                    "device.id"));
        }
        return config(url, id, every(interview, router), router);
    }

    private NewConfig config(
            String url, String id, String interval, @Nullable RouterSettings router) {
        return new NewConfig(
                url, id, fromFile(ca), fromFile(certificate), fromFile(key), interval, router);
    }

    /// All that is known, and `url`.
    private NewConfig candidate(String url) {
        return config(url, "device", "10s", null);
    }

    /// Why `caddis check` would refuse what stands below `key`.
    private Optional<String> complaint(NewConfig candidate, String key) {
        try {
            return problems(candidate.text(path -> true)).stream()
                    .filter(problem -> problem.key().startsWith(key))
                    .map(problem -> problem.what() + "; " + problem.remedy())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty(); // the file cannot be written either, which is told then
        }
    }

    private List<Problem> problems(String text) throws IOException {
        Path tried = unfinished(text);
        try {
            return switch (AgentConfig.load(tried, Environment.ofThisMachine())) {
                case ConfigResult.Invalid(var problems, _) -> problems;
                case ConfigResult.Valid _ -> List.of();
            };
        } finally {
            Files.deleteIfExists(tried);
        }
    }

    /// A new file beside the one that is to be made, whose relative paths begin at the same folder.
    /// Its name cannot be foretold, and what is there already is not written to.
    private Path unfinished(String text) throws IOException {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        Path made = folder().resolve(file.getFileName() + "." + HexFormat.of().formatHex(random));
        return Files.writeString(made, text, StandardOpenOption.CREATE_NEW);
    }

    private void askForFiles(Interview interview, String url) {
        if (ca == null) {
            ca =
                    interview.file(
                            "PEM file of the broker's CA",
                            "the system's",
                            answer -> complaint(with(url, answer, null, null), "tls.ca"));
        }
        if (certificate == null) {
            certificate =
                    interview.file(
                            "PEM file of the device's certificate",
                            "none",
                            answer -> complaint(with(url, ca, answer, answer), "tls.cert"));
            Path chosen = certificate;
            if (chosen != null) {
                key =
                        interview.keyOf(
                                chosen, answer -> complaint(with(url, ca, chosen, answer), "tls"));
            }
        }
    }

    private NewConfig with(
            String url, @Nullable Path caFile, @Nullable Path certFile, @Nullable Path keyFile) {
        return new NewConfig(
                url,
                "device",
                fromFile(caFile),
                fromFile(certFile),
                fromFile(keyFile),
                "10s",
                null);
    }

    private String every(@Nullable Interview interview, @Nullable RouterSettings router) {
        if (every != null) {
            return every;
        }
        if (router != null) {
            return NewConfig.seconds(router.interval());
        }
        return interview == null
                ? "10s"
                : interview.text(
                        "How often are readings sent",
                        "10s",
                        answer ->
                                complaint(
                                        config("mqtts://broker", "device", answer, null),
                                        "defaults.every"));
    }

    /// As the configuration says it: relative paths begin at its own folder.
    private @Nullable String fromFile(@Nullable Path named) {
        if (named == null) {
            return null;
        }
        Path folder = folder().normalize();
        Path absolute = named.toAbsolutePath().normalize();
        return absolute.startsWith(folder)
                ? folder.relativize(absolute).toString()
                : absolute.toString();
    }

    private Path folder() {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        return folder == null ? absolute : folder;
    }

    private void write(String text) throws IOException {
        Path unfinished = null;
        try {
            unfinished = unfinished(text);
            PrintWriter out = Console.out(spec);
            switch (AgentConfig.load(unfinished, Environment.ofThisMachine())) {
                case ConfigResult.Invalid(var problems, _) -> {
                    PrintWriter err = Console.err(spec);
                    problems.forEach(problem -> err.println(said(problem)));
                    throw new UsageException(
                            "caddis: nothing is written, since \"caddis check\" would refuse it;"
                                    + " see to the above, then try again");
                }
                case ConfigResult.Valid(_, var warnings) -> {
                    place(unfinished);
                    out.println("wrote " + file);
                    String made = unfinished.toString();
                    warnings.forEach(warning ->
                            out.println(warning.toString().replace(made, file.toString())));
                    out.println("Is it right: caddis check -c " + file);
                    out.println("Run it:      caddis run -c " + file);
                    out.flush();
                }
            }
        } catch (FileSystemException e) {
            throw new UsageException(
                    "caddis: "
                            + file
                            + " cannot be written: "
                            + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason())
                            + "; name another with -c FILE");
        } finally {
            if (unfinished != null) {
                Files.deleteIfExists(unfinished);
            }
        }
    }

    /// Never over a file that came meanwhile.
    private void place(Path unfinished) throws IOException {
        if (force) {
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
            return;
        }
        try {
            Files.createLink(file, unfinished);
        } catch (FileAlreadyExistsException e) {
            throw new UsageException(
                    "caddis: " + file + " has come meanwhile; --force replaces it");
        } catch (UnsupportedOperationException | FileSystemException _) {
            Files.move(unfinished, file);
        }
    }

    /// Of a file that is not written nobody can look up a line; the option that says it is named.
    private String said(Problem problem) {
        boolean given =
                switch (problem.key()) {
                    case "brokers[0].url" -> broker != null;
                    case "device.id" -> device != null;
                    case "defaults.every" -> every != null;
                    case "tls.ca" -> ca != null;
                    case "tls.cert" -> certificate != null;
                    case "tls.key" -> key != null;
                    default -> false;
                };
        String name = problem.key().replaceFirst(".*\\.", "");
        return "caddis: "
                + (given ? OPTIONS.getOrDefault(name, "--" + name) : problem.key())
                + ": "
                + problem.what()
                + "; "
                + problem.remedy();
    }
}
