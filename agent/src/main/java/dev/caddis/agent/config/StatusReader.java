package dev.caddis.agent.config;

import dev.caddis.agent.status.StatusSettings;
import dev.caddis.agent.status.StatusSettings.Access;
import dev.caddis.agent.status.StatusSettings.Report;
import dev.caddis.mqtt.identity.IdentityException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Section `status`.
final class StatusReader {

    private static final String EXAMPLE = "write 127.0.0.1:9464";
    private static final int PORT_MAX = 65_535;

    /// The host is an address of digits, or `localhost`: no name is looked up.
    private static final Pattern LISTEN =
            Pattern.compile("(localhost|[0-9.]+|\\[([0-9a-fA-F:.]+)]):([0-9]{1,5})");

    private static final Parser<Duration> EVERY =
            DurationParser.between(Duration.ofSeconds(1), Duration.ofDays(1));

    /// The keys of TLS and token.
    private static final List<String> ACCESS = List.of("cert", "key", "token");

    private record Socket(InetAddress address, int port) {}

    private StatusReader() {}

    /// The settings; `null` when the section is absent: then nothing listens.
    static @Nullable StatusSettings read(Section root) {
        Section status = root.section("status", Keys.STATUS);
        if (status == null) {
            return null;
        }
        Access access = access(status);
        Socket at = null;
        if (status.has("listen") || !status.has("topic")) {
            Value listen = status.required("listen", EXAMPLE + ", or topic: NAME");
            at = listen == null ? null : listen.read(StatusReader::socket);
        }
        if (at != null && !at.address().isLoopbackAddress() && access == null) {
            if (!hasAccess(status)) { // else what is missing or wrong is told
                status.wrong(
                        "listen",
                        "is beyond loopback, where everybody in the network could read the page",
                        EXAMPLE
                                + ", and reach it through ssh -L 9464:127.0.0.1:9464 DEVICE; or"
                                + " write cert:, key: and token: beside it");
            }
            return null;
        }
        Report report = report(status);
        return at == null && report == null
                ? null
                : new StatusSettings(
                        at == null ? null : at.address(),
                        at == null ? 0 : at.port(),
                        access,
                        report);
    }

    private static @Nullable Report report(Section status) {
        if (!status.has("topic")) {
            if (status.has("every")) {
                status.wrong("every", "has no topic", "write topic: NAME beside it, or remove it");
            }
            return null;
        }
        String topic = status.readOrNull("topic", MqttParsers.topic());
        Duration every = status.read("every", EVERY, Duration.ofMinutes(1));
        return topic == null ? null : new Report(topic, every);
    }

    /// TLS and token of the page: all of it or nothing; `null` also when it is wrong, which was
    /// reported.
    private static @Nullable Access access(Section status) {
        if (!hasAccess(status)) {
            return null;
        }
        if (!status.has("listen")) {
            status.wrong(
                    ACCESS.stream().filter(status::has).findFirst().orElseThrow(),
                    "is for a page, and there is none",
                    "write listen: ADDRESS:PORT beside it, or remove it");
        }
        String others = "TLS and a token go together: write cert:, key: and token:";
        status.required("cert", others);
        status.required("key", others);
        Value written = status.required("token", others);
        FileParsers files = new FileParsers(status.context().names().folder());
        Path cert = status.readOrNull("cert", files.certificateFile());
        Path key = status.readOrNull("key", files.keyFile(false));
        Secret token = written == null ? null : token(written);
        if (cert == null || key == null || token == null) {
            return null;
        }
        Access access = new Access(cert, key, token);
        try {
            access.identity().load();
            return access;
        } catch (IdentityException complaint) {
            unusable(complaint, status, key);
            return null;
        }
    }

    private static void unusable(IdentityException complaint, Section status, Path key) {
        String told = String.valueOf(complaint.getMessage());
        int end = told.lastIndexOf("; ");
        String remedy = end < 0 ? "correct the files of cert and key" : told.substring(end + 2);
        if (complaint.problem() == IdentityException.Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD) {
            remedy = "decrypt it: openssl pkey -in " + key + " -out NEW && chmod 600 NEW";
        }
        status.wrong("key", end < 0 ? told : told.substring(0, end), remedy);
    }

    private static @Nullable Secret token(Value written) {
        Secret token = Passwords.read(written);
        if (token == null) {
            return null;
        }
        try {
            String text = token.read();
            if (text.chars().anyMatch(Character::isISOControl)) {
                written.wrong(
                        "has a control character, which nobody can send", "keep one line in it");
                return null;
            }
            if (text.length() >= Access.TOKEN_MIN) {
                return token;
            }
            written.wrong(
                    "has fewer than " + Access.TOKEN_MIN + " characters, which can be guessed",
                    "make one: openssl rand -hex 32 > FILE, and write \"${file:FILE}\"");
        } catch (IOException unreadable) {
            written.wrong(
                    String.valueOf(unreadable.getMessage()), "let the agent's user read that file");
        }
        return null;
    }

    private static boolean hasAccess(Section status) {
        return ACCESS.stream().anyMatch(status::has);
    }

    private static Socket socket(String text) throws Refused {
        Matcher parts = LISTEN.matcher(text);
        if (!parts.matches()) {
            throw Refused.value("is not an address of this machine and a port", EXAMPLE);
        }
        int port = Integer.parseInt(parts.group(3));
        if (port == 0 || port > PORT_MAX) {
            throw Refused.value(
                    "has a port that does not exist", "write a port from 1 to " + PORT_MAX);
        }
        InetAddress address = address(parts.group(2) == null ? parts.group(1) : parts.group(2));
        return new Socket(address, port);
    }

    private static InetAddress address(String host) throws Refused {
        try {
            return host.equals("localhost")
                    ? InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1})
                    : InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException | UnknownHostException noAddress) {
            throw Refused.value("is not an address of this machine and a port", EXAMPLE);
        }
    }
}
