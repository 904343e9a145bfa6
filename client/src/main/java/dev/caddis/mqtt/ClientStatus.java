package dev.caddis.mqtt;

/// How a client stands, a moment ago.
///
/// @param connected whether the broker has accepted the present connection
/// @param outboxMessages accepted messages not yet sent
/// @param openExchanges messages sent and not finished
/// @param unmatched messages that arrived and matched no subscription, since the client was opened
/// @param waitingForHandlers messages of QoS 1 and 2 that wait for a handler or for its
///   acknowledgement
public record ClientStatus(
        boolean connected,
        long outboxMessages,
        int openExchanges,
        long unmatched,
        int waitingForHandlers) {}
