package dev.caddis.agent.config;

import dev.caddis.agent.identity.RenewSettings;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Section `renew` of `tls`.
final class RenewReader {

    private static final Duration BEFORE = Duration.ofDays(30);
    private static final DurationParser BOUNDS =
            DurationParser.between(Duration.ofMinutes(1), Duration.ofDays(3_650));
    private static final String EXAMPLE =
            "write the program and its arguments as a list, such as [/usr/local/bin/renew,"
                    + " pump-17]";

    private RenewReader() {}

    /// The settings; `null` when the section is absent or wrong, which was reported.
    static @Nullable RenewSettings read(Section tls) {
        Section renew = tls.section("renew", Keys.RENEW);
        if (renew == null) {
            return null;
        }
        if (!renew.has("command")) {
            renew.wrong("command", "is missing", EXAMPLE);
        }
        if (!tls.has("cert") && !tls.has("pkcs12") && !tls.has("pkcs11")) {
            tls.wrong(
                    "renew",
                    "stands without a certificate",
                    "write cert: and key:, pkcs12: or pkcs11: beside it, or remove it");
        }
        Path folder = tls.context().names().folder();
        var command = new ArrayList<String>();
        boolean whole = true;
        List<Section.Entry> items = renew.list("command", EXAMPLE);
        for (int i = 0; i < items.size(); i++) {
            Value value = renew.value(items.get(i));
            String read =
                    value == null
                            ? null
                            : value.read(i == 0 ? text -> program(text, folder) : Parsers.text());
            if (read == null) {
                whole = false;
            } else {
                command.add(read);
            }
        }
        Duration before = renew.read("before", BOUNDS, BEFORE);
        return whole && !command.isEmpty() ? new RenewSettings(command, before, folder) : null;
    }

    /// A path that must lead to a program, or a name that is looked for in PATH when it is run.
    private static String program(String text, Path folder) throws Refused {
        if (text.isBlank()) {
            throw Refused.plainly("is empty", EXAMPLE);
        }
        if (text.indexOf('/') < 0) {
            return text;
        }
        Path path;
        try {
            path = folder.resolve(text).normalize();
        } catch (InvalidPathException impossible) {
            throw Refused.value(SmallFile.reason(impossible), "write the path of a program");
        }
        if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
            throw Refused.value(
                    "is no program that this user may run",
                    "correct the path, looked for as "
                            + path
                            + ", or make it executable: chmod +x "
                            + path);
        }
        return path.toString();
    }
}
