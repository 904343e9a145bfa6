package dev.caddis.mqtt.engine;

/// How an engine stands at the end of a round.
///
/// @param online whether the broker has accepted the present connection
/// @param outboxMessages accepted messages that have no packet identifier yet
/// @param openExchanges exchanges the broker has not finished
/// @param running whether the engine has not ended
public record EngineStatus(
        boolean online, long outboxMessages, int openExchanges, boolean running) {}
