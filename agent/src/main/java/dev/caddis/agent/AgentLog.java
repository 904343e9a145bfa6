package dev.caddis.agent;

import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.event.ClientEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes to the log what an agent does: each publish, each message received, and what
/// [EventNarrator] makes of the events.
final class AgentLog implements AgentListener {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final EventNarrator narrator = new EventNarrator(); // events are told one by one

    /// The agent is closing; what it ends itself is no news.
    void closing() {
        narrator.closing();
    }

    /// Another client follows the one that was closed.
    void reopening() {
        narrator.reopening();
    }

    /// Before the message is handed in, so that it stands before its echo.
    void publishing(Message message) {
        if (LOG.isInfoEnabled()) {
            LOG.info("publish {}: {}", message.topic(), OneLine.payload(message.payload()));
        }
    }

    @Override
    public void onMessage(Delivery delivery) {
        if (LOG.isInfoEnabled()) {
            LOG.info(
                    "received {}: {}{}",
                    OneLine.text(delivery.topic()),
                    OneLine.payload(delivery.message().payload()),
                    delivery.duplicate() ? " (possibly repeated)" : "");
        }
    }

    @Override
    public void onEvent(ClientEvent event) {
        for (EventNarrator.Line line : narrator.tell(event)) {
            switch (line.level()) {
                case DETAIL -> LOG.debug("{}", line.text());
                case NEWS -> LOG.info("{}", line.text());
                case TROUBLE -> LOG.warn("{}", line.text());
                case FAILURE -> LOG.error("{}", line.text());
            }
        }
    }
}
