package dev.caddis.agent.status;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the other rooms count, at one moment.
///
/// @param outboxMessages accepted and not yet sent
/// @param openExchanges sent and not finished
/// @param possiblyRepeated of the acknowledged, those that the broker may have got twice
/// @param notAccepted messages that the client did not take, and that are lost
/// @param missedSamples samples that were not taken because their moment passed unseen
/// @param unmatched messages that arrived and matched no subscription
/// @param failedReadings by data path
/// @param certificateEnds when our certificate expires; `null`: there is none, or nobody knows
/// @param sentBytes of MQTT packets, before TLS
/// @param receivedBytes of MQTT packets, after TLS
/// @param journalBytes written to the session folder
public record Figures(
        long outboxMessages,
        long openExchanges,
        long acknowledged,
        long possiblyRepeated,
        long refused,
        long dropped,
        long notAccepted,
        long missedSamples,
        long unmatched,
        SortedMap<String, Long> failedReadings,
        @Nullable Instant certificateEnds,
        long sentBytes,
        long receivedBytes,
        long journalBytes) {

    public Figures {
        failedReadings = Collections.unmodifiableSortedMap(new TreeMap<>(failedReadings));
    }

    long allFailedReadings() {
        return failedReadings.values().stream().mapToLong(Long::longValue).sum();
    }
}
