package dev.caddis.mqtt.event;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import java.time.Duration;
import java.time.Instant;

/// Something that happened to a client, told to its listeners in order.
public sealed interface ClientEvent {

    /// The broker accepted the connection.
    ///
    /// @param broker the broker's URL
    /// @param link TLS version and cipher suite, or that the link is plain
    /// @param sessionPresent whether the broker still had our session
    record Connected(String broker, ProtocolVersion version, boolean sessionPresent, String link)
            implements ClientEvent {}

    /// A connection that had been accepted is over.
    record Disconnected(ConnectionFailure reason) implements ClientEvent {}

    /// An attempt to connect failed: by the network, by TLS, by our own files, or by the broker's
    /// refusal.
    ///
    /// @param attempt 1 for the first since the last stable connection
    record ConnectFailed(int attempt, ConnectionFailure reason) implements ClientEvent {}

    /// The next attempt follows after `delay`.
    ///
    /// @param attempt the number of that next attempt
    record RetryingIn(Duration delay, int attempt) implements ClientEvent {}

    /// The attempt limit is used up; the client stays offline until it is closed. Subscribers of
    /// publishers and requests have failed; receipts stay open until then, since what was accepted
    /// is counted in `close`.
    record GaveUp(int attempts, ConnectionFailure last) implements ClientEvent {}

    /// Our certificate, key or CA file changed, and the broker accepted a connection with what it
    /// holds now.
    ///
    /// @param identity in words: where the certificate is, its subject, its issuer, until when it
    ///   is valid
    record IdentityChanged(String identity) implements ClientEvent {}

    /// Our certificate, key or CA file changed, and what it holds now cannot be used or is refused:
    /// the earlier certificate and key stay in use, for later connections too. Whom we trust is
    /// what the files say, from the next connection on, as soon as it can be read. Told once until
    /// the files change again; they are tried again now and then.
    ///
    /// @param reason as the attempt to use it would have failed
    record IdentityKept(ConnectionFailure reason) implements ClientEvent {}

    /// Our certificate has less than 30 days left, or is expired; one that is made for less than 10
    /// days in all, less than a third of that. Told once a day.
    ///
    /// @param source the file or token it is in
    record CertificateExpires(String source, String subject, Instant notAfter)
            implements ClientEvent {}

    /// The broker did not have the session that we had, or the session has moved to a broker that
    /// shares none with the one before: it was discarded, filters are asked for again, and
    /// `republished` unfinished messages are published again as new, which may repeat them.
    record SessionLost(int republished) implements ClientEvent {}

    /// MQTT 5 was refused; the next attempt speaks `version`.
    record VersionFallback(ProtocolVersion version, String why) implements ClientEvent {}

    /// The broker granted a filter.
    record Subscribed(String filter, Qos granted) implements ClientEvent {}

    /// The broker refused a filter.
    ///
    /// @param retrying whether it is asked for again on this connection
    record SubscriptionRefused(String filter, ReasonCode reason, boolean retrying)
            implements ClientEvent {}

    /// The broker gave no answer to SUBSCRIBE in time.
    ///
    /// @param retrying whether the filter is asked for again on this connection
    record SubscriptionUnanswered(String filter, boolean retrying) implements ClientEvent {}

    /// The broker refused a message (PUBACK or PUBREC of 0x80 and above); its receipt failed.
    record PublishRefused(String topic, ReasonCode reason) implements ClientEvent {}

    /// Messages were dropped.
    ///
    /// @param count how many this time
    /// @param total how many for this cause since the client was opened
    record Dropped(DropCause cause, long count, long total) implements ClientEvent {}

    /// The broker chose our client identifier, since none was given.
    record ClientIdAssigned(String clientId) implements ClientEvent {}

    /// The broker's Response Information, which was asked for: the basis of response topics.
    record ResponseInformation(String value) implements ClientEvent {}

    /// The broker is content with a re-authentication.
    record Reauthenticated() implements ClientEvent {}

    /// Another client seems to use our client identifier: each ends the other's connection.
    /// Attempts are slowed down, from the third time on to one a minute at most. Give each client
    /// an identifier of its own. Told once, until there was none for an hour.
    record SessionTakenOver(String clientId) implements ClientEvent {}

    /// The handler of a message has taken longer than `deadline`; told once a message.
    record HandlerLate(String topic, Duration deadline) implements ClientEvent {}

    /// A handler threw. The message counts as handled: it is acknowledged and not delivered again.
    /// Only a handler that acknowledges by itself still has to, or the message waits.
    record HandlerFailed(String topic, Throwable cause) implements ClientEvent {}

    /// The journal was damaged. What is left of it goes on: messages that can still be read are
    /// delivered, those that cannot are told as [Dropped]. Where the session's own records are hit,
    /// the broker's session is discarded, and what waits is published as possibly repeated.
    ///
    /// @param file as it is called now; it is kept, and may be deleted. One that is gone has its
    ///   old name; where no single file is meant, it is the folder
    /// @param what was found
    record JournalDamaged(String file, String what) implements ClientEvent {}

    /// The client itself failed and is over.
    ///
    /// @param kept whether only its session folder could not be used any more, such as on a full or
    ///   broken disk: what was accepted is kept there, and another client that is opened with it
    ///   goes on. Else it was a defect or want of memory; without a folder, nothing that was
    ///   accepted goes on. Open another, or let the process end and be started again.
    record Failed(Throwable cause, boolean kept) implements ClientEvent {

        /// By a defect or for want of memory.
        public Failed(Throwable cause) {
            this(cause, false);
        }
    }
}
