package dev.caddis.agent;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// How a command reaches the agent that has a session folder: the socket `control/socket` in it.
/// The folder `control` is made for the agent's user alone before the socket is in it, so nobody
/// else ever reaches that. One line asks, one or two answer, the first at once:
///
/// ```
/// purge          purging
///                purged 1200, or: error WHY
/// status         one JSON object, that of docs/reference/status.md
/// ```
public final class ControlSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    /// An agent that lives answers at once that it has begun.
    private static final Duration BEGINS = Duration.ofSeconds(10);

    /// The agent itself gives up before.
    private static final Duration ENDS = Agent.PURGE.plusMinutes(1);

    /// Beyond this it is no status: 500 topics with 64 fields each are less.
    private static final int STATUS_BYTES_MAX = 64 << 20;

    private static final String FOLDER = "control";
    private static final String NAME = "socket";
    private static final Set<PosixFilePermission> OURS =
            PosixFilePermissions.fromString("rwx------");

    private final Path folder;
    private final Path file;
    private final ServerSocketChannel server;
    private final ControlDoor door;

    private ControlSocket(Path folder, ServerSocketChannel server, ControlDoor door) {
        this.folder = folder;
        this.file = folder.resolve(NAME);
        this.server = server;
        this.door = door;
    }

    /// Listens in `folder`, which nobody else has; without that the agent can live, so why it fails
    /// is only logged.
    ///
    /// @param purge what `purge` does
    /// @param status in one line
    /// @return `null` where it cannot listen
    static @Nullable ControlSocket listen(
            Path folder, LongSupplier purge, Supplier<String> status) {
        Path file = file(folder);
        try {
            makeFolder(folder.resolve(FOLDER));
            Files.deleteIfExists(file); // of a process that was killed
            var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(UnixDomainSocketAddress.of(file));
            } catch (IOException e) {
                server.close();
                throw e;
            }
            return new ControlSocket(
                    folder.resolve(FOLDER),
                    server,
                    ControlDoor.open(server::accept, purge, status));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            LOG.warn(
                    "`caddis outbox purge` and `caddis status` cannot reach this agent: {}: {}",
                    file,
                    e.toString());
            return null;
        }
    }

    private static Path file(Path folder) {
        return folder.resolve(FOLDER).resolve(NAME);
    }

    /// One that is there, of a process that was killed, may have been changed since.
    private static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OURS));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            Files.setPosixFilePermissions(folder, OURS);
        }
    }

    /// Whether an agent that lives has `folder`.
    public static boolean answers(Path folder) {
        Path file = file(folder);
        if (!Files.exists(file)) {
            return false;
        }
        try (SocketChannel agent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return agent.connect(UnixDomainSocketAddress.of(file));
        } catch (ConnectException nobody) { // it was killed
            return false;
        } catch (IOException unknown) { // it is another user's
            return true;
        }
    }

    /// Asks the agent that has `folder` to purge its outbox.
    ///
    /// @return how many messages it dropped; empty where no agent listens
    /// @throws IOException when it did not answer in time, or that it failed
    public static Optional<Long> purge(Path folder) throws IOException {
        return purge(folder, BEGINS, ENDS);
    }

    /// @param begins within which the agent must say that it has begun, and `ends` that it is done
    static Optional<Long> purge(Path folder, Duration begins, Duration ends) throws IOException {
        Path file = file(folder);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (SocketChannel agent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            var line = new ControlLine(agent);
            try (var _ = line.within(begins)) {
                agent.connect(UnixDomainSocketAddress.of(file));
                line.write(ControlDoor.PURGE);
                expect(line.read(), ControlDoor.PURGING);
            } catch (ConnectException nobody) { // it was killed
                return Optional.empty();
            }
            try (var _ = line.within(ends)) {
                return Optional.of(Long.parseLong(expect(line.read(), ControlDoor.PURGED)));
            }
        }
    }

    /// Asks the agent that has `folder` how it is.
    ///
    /// @return one JSON object; empty where no agent listens
    /// @throws IOException when it did not answer in time
    public static Optional<String> status(Path folder) throws IOException {
        Path file = file(folder);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (SocketChannel agent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            var line = new ControlLine(agent);
            try (var _ = line.within(BEGINS)) {
                agent.connect(UnixDomainSocketAddress.of(file));
                line.write(ControlDoor.STATUS);
                String answer = line.read(STATUS_BYTES_MAX);
                expect(answer, "{");
                return Optional.of(answer);
            }
        } catch (ConnectException nobody) { // it was killed
            return Optional.empty();
        }
    }

    /// @return what follows `begin`
    private static String expect(String answer, String begin) throws IOException {
        if (answer.startsWith(begin)) {
            return answer.substring(begin.length());
        }
        throw new IOException(
                answer.startsWith(ControlDoor.ERROR)
                        ? answer.substring(ControlDoor.ERROR.length())
                        : "it answered " + OneLine.text(answer));
    }

    @Override
    public void close() {
        door.close();
        try (server) {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.warn("{} is left behind: {}", file, e.toString());
        }
    }
}
