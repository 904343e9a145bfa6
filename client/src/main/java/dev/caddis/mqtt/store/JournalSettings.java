package dev.caddis.mqtt.store;

import dev.caddis.mqtt.session.BrokerGroup;

import java.util.List;

/// What a journal is told before it is opened.
///
/// @param clientId whose session it keeps; empty where the broker assigns one
/// @param hosts of the brokers that the session may go on with, as [BrokerGroup#hosts]; empty: any
/// @param power whether what is called durable was forced to the disk, and survives a power cut;
///   else it was handed to the system, and survives the process
/// @param segmentBytes size at which a segment is renewed; as much is held in reserve, so that a
///   full disk can still shrink
/// @param recentBytes accepted messages that stay in memory, by their weight
/// @param minFreeBytes of the disk, below which the outbox grows no more
/// @param boot names this run of the machine's system, so that a restart of it is noticed; empty
///   where that cannot be told
public record JournalSettings(
        String clientId,
        List<String> hosts,
        boolean power,
        long segmentBytes,
        long recentBytes,
        long minFreeBytes,
        String boot) {

    public JournalSettings {
        hosts = List.copyOf(hosts);
    }

    /// Whose session may go on with any broker.
    public JournalSettings(
            String clientId,
            boolean power,
            long segmentBytes,
            long recentBytes,
            long minFreeBytes,
            String boot) {
        this(clientId, List.of(), power, segmentBytes, recentBytes, minFreeBytes, boot);
    }
}
