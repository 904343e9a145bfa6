package dev.caddis.agent.cli;

import dev.caddis.agent.BrokerAccess;
import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Environment;
import dev.caddis.agent.config.SessionSettings.MqttVersion;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.SessionFolder;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.KeyPassword;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Which broker, and who we are to it: from a configuration, or from the command line alone.
final class BrokerOptions {

    private static final int RANDOM_BYTES = 4;

    /// What MQTT carries as a password, and the end of its line.
    private static final int PASSWORD_BYTES_MAX = 64 << 10;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "Use broker, certificates and user of this configuration, never its client id."
                            + " Left out, and --broker too: ./caddis.yaml, then"
                            + " /etc/caddis/caddis.yaml.")
    private @Nullable Path config;

    @Option(
            names = "--broker",
            paramLabel = "URL",
            description = "mqtts://HOST[:8883], or mqtt://HOST[:1883] without encryption.")
    private @Nullable String broker;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM file of the CAs to trust. Left out: the system's.")
    private @Nullable Path ca;

    @Option(names = "--cert", paramLabel = "FILE", description = "PEM file of our certificate.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM file of its private key.")
    private @Nullable Path key;

    @Option(
            names = "--pkcs12",
            paramLabel = "FILE",
            description = "PKCS#12 file of both, in place of --cert and --key.")
    private @Nullable Path pkcs12;

    @Option(
            names = "--pkcs11",
            paramLabel = "URI",
            description = "Key in a token (RFC 7512), in place of --key and --pkcs12.")
    private @Nullable String pkcs11;

    @Option(
            names = "--key-password-file",
            paramLabel = "FILE",
            description = "Its first line opens an encrypted key, the PKCS#12 file or the token.")
    private @Nullable Path keyPassword;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            description = "User name at the broker.")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Its first line is the user's password.")
    private @Nullable Path password;

    @Option(
            names = {"-i", "--id"},
            paramLabel = "ID",
            description =
                    "Client id. Left out: that of the session folder, where one is named, else the"
                            + " device id, or the host name, with a random end.")
    private @Nullable String clientId;

    @Option(
            names = "--mqtt",
            paramLabel = "VERSION",
            description = "5, 3.1.1 or auto. Left out: as the configuration says, else auto.")
    private @Nullable MqttVersion version;

    /// How to reach the broker, any number of times under one name.
    ///
    /// @param builders gives a new builder at each call, the client id already set
    record Access(String clientId, Supplier<MqttClientBuilder> builders) {}

    /// A builder that reaches the broker under an id of its own, in which `purpose` stands.
    ///
    /// @throws UsageException when these options do not go together, or the configuration is wrong
    MqttClientBuilder builder(String purpose) {
        return access(purpose).builders().get();
    }

    /// As [#builder], with the session kept in `folder`: under the id whose session it has, where
    /// none was given.
    ///
    /// @throws UsageException as there
    MqttClientBuilder durable(String purpose, Path folder) {
        String id = clientId;
        if (id == null) {
            id = SessionFolder.at(folder).clientId().orElse(null);
        }
        return access(purpose, id).builders().get().session(folder);
    }

    /// As [#builder], for who connects more than once. Configuration and password file are looked
    /// at here, once.
    ///
    /// @throws UsageException as there
    Access access(String purpose) {
        return access(purpose, clientId);
    }

    private Access access(String purpose, @Nullable String wantedId) {
        boolean direct =
                Stream.of(broker, ca, certificate, key, pkcs12, pkcs11, keyPassword, user, password)
                        .anyMatch(Objects::nonNull);
        if (config != null && direct) {
            throw new UsageException(
                    "caddis: -c and an option such as --broker or --ca are both given; the"
                            + " configuration says it all, leave one out");
        }
        if (direct || (config == null && ConfigFile.inUsualPlace().isEmpty())) {
            return direct(purpose, wantedId);
        }
        AgentSettings settings = ConfigFile.valid(ConfigFile.find(config)).settings();
        return named(
                () -> BrokerAccess.builder(settings.brokers(), settings.tls()),
                settings.deviceId(),
                purpose,
                wantedId,
                settings.session().mqtt());
    }

    private Access direct(String purpose, @Nullable String wantedId) {
        String url = broker;
        if (url == null) {
            throw new UsageException(
                    "caddis: which broker? Write --broker mqtts://HOST:8883, or name a"
                            + " configuration with -c FILE");
        }
        if (keyPassword != null && key == null && pkcs12 == null && pkcs11 == null) {
            throw new UsageException(
                    "caddis: --key-password-file is given without --key, --pkcs12 or --pkcs11;"
                            + " write one of them too");
        }
        if (pkcs11 != null && (key != null || pkcs12 != null)) {
            throw new UsageException(
                    "caddis: --pkcs11 is given beside --key or --pkcs12, and names the key too;"
                            + " leave one of them out");
        }
        if (pkcs12 != null && (certificate != null || key != null)) {
            throw new UsageException(
                    "caddis: --pkcs12 is given beside --cert or --key, and holds both; leave one"
                            + " of them out");
        }
        if (password != null && user == null && version != MqttVersion.V5) {
            throw new UsageException(
                    "caddis: --password-file is given without --user, which MQTT 3.1.1 forbids;"
                            + " write --user NAME too, or --mqtt 5");
        }
        if (password != null) {
            readable(password);
        }
        String host = Environment.ofThisMachine().hostname();
        return named(
                () -> directBuilder(url),
                host == null ? "caddis" : host,
                purpose,
                wantedId,
                MqttVersion.AUTO);
    }

    private static ClientIdentity token(
            @Nullable Path ca, @Nullable Path certificate, String uri, @Nullable KeyPassword pin) {
        try {
            return ClientIdentity.pkcs11(ca, certificate, uri, pin);
        } catch (IllegalArgumentException e) {
            throw new UsageException("caddis: --pkcs11: " + e.getMessage());
        }
    }

    private MqttClientBuilder directBuilder(String url) {
        MqttClientBuilder builder = MqttClient.builder().broker(url);
        KeyPassword opens = keyPassword == null ? null : KeyPassword.file(keyPassword);
        if (pkcs11 != null) {
            builder.identity(token(ca, certificate, pkcs11, opens));
        } else if (pkcs12 != null) {
            builder.identity(ClientIdentity.pkcs12(ca, pkcs12, opens));
        } else if (ca != null || certificate != null || key != null) {
            builder.identity(ClientIdentity.pem(ca, certificate, key, opens));
        }
        if (user != null) {
            builder.userName(user);
        }
        Path passwordFile = password;
        if (passwordFile != null) {
            builder.password(() -> firstLine(passwordFile));
        }
        return builder;
    }

    private Access named(
            Supplier<MqttClientBuilder> builders,
            String device,
            String purpose,
            @Nullable String wantedId,
            MqttVersion usual) {
        String id = wantedId == null ? device + "-" + purpose + "-" + random() : wantedId;
        MqttVersion speaks = version == null ? usual : version;
        return new Access(id, () -> BrokerAccess.speak(builders.get().clientId(id), speaks));
    }

    private static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static void readable(Path file) {
        try {
            firstLine(file);
        } catch (IOException unreadable) {
            throw new UsageException(
                    "caddis: password file "
                            + file
                            + (unreadable instanceof NoSuchFileException
                                    ? " does not exist; name the file that holds the password, not"
                                            + " the password itself"
                                    : " cannot be read: " + unreadable.getMessage()));
        }
    }

    private static byte[] firstLine(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) { // a pipe might never end
            throw new IOException("it is not a regular file; name one");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(PASSWORD_BYTES_MAX + 1);
        }
        if (bytes.length > PASSWORD_BYTES_MAX) {
            throw new IOException("it is larger than 64 KiB; is it the right file?");
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        return Arrays.copyOf(bytes, end);
    }
}
