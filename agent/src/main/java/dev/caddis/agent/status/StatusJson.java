package dev.caddis.agent.status;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The status as one JSON object, in one line.
final class StatusJson {

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;

    private StatusJson(JsonGenerator json) {
        this.json = json;
    }

    /// @param since topics and subscriptions that have not changed after this revision are left
    ///   out; 0: none is
    static String of(StatusBoard.View view, long since) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            new StatusJson(generator).write(view, since);
        }
        return text.toString();
    }

    /// Whole days until `end`, negative after it; `null` when there is no end.
    static @Nullable Long days(@Nullable Instant end, Instant now) {
        return end == null ? null : Math.floorDiv(Duration.between(now, end).toSeconds(), 86_400L);
    }

    private void write(StatusBoard.View view, long since) {
        json.writeStartObject();
        json.writeNumberProperty("revision", view.revision());
        time("now", view.now());
        time("started", view.startedAt());
        json.writeStringProperty("version", view.about().version());
        json.writeStringProperty("device", view.about().deviceId());
        json.writeStringProperty("client_id", view.about().clientId());
        connection(view.connection());
        certificate(view);
        messages(view);
        outbox(view);
        json.writeArrayPropertyStart("topics");
        view.topics().stream().filter(each -> each.changedAfter(since)).forEach(this::topic);
        json.writeEndArray();
        json.writeArrayPropertyStart("subscriptions");
        view.filters().stream().filter(each -> each.changedAfter(since)).forEach(this::filter);
        json.writeEndArray();
        json.writeArrayPropertyStart("events");
        for (StatusBoard.Told told : view.events().reversed()) {
            json.writeStartObject();
            time("at", told.at());
            json.writeStringProperty("level", told.level());
            json.writeStringProperty("text", told.text());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void connection(ConnectionView connection) {
        json.writeObjectPropertyStart("connection");
        json.writeBooleanProperty("connected", connection.connected());
        time("since", connection.since());
        json.writeStringProperty("broker", connection.broker());
        text("mqtt", connection.mqtt());
        text("link", connection.link());
        if (connection.sessionPresent() == null) {
            json.writeNullProperty("session_present");
        } else {
            json.writeBooleanProperty("session_present", connection.sessionPresent());
        }
        text("problem", connection.problem());
        time("next_attempt", connection.nextAttempt());
        json.writeBooleanProperty("over", connection.over());
        json.writeEndObject();
    }

    private void certificate(StatusBoard.View view) {
        Instant end = view.figures().certificateEnds();
        Long days = days(end, view.now());
        if (end == null || days == null) {
            json.writeNullProperty("certificate");
            return;
        }
        json.writeObjectPropertyStart("certificate");
        time("expires", end);
        json.writeNumberProperty("days", days);
        json.writeEndObject();
    }

    private void messages(StatusBoard.View view) {
        Figures figures = view.figures();
        json.writeObjectPropertyStart("messages");
        json.writeNumberProperty("acknowledged", figures.acknowledged());
        json.writeNumberProperty("possibly_repeated", figures.possiblyRepeated());
        json.writeNumberProperty("refused", figures.refused());
        json.writeNumberProperty("dropped", figures.dropped());
        json.writeNumberProperty("not_accepted", figures.notAccepted());
        json.writeNumberProperty("missed_samples", figures.missedSamples());
        json.writeNumberProperty("failed_readings", figures.allFailedReadings());
        json.writeNumberProperty("connections", view.connections());
        json.writeEndObject();
    }

    private void outbox(StatusBoard.View view) {
        json.writeObjectPropertyStart("outbox");
        json.writeNumberProperty("waiting", view.figures().outboxMessages());
        json.writeNumberProperty("open", view.figures().openExchanges());
        json.writeArrayPropertyStart("history");
        for (StatusBoard.Depth depth : view.depths()) {
            json.writeStartArray();
            json.writeNumber(depth.at().getEpochSecond());
            json.writeNumber(depth.waiting());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void topic(TopicView topic) {
        json.writeStartObject();
        json.writeStringProperty("topic", topic.topic);
        time("at", topic.at());
        json.writeNumberProperty("published", topic.published());
        for (Outcome outcome : Outcome.values()) {
            json.writeNumberProperty(outcome.label(), topic.count(outcome));
        }
        json.writeArrayPropertyStart("fields");
        topic.fields()
                .forEach((name, field) -> {
                    json.writeStartObject();
                    json.writeStringProperty("name", name);
                    text("value", field.text());
                    json.writeArrayPropertyStart("points");
                    for (Double point : field.points().all()) {
                        if (point == null || !Double.isFinite(point)) {
                            json.writeNull();
                        } else {
                            json.writeNumber(point.doubleValue());
                        }
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                });
        json.writeEndArray();
        json.writeEndObject();
    }

    private void filter(FilterView filter) {
        json.writeStartObject();
        json.writeStringProperty("filter", filter.filter);
        json.writeStringProperty("state", filter.state());
        json.writeNumberProperty("received", filter.received());
        json.writeArrayPropertyStart("messages");
        for (FilterView.Arrived message : filter.newest().reversed()) {
            json.writeStartObject();
            time("at", message.at());
            json.writeStringProperty("topic", message.topic());
            json.writeStringProperty("text", message.text());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void text(String name, @Nullable String text) {
        if (text == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, text);
        }
    }

    private void time(String name, @Nullable Instant at) {
        text(name, at == null ? null : at.truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
