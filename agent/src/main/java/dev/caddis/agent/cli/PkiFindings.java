package dev.caddis.agent.cli;

import dev.caddis.agent.OneLine;
import dev.caddis.agent.identity.Inspection.Finding;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What is known of a certificate, a key or a request, for people and for scripts.
final class PkiFindings {

    private PkiFindings() {}

    static List<String> lines(Finding finding, @Nullable String host) {
        var lines = new ArrayList<String>();
        switch (finding) {
            case Finding.Certificate it -> {
                lines.add(line("subject", it.subject()));
                lines.add(
                        line(
                                "issuer",
                                it.issuer()
                                        + (it.issuedBy() == null
                                                ? ", not among these files"
                                                : ", in " + it.issuedBy())));
                lines.add(
                        line(
                                "valid",
                                it.from() + " to " + it.until() + ", " + left(it.daysLeft())));
                lines.add(line("for", it.use().isEmpty() ? "any use" : join(it.use())));
                lines.add(line("names", it.names().isEmpty() ? "none" : join(it.names())));
                lines.add(line("key", it.key()));
                if (it.hostMatches() != null) {
                    lines.add(
                            line(
                                    "host",
                                    host + (it.hostMatches() ? " matches" : " does not match")));
                }
            }
            case Finding.Key it ->
                    lines.add(
                            line(
                                    "key",
                                    (it.key() == null ? "unknown kind" : it.key())
                                            + (it.encrypted() ? ", encrypted" : "")
                                            + (it.fits() == null ? "" : ", fits " + it.fits())));
            case Finding.Request it -> {
                lines.add(line("request of", it.subject()));
                lines.add(line("names", it.names().isEmpty() ? "none" : join(it.names())));
                lines.add(line("key", it.key()));
            }
        }
        return lines;
    }

    private static String left(long days) {
        return days < 0 ? "expired" : days + (days == 1 ? " day left" : " days left");
    }

    private static String join(List<String> words) {
        return String.join(", ", words);
    }

    private static String line(String what, String text) {
        return "  %-10s  %s".formatted(what, OneLine.text(text));
    }

    static JsonLine object(Finding finding) {
        return switch (finding) {
            case Finding.Certificate it ->
                    new JsonLine()
                            .with("kind", "certificate")
                            .with("file", it.file())
                            .with("subject", it.subject())
                            .with("issuer", it.issuer())
                            .with("issued_by", it.issuedBy())
                            .with("valid_from", it.from())
                            .with("valid_until", it.until())
                            .with("days_left", it.daysLeft())
                            .with("use", it.use())
                            .with("names", it.names())
                            .with("key", it.key())
                            .with("host_matches", it.hostMatches());
            case Finding.Key it ->
                    new JsonLine()
                            .with("kind", "key")
                            .with("file", it.file())
                            .with("key", it.key())
                            .with("encrypted", it.encrypted())
                            .with("fits", it.fits());
            case Finding.Request it ->
                    new JsonLine()
                            .with("kind", "request")
                            .with("file", it.file())
                            .with("subject", it.subject())
                            .with("names", it.names())
                            .with("key", it.key());
        };
    }
}
