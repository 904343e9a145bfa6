package dev.caddis.mqtt.transport;

import org.jspecify.annotations.Nullable;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Proxy;
import java.net.Socket;

/// The raw TCP socket: what `abort()` closes, and what holds back a failed write until the broker
/// has accepted us.
///
/// A broker that refuses our certificate sends an alert and closes, while we still write the rest
/// of our handshake or CONNECT. Our write then fails before the alert is read, and a TLS library
/// gives up with "broken pipe". So the failure is kept, later bytes are dropped, and reading goes
/// on: it finds the alert, or the end, at once.
final class Wire extends Socket {

    private static final Logger LOG = System.getLogger(Wire.class.getName());

    private volatile boolean accepted;
    private volatile boolean endedHere;
    private volatile @Nullable IOException writeFailure;
    private @Nullable GatheringInput input; // the reader's

    Wire() {
        super(Proxy.NO_PROXY);
    }

    void accepted() {
        accepted = true;
    }

    /// Whether this side ended the connection.
    boolean endedHere() {
        return endedHere;
    }

    void endingHere() {
        endedHere = true;
    }

    /// The first write that failed by the network's doing, held back or thrown.
    @Nullable IOException writeFailure() {
        return writeFailure;
    }

    /// Never blocks: no linger time is set, and closing waits neither for a reader nor for a
    /// writer.
    void abort() {
        endedHere = true;
        discard();
    }

    /// Closes without saying that this side wanted the end.
    void discard() {
        try {
            close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing a socket failed; it is of no use any more", e);
        }
    }

    /// The same stream at every call: it holds bytes that arrived.
    @Override
    public GatheringInput getInputStream() throws IOException {
        GatheringInput made = input;
        if (made == null) {
            made = new GatheringInput(super.getInputStream());
            input = made;
        }
        return made;
    }

    /// Whether a byte ever came from the other side, or since [#beginsAnew].
    boolean received() {
        return input != null && input.received();
    }

    /// What came so far was a proxy's; the broker begins here. The reader's.
    void beginsAnew() {
        if (input != null) {
            input.beginsAnew();
        }
    }

    /// Reads to the end and forgets it, beside whoever reads.
    void drain() throws IOException {
        super.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new HoldingStream(super.getOutputStream());
    }

    private final class HoldingStream extends FilterOutputStream {

        HoldingStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            IOException earlier = writeFailure;
            if (earlier != null) {
                if (accepted) {
                    throw new IOException(
                            "an earlier write failed: " + earlier.getMessage(), earlier);
                }
                return;
            }
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                if (!endedHere && !isClosed()) {
                    writeFailure = e;
                }
                if (accepted || isClosed()) {
                    throw e;
                }
            }
        }
    }
}
