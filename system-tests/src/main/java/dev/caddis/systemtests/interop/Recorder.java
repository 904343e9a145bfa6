package dev.caddis.systemtests.interop;

import dev.caddis.mqtt.codec.MalformedPacketException;
import dev.caddis.mqtt.codec.PacketReader;
import dev.caddis.mqtt.codec.Sender;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.systemtests.TlsRelay;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Passes the connections of one client on to a port of the loopback interface and writes down
/// every packet, as a [TlsRelay] shows it.
public final class Recorder implements AutoCloseable {
    private static final int PACKET_BYTES_MAX = 1 << 20;

    private final ProtocolVersion version;
    private final TlsRelay relay;
    private final List<Seen> wire = new ArrayList<>(); // guarded by itself, as the next
    private @Nullable MalformedPacketException malformed;

    /// @param version that the client speaks
    public Recorder(Papers papers, int target, ProtocolVersion version) throws IOException {
        this.version = version;
        this.relay =
                new TlsRelay(
                        target,
                        papers.pki().clientContext(papers.server()), // the same keys and trust
                        papers.pki().clientContext(papers.device()),
                        connection ->
                                new TlsRelay.Ends(
                                        eye(connection, Sender.CLIENT),
                                        eye(connection, Sender.SERVER)));
    }

    public int port() {
        return relay.port();
    }

    /// Everything so far, one connection after the other, in the order that the client knows.
    ///
    /// @throws IllegalStateException when an end sent what is no packet
    public List<Seen> wire() {
        synchronized (wire) {
            if (malformed != null) {
                throw new IllegalStateException("no packet: " + malformed.getMessage(), malformed);
            }
            return wire.stream().sorted(Comparator.comparingInt(Seen::connection)).toList();
        }
    }

    @Override
    public void close() throws IOException {
        relay.close();
    }

    private TlsRelay.Eye eye(int connection, Sender sender) {
        var reader = new PacketReader(sender, version, PACKET_BYTES_MAX);
        return (buffer, count) -> {
            try {
                synchronized (wire) {
                    reader.feed(
                            buffer, 0, count, each -> wire.add(new Seen(connection, sender, each)));
                }
            } catch (MalformedPacketException e) {
                synchronized (wire) {
                    malformed = e; // told to who asks for the wire; the connection ends here
                }
                throw new IOException("that was no packet", e);
            }
        };
    }
}
