package dev.caddis.agent.status;

import dev.caddis.mqtt.event.DropCause;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// What `/metrics` tells. `docs/reference/status.md` is the same, for the user.
final class Metrics {

    private Metrics() {}

    static MetricsText of(StatusBoard.View view) {
        MetricsText text = new MetricsText();
        text.gauge("caddis_info", "The version that runs, for which device; always 1.")
                .sample(1, "version", view.about().version(), "device", view.about().deviceId());
        text.gauge("caddis_start_time_seconds", "When the agent started, in Unix time.")
                .sample(view.startedAt().getEpochSecond());
        connection(view, text);
        messages(view, text);
        topics(view, text);
        Figures figures = view.figures();
        text.gauge("caddis_outbox_messages", "Accepted messages that are not sent yet.")
                .sample(figures.outboxMessages());
        text.gauge("caddis_open_exchanges", "Messages that are sent and not finished.")
                .sample(figures.openExchanges());
        Instant oldest = view.oldestOpen();
        text.gauge(
                        "caddis_oldest_message_seconds",
                        "Age of the oldest unfinished message that was handed in since the start;"
                                + " 0: there is none.")
                .sample(
                        oldest == null
                                ? 0
                                : Math.max(0, Duration.between(oldest, view.now()).toSeconds()));
        text.counter("caddis_sent_bytes_total", "Bytes of MQTT packets sent, before TLS.")
                .sample(figures.sentBytes());
        text.counter("caddis_received_bytes_total", "Bytes of MQTT packets received, after TLS.")
                .sample(figures.receivedBytes());
        text.counter("caddis_journal_bytes_total", "Bytes written to the session folder.")
                .sample(figures.journalBytes());
        text.counter("caddis_failed_readings_total", "Readings that were published as null.");
        figures.failedReadings().forEach((path, count) -> text.sample(count, "path", path));
        text.counter("caddis_missed_samples_total", "Samples whose moment passed unseen.")
                .sample(figures.missedSamples());
        certificate(view, text);
        return text;
    }

    private static void connection(StatusBoard.View view, MetricsText text) {
        text.gauge("caddis_connected", "1 while the broker has accepted the connection, else 0.")
                .sample(view.connection().connected() ? 1 : 0);
        text.counter("caddis_connections_total", "Connections that the broker accepted.")
                .sample(view.connections());
        text.counter("caddis_reconnects_total", "Connections after the first one.")
                .sample(Math.max(0, view.connections() - 1));
        text.counter("caddis_failed_attempts_total", "Attempts to connect that failed, by cause.");
        view.failedAttempts().forEach((kind, count) -> text.sample(count, "cause", label(kind)));
        text.counter("caddis_sessions_lost_total", "Sessions that the broker did not have.")
                .sample(view.sessionsLost());
        text.counter("caddis_takeovers_total", "Alarms about another client with our client id.")
                .sample(view.takeovers());
    }

    private static void messages(StatusBoard.View view, MetricsText text) {
        Figures figures = view.figures();
        text.counter("caddis_acknowledged_total", "Messages that the broker acknowledged.")
                .sample(figures.acknowledged());
        text.counter("caddis_possibly_repeated_total", "Of these, perhaps received twice.")
                .sample(figures.possiblyRepeated());
        text.counter("caddis_refused_total", "Messages that the broker refused.")
                .sample(figures.refused());
        text.counter("caddis_not_accepted_total", "Messages that the client did not take.")
                .sample(figures.notAccepted());
        text.counter("caddis_dropped_total", "Messages dropped on this side, by cause.");
        for (DropCause cause : DropCause.values()) {
            text.sample(view.drops().getOrDefault(cause, 0L), "cause", label(cause));
        }
        text.histogram(
                "caddis_acknowledgement_seconds",
                "From handing a message to the client until the broker's acknowledgement, of"
                        + " messages handed in while connected.");
        RoundTrips trips = view.roundTrips();
        for (int i = 0; i < RoundTrips.BUCKETS.size(); i++) {
            String end = RoundTrips.BUCKETS.get(i).toString();
            text.sampleOf("_bucket", trips.upTo(i), "le", end);
        }
        long all = trips.upTo(RoundTrips.BUCKETS.size());
        text.sampleOf("_bucket", all, "le", "+Inf");
        text.sum(trips.sumSeconds());
        text.sampleOf("_count", all);
    }

    private static void topics(StatusBoard.View view, MetricsText text) {
        text.counter("caddis_published_total", "Messages handed to the client, by topic.");
        view.topics().forEach(each -> text.sample(each.published(), "topic", each.topic));
        text.counter("caddis_messages_total", "Messages that are finished, by topic and outcome.");
        for (TopicView each : view.topics()) {
            for (Outcome outcome : Outcome.values()) {
                text.sample(each.count(outcome), "topic", each.topic, "outcome", outcome.label());
            }
        }
        text.counter("caddis_received_total", "Messages that arrived, by subscription.");
        view.filters().forEach(each -> text.sample(each.received(), "filter", each.filter));
        text.counter("caddis_unmatched_total", "Messages that arrived for no subscription.")
                .sample(view.figures().unmatched());
    }

    private static void certificate(StatusBoard.View view, MetricsText text) {
        Instant end = view.figures().certificateEnds();
        Long days = StatusJson.days(end, view.now());
        if (end == null || days == null) {
            return;
        }
        text.gauge("caddis_certificate_end_time_seconds", "When our certificate expires.")
                .sample(end.getEpochSecond());
        text.gauge("caddis_certificate_days", "Whole days until our certificate expires.")
                .sample(days);
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
