package dev.caddis.mqtt;

import java.util.Optional;

/// Enhanced authentication: the client's side of a method that client and broker agree on, such as
/// SCRAM (MQTT 5.0 section 4.12). MQTT 3.1.1 has none: a client with an authenticator never falls
/// back to it, and does not connect by it.
///
/// Every call but that of [#method] runs on a virtual thread and may block; if it takes longer than
/// `connackTimeout` the connection ends, and the thread is interrupted: return then. What it throws
/// ends the connection too; the next attempt begins anew.
public interface Authenticator {

    /// The name of the method as the broker knows it, such as `SCRAM-SHA-256`: never null, 1 to
    /// 65,535 bytes of UTF-8. Asked once, by [MqttClientBuilder#open] on its thread, which throws
    /// [OpenException] for any other name; every connection of the client uses the answer.
    String method();

    /// Begins one authentication: for each connection, and for each [MqttClient#reauthenticate].
    Exchange begin() throws Exception;

    /// One authentication.
    interface Exchange {

        /// The first data, which goes into CONNECT or AUTH; empty for none.
        Optional<byte[]> first() throws Exception;

        /// The answer to the broker's data.
        ///
        /// @param challenge empty where the broker sent none
        Optional<byte[]> answer(Optional<byte[]> challenge) throws Exception;

        /// The broker is content. Throw to end the connection where its last data does not prove
        /// who it is.
        default void verify(Optional<byte[]> last) throws Exception {}
    }
}
