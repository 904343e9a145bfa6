package dev.caddis.mqtt;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.codec.MalformedPacketException;
import dev.caddis.mqtt.codec.PacketReader;
import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.codec.Sender;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.transport.Dial;
import dev.caddis.mqtt.transport.DialException;
import dev.caddis.mqtt.transport.Link;
import dev.caddis.mqtt.transport.Phase;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// One connection to a broker for a diagnosis: made step by step, then spoken over in packets that
/// the caller chooses. It keeps no session, acknowledges nothing, and never connects again.
///
/// Not thread-safe.
public final class Probe implements AutoCloseable {

    /// What an attempt is doing; each has a deadline of its own.
    public enum Step {
        /// Reading our files.
        IDENTITY,
        /// Asking for the addresses of the broker, or of the proxy.
        RESOLVING,
        /// The TCP connection; a proxy's answer.
        CONNECTING,
        /// TLS, and the opening of a WebSocket.
        HANDSHAKING,
        /// The link is there.
        SPEAKING
    }

    /// What the reader tells.
    private sealed interface Told {}

    private record Began(Step step) implements Told {}

    private record Up(Link link) implements Told {}

    private record Came(Packet packet) implements Told {}

    private record Ended(ConnectionFailure failure) implements Told {}

    private static final Duration REFUSAL = Duration.ofMillis(500);
    private static final int READ_BYTES = 16 << 10;
    private static final int PACKET_BYTES_MAX = 1 << 20;

    private final BlockingQueue<Told> told;
    private final Link link;
    private final PacketWriter writer;

    private Probe(BlockingQueue<Told> told, Link link, ProtocolVersion version) {
        this.told = told;
        this.link = link;
        this.writer = new PacketWriter(version);
    }

    /// @param deadlines of each step before SPEAKING
    static Probe open(
            Function<Consumer<Phase>, Dial> dials,
            ProtocolVersion version,
            Function<Step, Duration> deadlines,
            Consumer<? super Step> began) {
        BlockingQueue<Told> told = new LinkedBlockingQueue<>();
        Dial dial = dials.apply(phase -> told.add(new Began(step(phase))));
        Thread.ofPlatform().daemon().name("caddis-probe").start(() -> read(dial, version, told));
        Step step = Step.IDENTITY;
        began.accept(step);
        while (true) {
            Told next = next(told, deadlines.apply(step));
            switch (next) {
                case Began(Step begun) -> {
                    step = begun;
                    began.accept(step);
                }
                case Up(Link link) -> {
                    if (!link.serverCertificates().isEmpty()) {
                        awaitRefusal(told);
                    }
                    began.accept(Step.SPEAKING);
                    return new Probe(told, link, version);
                }
                case Ended(ConnectionFailure failure) -> throw new ProbeException(step, failure);
                case Came early ->
                        throw new IllegalStateException("a packet before its link: " + early);
                case null -> {
                    dial.abort();
                    throw new ProbeException(
                            step,
                            new ConnectionFailure(
                                    Kind.TIMED_OUT, late(step, deadlines.apply(step))));
                }
            }
        }
    }

    /// Under TLS 1.3 the handshake is over for us before the broker has looked at our certificate,
    /// and its alert is lost when we speak meanwhile.
    private static void awaitRefusal(BlockingQueue<Told> told) {
        Told early = next(told, REFUSAL);
        if (early instanceof Ended(ConnectionFailure failure)) {
            throw new ProbeException(Step.HANDSHAKING, failure);
        }
        if (early != null) {
            told.add(early);
        }
    }

    private static Step step(Phase phase) {
        return switch (phase) {
            case RESOLVING -> Step.RESOLVING;
            case CONNECTING -> Step.CONNECTING;
            case HANDSHAKING -> Step.HANDSHAKING;
        };
    }

    private static String late(Step step, Duration within) {
        String seconds = seconds(within);
        return switch (step) {
            case IDENTITY ->
                    "reading our certificate and key took longer than %s; check the disk or the token they are on"
                            .formatted(seconds);
            case RESOLVING ->
                    "no name server answered within %s; check the network and DNS of this machine"
                            .formatted(seconds);
            case CONNECTING ->
                    "nobody answered within %s; check the network, firewalls and the address"
                            .formatted(seconds);
            case HANDSHAKING ->
                    "the port took the connection and was silent for %s; check that it is the broker's, and what stands between"
                            .formatted(seconds);
            case SPEAKING -> "the broker did not answer within %s; see its log".formatted(seconds);
        };
    }

    private static String seconds(Duration within) {
        return within.toMillis() % 1000 == 0
                ? within.toSeconds() + " s"
                : within.toMillis() + " ms";
    }

    private static void read(Dial dial, ProtocolVersion version, BlockingQueue<Told> told) {
        try {
            Link link = dial.run();
            told.add(new Up(link));
            told.add(new Ended(read(link, version, told)));
        } catch (DialException e) {
            told.add(new Ended(e.failure()));
        } catch (RuntimeException e) {
            told.add(new Ended(new ConnectionFailure(Kind.BROKEN, "the attempt failed: " + e)));
        }
    }

    private static ConnectionFailure read(
            Link link, ProtocolVersion version, BlockingQueue<Told> told) {
        var packets = new PacketReader(Sender.SERVER, version, PACKET_BYTES_MAX);
        byte[] buffer = new byte[READ_BYTES];
        try {
            while (true) {
                int count = link.input().read(buffer, 0, buffer.length);
                if (count < 0) {
                    return link.explain(null);
                }
                packets.feed(buffer, 0, count, packet -> take(link, packet, told));
            }
        } catch (MalformedPacketException e) {
            return new ConnectionFailure(Kind.PROTOCOL_ERROR, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return link.explain(e);
        }
    }

    private static void take(Link link, Packet packet, BlockingQueue<Told> told) {
        if (packet instanceof Connack connack && !connack.reason().isError()) {
            link.accepted();
        }
        told.add(new Came(packet));
    }

    private static @Nullable Told next(BlockingQueue<Told> told, Duration within) {
        try {
            return told.poll(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new ClientInterruptedException("interrupted while probing a broker", e);
        }
    }

    /// The certificates the server showed and that were trusted, its own first; empty without TLS.
    public List<X509Certificate> serverCertificates() {
        return link.serverCertificates();
    }

    /// TLS version, cipher suite, server; or that the link is plain.
    public String description() {
        return link.description();
    }

    /// Sends one packet.
    ///
    /// @throws IllegalArgumentException when no packet of this version can carry it
    public void send(Packet packet) {
        var bytes = new ByteSink(READ_BYTES);
        writer.write(packet, bytes);
        try {
            link.output().write(bytes.array(), 0, bytes.length());
            link.output().flush();
        } catch (IOException e) {
            throw new ProbeException(Step.SPEAKING, link.explain(e));
        }
    }

    /// The next packet that came.
    ///
    /// @throws ProbeException when none came within `patience`, or the connection ended
    public Packet receive(Duration patience) {
        return switch (next(told, patience)) {
            case Came(Packet packet) -> packet;
            case Ended(ConnectionFailure failure) -> {
                told.add(new Ended(failure)); // whoever asks again is told again
                throw new ProbeException(Step.SPEAKING, failure);
            }
            case null ->
                    throw new ProbeException(
                            Step.SPEAKING,
                            new ConnectionFailure(Kind.TIMED_OUT, late(Step.SPEAKING, patience)));
            case Began again -> throw new IllegalStateException("the link came twice: " + again);
            case Up again -> throw new IllegalStateException("the link came twice: " + again);
        };
    }

    /// Ends the connection at once, without a word.
    @Override
    public void close() {
        link.abort();
    }
}
