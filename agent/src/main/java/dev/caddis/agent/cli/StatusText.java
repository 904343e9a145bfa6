package dev.caddis.agent.cli;

import dev.caddis.agent.OneLine;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What `caddis status` shows a person: the object of docs/reference/status.md, as lines.
final class StatusText {

    private final JsonTree status;
    private final List<String> lines = new ArrayList<>();

    private StatusText(JsonTree status) {
        this.status = status;
    }

    static List<String> of(JsonTree status) {
        var text = new StatusText(status);
        text.write();
        return text.lines;
    }

    private void write() {
        lines.add(
                OneLine.text(
                        status.at("device").text()
                                + ", client id "
                                + status.at("client_id").text()
                                + ", caddis "
                                + status.at("version").text()
                                + ", started "
                                + since(status.at("started"))));
        line("connection", connection(status.at("connection")));
        JsonTree certificate = status.at("certificate");
        line(
                "certificate",
                certificate.isNothing()
                        ? "none in tls.cert"
                        : days(certificate.at("days").number())
                                + ", "
                                + certificate.at("expires").text());
        JsonTree outbox = status.at("outbox");
        line(
                "outbox",
                Count.of(outbox.at("waiting").number(), "message")
                        + (outbox.at("waiting").number() == 1 ? " waits, " : " wait, ")
                        + outbox.at("open").number()
                        + " sent and not acknowledged");
        JsonTree messages = status.at("messages");
        line(
                "messages",
                "acknowledged "
                        + messages.at("acknowledged").number()
                        + counted(messages, "possibly_repeated")
                        + counted(messages, "refused")
                        + counted(messages, "dropped")
                        + counted(messages, "not_accepted")
                        + counted(messages, "missed_samples")
                        + counted(messages, "failed_readings"));
        status.at("topics").all().forEach(this::topic);
        status.at("subscriptions").all().forEach(this::subscription);
        List<JsonTree> events = status.at("events").all();
        if (!events.isEmpty()) {
            line("last event", at(events.getFirst()) + events.getFirst().at("text").text());
        }
    }

    private String connection(JsonTree connection) {
        String broker = connection.at("broker").text();
        if (connection.at("connected").isTrue()) {
            return broker
                    + " "
                    + since(connection.at("since"))
                    + ", MQTT "
                    + connection.at("mqtt").text()
                    + ", "
                    + connection.at("link").text()
                    + (connection.at("session_present").isTrue()
                            ? ", session resumed"
                            : ", new session");
        }
        String problem = connection.at("problem").text();
        return "none "
                + since(connection.at("since"))
                + ": "
                + (problem.isEmpty() ? "still connecting to " + broker : problem);
    }

    private void topic(JsonTree topic) {
        line(
                "topic",
                topic.at("topic").text()
                        + ", "
                        + since(topic.at("at"))
                        + ": published "
                        + topic.at("published").number()
                        + ", acknowledged "
                        + topic.at("acknowledged").number()
                        + counted(topic, "refused")
                        + counted(topic, "dropped"));
        for (JsonTree field : topic.at("fields").all()) {
            JsonTree value = field.at("value");
            line(
                    "",
                    "  "
                            + field.at("name").text()
                            + ": "
                            + (value.isNothing() ? "failed" : value.text()));
        }
    }

    private void subscription(JsonTree subscription) {
        line(
                "subscription",
                subscription.at("filter").text()
                        + ": "
                        + subscription.at("state").text()
                        + ", received "
                        + subscription.at("received").number());
        List<JsonTree> newest = subscription.at("messages").all();
        if (!newest.isEmpty()) {
            JsonTree message = newest.getFirst();
            line(
                    "",
                    "  "
                            + at(message)
                            + message.at("topic").text()
                            + ": "
                            + message.at("text").text());
        }
    }

    private static String counted(JsonTree from, String what) {
        long count = from.at(what).number();
        return count == 0 ? "" : ", " + what.replace('_', ' ') + " " + count;
    }

    private static String days(long days) {
        return days < 0 ? "EXPIRED" : "expires in " + Count.of(days, "day");
    }

    private static String at(JsonTree event) {
        return event.at("at").text() + " ";
    }

    /// By the clock of the agent.
    private String since(JsonTree then) {
        if (then.isNothing()) {
            return "never";
        }
        try {
            Instant now = Instant.parse(status.at("now").text());
            return OutboxLs.age(Instant.parse(then.text()), now) + " ago";
        } catch (DateTimeException other) {
            return then.text();
        }
    }

    private void line(String what, String text) {
        lines.add("  %-12s %s".formatted(what, OneLine.text(text)).stripTrailing());
    }
}
