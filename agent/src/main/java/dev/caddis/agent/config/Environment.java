package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a configuration may ask of the machine it is read on.
public interface Environment {

    /// The environment variable `name`, for `${env:NAME}`; `null` when it is not set.
    @Nullable String variable(String name);

    /// The name of this machine, for `${hostname}`; `null` when it has none.
    @Nullable String hostname();

    /// This process's variables and this machine's name.
    static Environment ofThisMachine() {
        return new ThisMachine();
    }

    /// Asks the kernel for the host name first: the name service may be slow while the network is
    /// down.
    final class ThisMachine implements Environment {

        private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");

        private ThisMachine() {}

        @Override
        public @Nullable String variable(String name) {
            return System.getenv(name);
        }

        @Override
        public @Nullable String hostname() {
            try {
                return Files.readString(KERNEL_NAME).strip();
            } catch (IOException notLinux) {
                return nameFromNetwork();
            }
        }

        private static @Nullable String nameFromNetwork() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException nameless) {
                return null; // reported at the line that asks for it
            }
        }
    }
}
