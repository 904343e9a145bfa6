package dev.caddis.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(60)
class ControlSocketTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(20);

    /// More than a slow machine needs to ask.
    private static final Duration ASKS = Duration.ofSeconds(1);

    @TempDir private Path folder;

    @Test
    void the_socket_is_only_ever_behind_a_folder_of_the_agents_user() throws IOException {
        Path control = folder.resolve("control");
        Files.createDirectory(control); // of a process that was killed, and opened since
        Files.setPosixFilePermissions(control, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (ControlSocket socket = ControlSocket.listen(folder, () -> 7, () -> "{}")) {
            assertThat(socket).isNotNull();
            assertThat(Files.getPosixFilePermissions(control))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(ControlSocket.purge(folder)).contains(7L);
        }
        assertThat(control).doesNotExist();
        assertThat(ControlSocket.purge(folder)).isEmpty();
    }

    @Test
    void a_status_may_be_long_and_have_any_character() throws IOException {
        String status = "{\"a\":\"" + "\u00e4".repeat(100_000) + "\"}";
        assertThat(ControlSocket.status(folder)).isEmpty();
        try (ControlSocket socket = ControlSocket.listen(folder, () -> 7, () -> status)) {
            assertThat(socket).isNotNull();
            assertThat(ControlSocket.status(folder)).contains(status);
        }
        assertThat(ControlSocket.status(folder)).isEmpty();
    }

    @Test
    void why_there_is_no_status_reaches_the_command() {
        try (ControlSocket socket =
                ControlSocket.listen(
                        folder,
                        () -> 7,
                        () -> {
                            throw new IllegalStateException("it is just beginning");
                        })) {
            assertThat(socket).isNotNull();
            assertThatThrownBy(() -> ControlSocket.status(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessage("it is just beginning");
        }
    }

    @Test
    void why_a_purge_failed_reaches_the_command() {
        try (ControlSocket socket =
                ControlSocket.listen(
                        folder,
                        () -> {
                            throw new IllegalStateException("the client is closed");
                        },
                        () -> "{}")) {
            assertThat(socket).isNotNull();
            assertThatThrownBy(() -> ControlSocket.purge(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the client is closed");
        }
    }

    @Test
    void commands_are_answered_again_after_accepts_that_failed() throws IOException {
        try (ServerSocketChannel server = server()) {
            var attempts = new AtomicInteger();
            ControlDoor.Commands failing =
                    () -> {
                        if (attempts.incrementAndGet() <= 3) {
                            throw new IOException("Too many open files");
                        }
                        return server.accept();
                    };
            try (ControlDoor door = ControlDoor.open(failing, () -> 7, () -> "{}", LONG, SHORT)) {
                assertThat(door).isNotNull();
                assertThat(ControlSocket.purge(folder)).contains(7L);
            }
        }
    }

    @Test
    void a_silent_client_holds_up_nobody_and_is_hung_up_on() throws IOException {
        try (ServerSocketChannel server = server();
                SocketChannel silent = connect();
                ControlDoor door =
                        ControlDoor.open(server::accept, () -> 7, () -> "{}", ASKS, SHORT)) {
            assertThat(door).isNotNull();
            assertThat(ControlSocket.purge(folder)).contains(7L);
            assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void a_command_does_not_wait_for_an_agent_that_hangs() throws IOException {
        try (ServerSocketChannel server = server()) { // nobody accepts
            assertThatThrownBy(() -> ControlSocket.purge(folder, Duration.ofSeconds(1), LONG))
                    .isInstanceOf(IOException.class)
                    .hasMessage("it said nothing for 1 s");
            assertThat(server.isOpen()).isTrue();
        }
    }

    private ServerSocketChannel server() throws IOException {
        Files.createDirectory(folder.resolve("control"));
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(folder.resolve("control/socket")));
        return server;
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("control/socket")));
    }
}
