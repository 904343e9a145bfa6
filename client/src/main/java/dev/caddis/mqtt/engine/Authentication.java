package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.packet.Bytes;

import org.jspecify.annotations.Nullable;

/// Enhanced authentication (MQTT 5.0 section 4.12): the application's side of a method. Its calls
/// run on virtual threads and may block; a deadline ends the connection, not the call.
public interface Authentication {

    String method();

    /// Begins one authentication.
    Exchange begin() throws Exception;

    /// One authentication, from its first word to both sides' content.
    interface Exchange {

        @Nullable Bytes first() throws Exception;

        @Nullable Bytes answer(@Nullable Bytes challenge) throws Exception;

        /// The broker is content; throws where we are not.
        void verify(@Nullable Bytes last) throws Exception;
    }
}
