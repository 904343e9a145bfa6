package dev.caddis.agent;

import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.function.Consumer;

/// Tells several listeners, one after the other; one that throws does not silence the others.
final class Listeners implements AgentListener {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<AgentListener> all;

    Listeners(List<AgentListener> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public void onPublish(Message message, Receipt receipt) {
        each(listener -> listener.onPublish(message, receipt));
    }

    @Override
    public void onMessage(Delivery delivery) {
        each(listener -> listener.onMessage(delivery));
    }

    @Override
    public void onEvent(ClientEvent event) {
        each(listener -> listener.onEvent(event));
    }

    private void each(Consumer<AgentListener> tell) {
        for (AgentListener listener : all) {
            try {
                tell.accept(listener);
            } catch (RuntimeException failure) {
                LOG.error("a listener of the agent failed", failure);
            }
        }
    }
}
