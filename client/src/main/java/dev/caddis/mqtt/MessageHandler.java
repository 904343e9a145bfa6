package dev.caddis.mqtt;

/// Takes the messages of one subscription, one after another, on a virtual thread of that
/// subscription.
///
/// QoS 1 and 2 messages are acknowledged when the handler returns: at QoS 1 it may get a message
/// again after a lost connection, at QoS 2 once unless the process dies inside the handler. It may
/// publish, subscribe and close. What it throws is told as
/// [dev.caddis.mqtt.event.ClientEvent.HandlerFailed], and the message counts as handled.
@FunctionalInterface
public interface MessageHandler {
    void handle(Delivery delivery) throws Exception;
}
