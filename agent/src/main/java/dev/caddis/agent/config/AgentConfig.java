package dev.caddis.agent.config;

import static java.util.Objects.requireNonNull;

import dev.caddis.agent.config.Names.Lookup;
import dev.caddis.agent.status.StatusSettings;
import dev.caddis.agent.telemetry.TopicSettings;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;

import java.nio.file.Path;
import java.util.List;

/// Reads the agent's configuration file.
public final class AgentConfig {

    private AgentConfig() {}

    /// Reads and checks `file` and every file it names. Reads only; nothing is kept open.
    ///
    /// @return the settings with their warnings, or every problem of the file at once; a file that
    ///   is missing or is not YAML is one problem
    public static ConfigResult load(Path file, Environment environment) {
        var problems = new Problems(file);
        MappingNode node = YamlFile.read(file, problems);
        AgentSettings settings = node == null ? null : settings(node, file, environment, problems);
        return settings != null && problems.none()
                ? new ConfigResult.Valid(settings, problems.warnings())
                : new ConfigResult.Invalid(problems.errors(), problems.pinRefused());
    }

    /// The settings; `null` when anything was wrong.
    private static @Nullable AgentSettings settings(
            MappingNode node, Path file, Environment environment, Problems problems) {
        Path folder = requireNonNull(file.toAbsolutePath().getParent());
        var names = new Names(environment, folder, AgentConfig::notInCert, AgentConfig::notYet);
        Section root =
                Section.open(node, "", Nodes.line(node), Keys.ROOT, new Context(problems, names));
        if (root == null) {
            return null;
        }
        TlsReader tlsReader = TlsReader.of(root);
        names = names.withCommonName(tlsReader.commonName());
        DeviceReader device = DeviceReader.read(root.with(names));
        names = names.withDeviceId(deviceId(device.id()));
        root = root.with(names);

        Tls tls = tlsReader.read(names);
        SessionSettings session = SessionReader.read(root, device.id());
        List<Broker> brokers = BrokerReader.read(root, root.has("tls"), session.mqtt());
        Availability availability = AvailabilityReader.read(root, device.id());
        List<TopicSettings> topics = TopicsReader.read(root, availability);
        List<SubscriptionSettings> subscriptions = SubscriptionsReader.read(root);
        StoreSettings store = StoreReader.read(root, environment);
        StatusSettings status = StatusReader.read(root);
        LogSettings log = LogReader.read(root);
        if (!root.has("topics") && !root.has("subscriptions")) {
            root.wrong(
                    "topics",
                    "there is nothing to do",
                    "write topics: to publish, subscriptions: to listen");
        }
        if (problems.none() && tls != null) {
            tlsReader.requireUsable(tls);
        }
        if (!problems.none()) {
            return null;
        }
        AgentSettings settings =
                new AgentSettings(
                        requireNonNull(device.id()),
                        brokers,
                        tls,
                        session,
                        availability,
                        topics,
                        subscriptions,
                        store,
                        status,
                        log,
                        device.root());
        AwsIot.warn(root, settings);
        return settings;
    }

    private static Lookup deviceId(@Nullable String id) {
        return () -> {
            if (id == null) {
                throw Refused.alreadyTold();
            }
            return id;
        };
    }

    private static String notInCert() throws Refused {
        throw Refused.plainly(
                "the certificate cannot take its name from itself", "write the path of the file");
    }

    private static String notYet() throws Refused {
        throw Refused.plainly(
                "${device.id} is not known yet in this place",
                "write the name, or use ${env:NAME}");
    }
}
