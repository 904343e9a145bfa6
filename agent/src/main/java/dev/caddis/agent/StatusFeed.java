package dev.caddis.agent;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.SubscriptionSettings;
import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.status.About;
import dev.caddis.agent.status.Figures;
import dev.caddis.agent.status.StatusBoard;
import dev.caddis.agent.status.StatusServer;
import dev.caddis.agent.status.StatusSettings;
import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Tells the status board what an agent does, and serves it. The lines of events are those of the
/// log, without the details.
final class StatusFeed implements AgentListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final EventNarrator narrator = new EventNarrator(); // events are told one by one
    private final StatusBoard board;
    private @Nullable StatusServer server; // used by the thread that starts and stops the agent

    /// @param figures not asked before [#serve] and [#json]
    StatusFeed(AgentSettings settings, Supplier<Figures> figures, Clocks clocks) {
        this.board = new StatusBoard(about(settings), figures, clocks);
    }

    private static About about(AgentSettings settings) {
        return new About(
                settings.deviceId(),
                settings.session().clientId(),
                Version.text(),
                settings.broker().url(),
                settings.subscriptions().stream().map(SubscriptionSettings::filter).toList());
    }

    /// The configuration is another one now.
    void configured(AgentSettings settings) {
        board.configured(about(settings));
    }

    /// What the agent is and does, as one JSON object in one line.
    String json() {
        return board.json();
    }

    /// The metrics, as one JSON object in one line.
    String metrics() {
        return board.metrics();
    }

    /// Begins to answer over HTTP, and nowhere else any more. An agent whose page cannot be had
    /// goes on without it: its readings matter more.
    ///
    /// @param settings `null`: from now on nowhere
    /// @param lives whether the agent still does its work
    void serve(@Nullable StatusSettings settings, BooleanSupplier lives) {
        if (server != null) {
            server.close();
            server = null;
        }
        if (settings == null || settings.address() == null) {
            return;
        }
        try {
            server = StatusServer.start(settings, board, lives);
            LOG.info("status page: {}/", settings.url(server.port()));
        } catch (IOException e) {
            LOG.error(
                    "no status page: {} cannot be had ({}); write an address of this machine and a"
                            + " free port in status.listen, or correct its certificate, and reload."
                            + " The agent goes on without",
                    settings.url(settings.port()),
                    e.getMessage());
        }
    }

    /// The port it answers on; -1: it does not.
    int port() {
        return server == null ? -1 : server.port();
    }

    /// Another client follows the one that was closed.
    void reopening() {
        narrator.reopening();
    }

    @Override
    public void onPublish(Message message, Receipt receipt) {
        board.onPublish(message, receipt);
    }

    /// A message arrived for the subscription to `filter`.
    void onMessage(String filter, Delivery delivery) {
        board.onMessage(
                filter,
                OneLine.text(delivery.topic()),
                OneLine.payload(delivery.message().payload()));
    }

    @Override
    public void onEvent(ClientEvent event) {
        board.onEvent(event);
        for (EventNarrator.Line line : narrator.tell(event)) {
            if (line.level() != EventNarrator.Line.Level.DETAIL) {
                board.onLine(line.level().name().toLowerCase(Locale.ROOT), line.text());
            }
        }
    }

    /// The agent is closing; what it ends itself is no news.
    void closing() {
        narrator.closing();
    }

    @Override
    public void close() {
        board.close();
        serve(null, () -> false);
    }
}
