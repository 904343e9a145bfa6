package dev.caddis.agent.doctor;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Broker;
import dev.caddis.agent.config.Problem;
import dev.caddis.agent.config.SessionSettings.MqttVersion;
import dev.caddis.agent.config.Tls;
import dev.caddis.agent.doctor.Finding.Verdict;
import dev.caddis.mqtt.Probe;
import dev.caddis.mqtt.ProbeException;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Tries what the agent does, step by step, beside it.
public final class Doctor {

    /// Everything together; a JVM that starts slowly has the rest of 20 s.
    private static final Duration ALL = Duration.ofSeconds(15);

    private static final Duration FILES = Duration.ofSeconds(5);
    private static final Duration CONNACK = Duration.ofSeconds(5);

    /// Steps of which nothing is said where there is nothing.
    private static final Set<Step> NOT_EVERYWHERE = Set.of(Step.WEBSOCKET, Step.OTHER_BROKERS);

    /// @param clientId the doctor's own
    /// @param topic of the round trip; `null`: the doctor's own
    /// @param nonce that no other run has
    public record Options(String clientId, @Nullable String topic, String nonce) {}

    private final Path file;
    private final AgentSettings settings;
    private final List<Problem> warnings;
    private final Options options;
    private final TimeLeft time = new TimeLeft(ALL, System::nanoTime);
    private final Report report;
    private final Approach approach;
    private final Hello hello;

    private Doctor(
            Path file,
            AgentSettings settings,
            List<Problem> warnings,
            Options options,
            Consumer<Finding> reader) {
        this.file = file;
        this.settings = settings;
        this.warnings = warnings;
        this.options = options;
        this.report = new Report(reader);
        this.approach = new Approach(settings.broker(), settings.tls(), report, time);
        this.hello = new Hello(settings, settings.broker(), options.clientId());
    }

    /// Looks at everything; about 15 s at most.
    ///
    /// @param file of the configuration, as the user named it
    /// @param warnings that reading it gave
    /// @param reader is told each finding as soon as it is one, in the order of the steps
    /// @return whether nothing failed
    public static boolean examine(
            Path file,
            AgentSettings settings,
            List<Problem> warnings,
            Options options,
            Consumer<Finding> reader) {
        var doctor = new Doctor(file, settings, warnings, options, reader);
        doctor.examine();
        return !doctor.report.failed();
    }

    /// Of a configuration that is wrong, nothing else can be tried.
    public static void wrongConfiguration(List<Problem> problems, Consumer<Finding> reader) {
        for (Problem each : problems) {
            String where =
                    each.line() == 0
                            ? each.file().toString()
                            : each.file() + ":" + each.line() + ": " + each.key();
            reader.accept(
                    Finding.failed(Step.CONFIGURATION, each.what(), each.remedy()).about(where));
        }
        for (Step each : Step.values()) {
            if (each != Step.CONFIGURATION && !NOT_EVERYWHERE.contains(each)) {
                reader.accept(Finding.notTried(each, "the configuration is wrong"));
            }
        }
    }

    private void examine() {
        // What asks nobody else goes on beside the network, and is told in its turn.
        CompletableFuture<List<Finding>> journal =
                begin("caddis-doctor-journal", () -> new JournalCheck(settings).findings());
        CompletableFuture<Readings> readings =
                begin("caddis-doctor-readings", () -> Readings.take(settings));
        CompletableFuture<List<Finding>> own =
                begin(
                        "caddis-doctor-identity",
                        () -> new OwnCertificateCheck(settings, Instant.now()).findings());
        configuration();
        report.tell(ClockCheck.of(Instant.now(), witnesses()));
        network(own, readings);
        // One after the other: two doors may lead to one broker, which knows our name once.
        settings.brokers().stream().skip(1).map(this::other).forEach(report::tell);
        tell(Step.JOURNAL, journal);
        Readings taken = awaited(readings);
        if (taken == null) {
            report.tell(
                    Finding.failed(
                            Step.DATA_PATHS,
                            "not all data paths answered in time",
                            "try them one by one: caddis read PATH"));
        } else {
            taken.findings().forEach(report::tell);
        }
    }

    /// Of a broker that is not the first: does it take us?
    private Finding other(Broker broker) {
        if (time.isOver()) {
            return Finding.notTried(Step.OTHER_BROKERS, "no time was left").about(broker.url());
        }
        boolean auto = settings.session().mqtt() == MqttVersion.AUTO;
        Finding finding = other(broker, first());
        if (auto && finding.verdict() == Verdict.FAILED) {
            Finding older = other(broker, ProtocolVersion.V3_1_1);
            finding = older.verdict() == Verdict.OK ? older : finding;
        }
        return finding.about(broker.url());
    }

    private Finding other(Broker broker, ProtocolVersion version) {
        Hello theirs = new Hello(settings, broker, options.clientId());
        var way = new Approach(broker, settings.tls(), report, time);
        try (Probe probe = way.untold(version)) {
            Connack answer = hello(theirs, probe, version);
            return answer.reason().isError()
                    ? theirs.refused(answer).of(Step.OTHER_BROKERS)
                    : theirs.accepted(version, answer).of(Step.OTHER_BROKERS);
        } catch (ProbeException e) {
            return Approach.failure(Step.OTHER_BROKERS, e.failure());
        } catch (IOException e) {
            return unreadablePassword(Step.OTHER_BROKERS, e);
        }
    }

    private ProtocolVersion first() {
        return settings.session().mqtt() == MqttVersion.V3_1_1
                ? ProtocolVersion.V3_1_1
                : ProtocolVersion.V5;
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void configuration() {
        if (warnings.isEmpty()) {
            report.tell(
                    Finding.ok(
                            Step.CONFIGURATION,
                            "%s: device %s, %s, %s"
                                    .formatted(
                                            file,
                                            settings.deviceId(),
                                            count(settings.topics().size(), "topic"),
                                            count(
                                                    settings.subscriptions().size(),
                                                    "subscription"))));
        }
        for (Problem each : warnings) {
            report.tell(
                    Finding.warning(Step.CONFIGURATION, each.what(), each.remedy())
                            .about(each.file() + ":" + each.line() + ": " + each.key()));
        }
    }

    private List<Path> witnesses() {
        var witnesses = new ArrayList<Path>();
        witnesses.add(file);
        Tls tls = settings.tls();
        if (tls != null) {
            addIfNamed(witnesses, tls.ca());
            addIfNamed(witnesses, tls.cert());
            addIfNamed(witnesses, tls.key());
            addIfNamed(witnesses, tls.pkcs12());
        }
        addIfNamed(witnesses, settings.store().folder());
        return witnesses;
    }

    private static void addIfNamed(List<Path> witnesses, @Nullable Path named) {
        if (named != null) {
            witnesses.add(named);
        }
    }

    private void network(
            CompletableFuture<List<Finding>> own, CompletableFuture<Readings> readings) {
        MqttVersion wanted = settings.session().mqtt();
        ProtocolVersion first = first();
        Probe probe = approach.told(first, () -> own(own));
        if (probe == null) {
            notTried(Step.CONNECT, "there is no connection");
            return;
        }
        Conversation talk = connected(probe, first, wanted == MqttVersion.AUTO);
        if (talk == null) {
            notTried(Step.SUBSCRIBE, "the broker did not accept the connection");
            return;
        }
        try (talk) {
            var subscribing = new SubscribeRights(settings, report, time);
            boolean there = subscribing.tell(talk);
            if (there) {
                new PublishRights(settings, report, time)
                        .tell(talk, awaited(readings), subscribing.state());
            } else {
                report.tell(Finding.notTried(Step.PUBLISH, "the connection ended before"));
            }
        }
        roundTrip(talk.version());
    }

    private void own(CompletableFuture<List<Finding>> own) {
        if (approach.tls()) {
            tell(Step.OWN_CERTIFICATE, own);
        } else {
            approach.withoutTls(Step.OWN_CERTIFICATE);
        }
    }

    /// Says CONNECT; where `auto` speaks 3.1.1 too, and the broker knows no other, that.
    ///
    /// @return `null`: not accepted, which was told
    private @Nullable Conversation connected(Probe probe, ProtocolVersion version, boolean auto) {
        Finding refusal;
        try {
            Connack answer = hello(hello, probe, version);
            if (!answer.reason().isError()) {
                accepted(version, answer, probe);
                return new Conversation(probe, version, answer);
            }
            refusal = hello.refused(answer);
            boolean older =
                    auto
                            && version == ProtocolVersion.V5
                            && answer.reason() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
            if (older) {
                probe.close();
                return connected(
                        approach.untold(ProtocolVersion.V3_1_1), ProtocolVersion.V3_1_1, false);
            }
            tls(probe);
        } catch (ProbeException e) {
            boolean ours = Approach.isAboutOurs(e.failure());
            boolean byTls = ours || e.failure().kind() == Kind.TLS_ALERT;
            if (e.failure().kind() == Kind.CLOSED && auto && version == ProtocolVersion.V5) {
                probe.close();
                Conversation older = older();
                if (older != null) {
                    return older;
                }
            }
            if (byTls) {
                report.tell(Approach.failure(Step.TLS, e.failure()));
                notTriedWebSocket("the step before it failed: tls");
                refusal = Finding.notTried(Step.CONNECT, "the step before it failed: tls");
            } else {
                tls(probe);
                refusal = Approach.failure(Step.CONNECT, e.failure());
            }
        } catch (IOException e) {
            tls(probe);
            refusal = unreadablePassword(Step.CONNECT, e);
        }
        probe.close();
        report.tell(refusal);
        return null;
    }

    private static Finding unreadablePassword(Step step, IOException e) {
        return Finding.failed(
                step,
                "the password cannot be read: " + e.getMessage(),
                "correct brokers.password, or let this user read that file");
    }

    /// A broker of 3.1.1 alone may close without a word.
    private @Nullable Conversation older() {
        Probe probe = null;
        try {
            probe = approach.untold(ProtocolVersion.V3_1_1);
            Connack answer = hello(hello, probe, ProtocolVersion.V3_1_1);
            if (!answer.reason().isError()) {
                accepted(ProtocolVersion.V3_1_1, answer, probe);
                return new Conversation(probe, ProtocolVersion.V3_1_1, answer);
            }
        } catch (ProbeException | IOException neither) {
            // then what the first attempt says is told
        }
        if (probe != null) {
            probe.close();
        }
        return null;
    }

    private Connack hello(Hello words, Probe probe, ProtocolVersion version) throws IOException {
        probe.send(words.connect(version));
        while (true) {
            Packet packet = probe.receive(time.atMost(CONNACK));
            if (packet instanceof Connack answer) {
                return answer;
            }
        }
    }

    private void accepted(ProtocolVersion version, Connack answer, Probe probe) {
        tls(probe);
        report.tell(hello.accepted(version, answer));
        hello.beyond(answer).forEach(report::tell);
    }

    /// The broker has looked at our certificate by now.
    private void tls(Probe probe) {
        if (approach.tls()) {
            report.tell(Finding.ok(Step.TLS, probe.description()));
        } else {
            approach.withoutTls(Step.TLS);
        }
        if (approach.webSocket()) {
            report.tell(Finding.ok(Step.WEBSOCKET, "opened"));
        }
    }

    private void notTriedWebSocket(String why) {
        if (approach.webSocket()) {
            report.tell(Finding.notTried(Step.WEBSOCKET, why));
        }
    }

    /// On a connection of its own: what was left unfinished on the other ends with that.
    private void roundTrip(ProtocolVersion version) {
        String named = options.topic();
        String topic = named == null ? settings.deviceId() + "/doctor" : named;
        try (Probe probe = approach.untold(version)) {
            Connack answer = hello(hello, probe, version);
            if (answer.reason().isError()) {
                report.tell(
                        Finding.failed(
                                Step.ROUND_TRIP,
                                "the broker refused a second connection: "
                                        + Hello.words(answer.reason()),
                                "see its log"));
                return;
            }
            try (var talk = new Conversation(probe, version, answer)) {
                report.tell(
                        new RoundTrip(topic, named != null, options.nonce(), time).finding(talk));
            }
        } catch (ProbeException e) {
            report.tell(Approach.failure(Step.ROUND_TRIP, e.failure()).about(topic));
        } catch (IOException e) {
            report.tell(Finding.failed(Step.ROUND_TRIP, String.valueOf(e.getMessage())));
        }
    }

    /// Everything of the network from `first` on.
    private void notTried(Step first, String why) {
        for (Step each : List.of(Step.CONNECT, Step.SUBSCRIBE, Step.PUBLISH, Step.ROUND_TRIP)) {
            if (each.compareTo(first) >= 0) {
                report.tell(Finding.notTried(each, why));
            }
        }
    }

    // ---- beside the network

    /// On a thread that nobody waits for longer than there is time: a disk or a token may hang.
    private static <T> CompletableFuture<T> begin(String name, Callable<T> work) {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform()
                .daemon()
                .name(name)
                .start(() -> {
                    try {
                        result.complete(work.call());
                    } catch (Exception | Error e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    private void tell(Step step, CompletableFuture<List<Finding>> work) {
        List<Finding> findings = awaited(work);
        if (findings == null) {
            report.tell(
                    Finding.failed(
                            step, "no answer in time", "see whether the disk or the token hangs"));
        } else {
            findings.forEach(report::tell);
        }
    }

    private <T> @Nullable T awaited(CompletableFuture<T> work) {
        try {
            return work.get(time.atMost(FILES).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a step of the doctor failed itself", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
