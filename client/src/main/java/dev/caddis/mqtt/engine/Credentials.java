package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.packet.Bytes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// User name and password, read anew at each attempt (F27).
@FunctionalInterface
public interface Credentials {

    /// No user name and no password.
    Credentials NONE = () -> new Pair(null, null);

    Pair read() throws IOException;

    /// What CONNECT carries.
    record Pair(@Nullable String userName, @Nullable Bytes password) {
        @Override
        public String toString() {
            return "Pair[userName="
                    + userName
                    + ", password="
                    + (password == null ? "none" : "hidden")
                    + "]";
        }
    }
}
