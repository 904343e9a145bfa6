package dev.caddis.agent;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/// Sends datagrams to a unix socket: `socket` and `sendto` of the C library.
///
/// Java has unix sockets for streams alone. The Foreign Function API calls the C library from this
/// process, so that systemd knows the sender as the unit's main process (`NotifyAccess=main`); the
/// program `systemd-notify` would be another process at each sign of life, and needs
/// `NotifyAccess=all`. The process wants `--enable-native-access=ALL-UNNAMED`, without which Java
/// prints a warning. Nothing of it is loaded before the first datagram. One thread uses it.
final class NotifySocket {

    // Linux, every architecture that Caddis runs on.
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int PATH_BYTES_MAX = 108; // of struct sockaddr_un

    private final byte[] path;

    private NotifySocket(byte[] path) {
        this.path = path;
    }

    /// @param address a path, or a name in the abstract namespace with `@` in front
    static NotifySocket at(String address) {
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        if (address.startsWith("@")) {
            path[0] = 0;
        }
        return new NotifySocket(path);
    }

    /// @throws IOException when nobody listens there, or this system has no such sockets
    void send(String datagram) throws IOException {
        if (path.length >= PATH_BYTES_MAX) {
            throw new IOException("NOTIFY_SOCKET has more than " + (PATH_BYTES_MAX - 1) + " bytes");
        }
        try (Arena arena = Arena.ofConfined()) {
            var library = new Library(arena);
            int socket = library.socket();
            try {
                library.send(socket, datagram.getBytes(StandardCharsets.UTF_8), path);
            } finally {
                library.close(socket);
            }
        }
    }

    /// The three functions, and memory for one datagram.
    @SuppressWarnings("restricted") // what is called is what the C library's headers say
    private static final class Library {

        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;
        private static final AddressLayout POINTER = ValueLayout.ADDRESS;

        private final Arena arena;
        private final MemorySegment state;
        private final StructLayout stateLayout = Linker.Option.captureStateLayout();

        Library(Arena arena) {
            this.arena = arena;
            this.state = arena.allocate(stateLayout);
        }

        int socket() throws IOException {
            var signature = FunctionDescriptor.of(INT, INT, INT, INT);
            try {
                return require(
                        "socket",
                        (int)
                                function("socket", signature)
                                        .invokeExact(state, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            } catch (Throwable e) {
                throw failed(e);
            }
        }

        void send(int socket, byte[] datagram, byte[] path) throws IOException {
            var signature = FunctionDescriptor.of(SIZE, INT, POINTER, SIZE, INT, POINTER, INT);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, datagram);
            MemorySegment address = arena.allocate(Short.BYTES + PATH_BYTES_MAX);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, path.length);
            try {
                long sent =
                        (long)
                                function("sendto", signature)
                                        .invokeExact(
                                                state,
                                                socket,
                                                bytes,
                                                (long) datagram.length,
                                                MSG_NOSIGNAL,
                                                address,
                                                Short.BYTES + path.length);
                require("sendto", (int) sent);
            } catch (Throwable e) {
                throw failed(e);
            }
        }

        void close(int socket) throws IOException {
            try {
                require(
                        "close",
                        (int)
                                function("close", FunctionDescriptor.of(INT, INT))
                                        .invokeExact(state, socket));
            } catch (Throwable e) {
                throw failed(e);
            }
        }

        private static MethodHandle function(String name, FunctionDescriptor signature)
                throws IOException {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup()
                            .find(name)
                            .orElseThrow(() -> new IOException("the C library has no " + name)),
                    signature,
                    Linker.Option.captureCallState("errno"));
        }

        private int require(String function, int answer) throws IOException {
            if (answer < 0) {
                long offset =
                        stateLayout.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
                throw new IOException(
                        function + " failed with errno " + state.get(ValueLayout.JAVA_INT, offset));
            }
            return answer;
        }

        private static IOException failed(Throwable cause) {
            return switch (cause) {
                case IOException told -> told;
                case Error error -> throw error;
                default -> new IOException(cause.toString(), cause);
            };
        }
    }
}
