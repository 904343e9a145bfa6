package dev.caddis.agent;

/// What an agent did from start to stop.
///
/// @param messages what became of the messages it published
/// @param failedReadings readings that were published as `null`
/// @param missedSamples samples that were not taken because their moment passed unseen
/// @param refusedMessages messages that the client did not accept, and that are lost
public record AgentSummary(
        Tally.Counts messages, long failedReadings, long missedSamples, long refusedMessages) {

    /// One line for a person.
    @Override
    public String toString() {
        return messages
                + ", failed readings "
                + failedReadings
                + (missedSamples == 0 ? "" : ", missed samples " + missedSamples)
                + (refusedMessages == 0 ? "" : ", not accepted " + refusedMessages);
    }
}
