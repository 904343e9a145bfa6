package dev.caddis.testkit;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.testkit.Arrivals.Arrival;
import dev.caddis.testkit.Arrivals.Arrived;
import dev.caddis.testkit.Arrivals.Broken;
import dev.caddis.testkit.Arrivals.Closed;
import dev.caddis.testkit.Arrivals.Malformed;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// One connection of a [ScriptedBroker], seen from the broker: each call is one line of the script.
///
/// Packets are written in the version of the CONNECT that was expected last, MQTT 5 before one. A
/// packet need not make sense: what the broker of a test may send is anything. Used by the test's
/// thread alone.
public final class BrokerConnection {

    private static final int SHOWN_BYTES = 48;

    private final int number;
    private final Socket socket;
    private final Duration patience;
    private final OutputStream output;
    private final Arrivals arrivals;
    private final List<String> history = new ArrayList<>();
    private ProtocolVersion version = ProtocolVersion.V5;
    private boolean ended;
    private boolean stalled;

    BrokerConnection(int number, Socket socket, boolean stalled, Duration patience) {
        this.number = number;
        this.socket = socket;
        this.patience = patience;
        this.stalled = stalled;
        try {
            this.output = socket.getOutputStream();
            this.arrivals =
                    new Arrivals(
                            "scripted-broker-" + number,
                            socket.getInputStream(),
                            stalled,
                            this::discard);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        arrivals.start();
    }

    // ---- what the client must do

    /// Waits for the next packet, which must be of `type`.
    ///
    /// @throws AssertionError when another one comes, or the end, or nothing in time
    public <P extends Packet> P expect(Class<P> type) {
        String wanted = type.getSimpleName().toUpperCase(Locale.ROOT);
        Arrived arrived = next(wanted);
        if (!type.isInstance(arrived.packet())) {
            throw unexpected(wanted, describe(arrived));
        }
        return type.cast(arrived.packet());
    }

    /// Waits for the next packet, which must be this one.
    ///
    /// @throws AssertionError as [#expect(Class)]
    public void expect(Packet packet) {
        Arrived arrived = next(packet.toString());
        if (!arrived.packet().equals(packet)) {
            throw unexpected(packet.toString(), describe(arrived));
        }
    }

    /// Waits for the next packet, which must have exactly these bytes.
    ///
    /// @param hex two digits a byte, with any white space between them
    /// @throws AssertionError as [#expect(Class)]
    public void expectBytes(String hex) {
        String wanted = HexFormat.of().withUpperCase().formatHex(parse(hex));
        Arrived arrived = next(wanted);
        String came = HexFormat.of().withUpperCase().formatHex(arrived.bytes().toByteArray());
        if (!came.equals(wanted)) {
            throw unexpected(wanted, came + ", which is " + arrived.packet());
        }
    }

    /// Expects CONNECT and answers it with success, session absent.
    ///
    /// @throws AssertionError as [#expect(Class)]
    public Connect welcome() {
        return welcome(Packets.connack(false, ReasonCode.SUCCESS));
    }

    /// Expects CONNECT and answers it.
    ///
    /// @throws AssertionError as [#expect(Class)]
    public Connect welcome(Connack answer) {
        Connect connect = expect(Connect.class);
        send(answer);
        return connect;
    }

    /// Waits until the client closes this connection in order.
    ///
    /// @throws AssertionError when a packet comes, or a reset, or nothing in time
    public void expectClosed() {
        Arrival arrival = arrivals.next(patience);
        if (!(arrival instanceof Closed)) {
            throw unexpected("the client to close the connection", describe(arrival));
        }
    }

    /// Waits until the client ends this connection, in order or not.
    ///
    /// @throws AssertionError when a packet comes, or nothing in time
    public void expectEnd() {
        Arrival arrival = arrivals.next(patience);
        if (!(arrival instanceof Closed || arrival instanceof Broken)) {
            throw unexpected("the end of the connection", describe(arrival));
        }
    }

    /// Shows that the client sends nothing, and goes on with this connection, for so long. A real
    /// wait, and so a weak proof: where the next packet is known, `expect` proves more.
    ///
    /// @throws AssertionError when a packet comes, or the end
    public void expectNothingFor(Duration duration) {
        Arrival arrival = arrivals.next(duration);
        if (arrival != null) {
            throw unexpected("nothing", describe(arrival));
        }
    }

    // ---- what the broker does

    /// Sends packets, all in one write.
    public void send(Packet... packets) {
        write(encode(packets));
    }

    /// Sends packets, each byte in a write of its own.
    public void sendByteByByte(Packet... packets) {
        for (byte each : encode(packets)) {
            write(new byte[] {each});
        }
    }

    /// Sends bytes, whatever they mean.
    ///
    /// @param hex two digits a byte, with any white space between them
    public void sendBytes(String hex) {
        write(parse(hex));
    }

    /// Reads nothing more from this connection, so that the client's writes come to a standstill
    /// once the system's buffers are full. One packet that is under way may still be read.
    public void stall() {
        stalled = true;
        arrivals.stall();
    }

    /// Reads again.
    public void goOn() {
        stalled = false;
        arrivals.goOn();
    }

    /// Closes the connection in order; the script of this connection ends here.
    public void close() {
        ended = true;
        if (stalled) {
            discard();
            return;
        }
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            discard(); // the client was first
        }
    }

    /// Cuts the connection with a TCP reset; the script of this connection ends here.
    public void reset() {
        ended = true;
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            discard(); // the client was first
        }
        discard();
    }

    // ---- for the broker

    /// Ends the connection and adds what came and was not expected.
    void finish(List<String> unexpected) {
        if (!ended && !stalled) {
            addUnexpected(unexpected);
        }
        discard();
        arrivals.join();
    }

    private void addUnexpected(List<String> unexpected) {
        while (true) {
            Arrival arrival = arrivals.next(Duration.ZERO);
            if (arrival instanceof Malformed) {
                unexpected.add(here() + " " + describe(arrival));
            }
            if (!(arrival instanceof Arrived(Packet packet, Bytes bytes))) {
                return;
            }
            if (!(packet instanceof Disconnect)) {
                unexpected.add(here() + " " + describe(arrival));
            }
        }
    }

    String history() {
        return history.isEmpty() ? "nothing" : String.join(", ", history);
    }

    private String here() {
        return "on connection " + number;
    }

    // ---- bytes and words

    private Arrived next(String wanted) {
        Arrival arrival = arrivals.next(patience);
        if (!(arrival instanceof Arrived arrived)) {
            throw unexpected(wanted, describe(arrival));
        }
        history.add(arrived.packet().getClass().getSimpleName());
        if (arrived.packet() instanceof Connect connect) {
            version = connect.version();
        }
        return arrived;
    }

    private AssertionError unexpected(String wanted, String came) {
        return new AssertionError(
                here()
                        + " expected "
                        + wanted
                        + " and got "
                        + came
                        + "; received so far: "
                        + history());
    }

    private String describe(@Nullable Arrival arrival) {
        return switch (arrival) {
            case null -> "nothing within " + patience.toMillis() + " ms";
            case Arrived(Packet packet, Bytes bytes) ->
                    packet + " (" + shown(bytes.toByteArray()) + ")";
            case Closed closed -> "the end: the client closed the connection";
            case Broken(String why) -> "the end: " + why;
            case Malformed(String why) -> "what is no packet: " + why;
        };
    }

    private static String shown(byte[] bytes) {
        String hex =
                HexFormat.ofDelimiter(" ")
                        .withUpperCase()
                        .formatHex(bytes, 0, Math.min(SHOWN_BYTES, bytes.length));
        return bytes.length > SHOWN_BYTES ? hex + " ..., " + bytes.length + " bytes" : hex;
    }

    private static byte[] parse(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    private byte[] encode(Packet... packets) {
        PacketWriter writer = new PacketWriter(version);
        ByteSink sink = new ByteSink(256);
        for (Packet packet : packets) {
            writer.write(packet, sink);
        }
        return Arrays.copyOf(sink.array(), sink.length());
    }

    /// A client that never reads must not hold the test for ever: the socket is closed then.
    private void write(byte[] bytes) {
        CompletableFuture<Boolean> written =
                new CompletableFuture<Boolean>()
                        .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> watch =
                written.thenAccept(inTime -> {
                    if (!inTime) {
                        discard();
                    }
                });
        try {
            output.write(bytes);
            output.flush();
            written.complete(true);
            watch.join();
        } catch (IOException e) {
            written.complete(true);
            throw new AssertionError(here() + " the client took no bytes: " + e.getMessage(), e);
        }
    }

    private void discard() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
