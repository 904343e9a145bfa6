package dev.caddis.agent;

import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent;

/// Watches an agent. What it throws is logged and disturbs nobody.
public interface AgentListener {

    /// `message` was handed to the client. Called on the telemetry thread; at that moment the
    /// message's echo may have arrived already.
    default void onPublish(Message message, Receipt receipt) {}

    /// A message arrived for one of the subscriptions. Called on that subscription's thread.
    default void onMessage(Delivery delivery) {}

    /// Something happened to the connection or to messages. Called in order.
    default void onEvent(ClientEvent event) {}
}
