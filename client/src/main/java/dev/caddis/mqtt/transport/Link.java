package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.List;

/// An open way to the broker, its server checked. One thread reads, one thread writes, any thread
/// aborts.
public interface Link {

    /// What the broker sends. A read blocks until bytes, the end, or [#abort()].
    InputStream input();

    /// Runs `action` on the reading thread each time all that has arrived is read and the next
    /// bytes must be waited for: the moment to hand on what was gathered. Set by that thread.
    void beforeWaiting(Runnable action) throws IOException;

    /// Runs `action` on the reading thread when the writer owes the other side something that is no
    /// packet, such as the answer to a WebSocket's ping: a flush of [#output] sends it. Set by that
    /// thread.
    void whenOwing(Runnable action);

    /// What goes to the broker, at once: nothing is held back to gather more. A write may block
    /// until [#abort()].
    ///
    /// Until [#accepted()] a failed write is not thrown: the connection is dead then, the read in
    /// progress ends with the reason the broker gave, and the writer must not be first with a
    /// lesser one.
    OutputStream output();

    /// The broker took us (CONNACK with success): an end from here on is no longer blamed on
    /// certificates.
    void accepted();

    /// Ends the link at once by closing the raw TCP socket. Any thread, any number of times, never
    /// blocks.
    void abort();

    /// Ends the link in order: TLS close_notify, end of TCP, then waits until the broker has closed
    /// too. May block: the caller bounds it by [#abort()].
    void close();

    /// For the log: `TLSv1.3, TLS_AES_256_GCM_SHA384, server CN=broker.example.com`.
    String description();

    /// The server's certificates, its own first; empty without TLS.
    List<X509Certificate> serverCertificates();

    /// Why the link ended. Ask before [#abort()]: after it, an end without a trace of its own is
    /// taken for ours.
    ///
    /// @param cause what a read or write threw; null: the end of the stream
    ConnectionFailure explain(@Nullable IOException cause);
}
