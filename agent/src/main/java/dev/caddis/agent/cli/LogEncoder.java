package dev.caddis.agent.cli;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;

import dev.caddis.agent.config.LogSettings.Format;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Writes an event of the log as a line for a person, or as one JSON object in one line. The format
/// may change at any time.
public final class LogEncoder extends EncoderBase<ILoggingEvent> {

    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %msg%n%ex{short}";
    private static final byte[] NOTHING = {};

    /// Always three digits, so that times sort as text.
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final PatternLayout person = new PatternLayout();
    private volatile Format format = Format.TEXT;

    void format(Format next) {
        format = next;
    }

    @Override
    public void start() {
        person.setContext(getContext());
        person.setPattern(PATTERN);
        person.start();
        super.start();
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String text =
                switch (format) {
                    case TEXT -> person.doLayout(event);
                    case JSON -> json(event) + "\n";
                };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The names of the members are fixed: docs/reference/cli.md has them.
    private static String json(ILoggingEvent event) {
        JsonLine line =
                new JsonLine()
                        .with("time", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                        .with("level", event.getLevel().toString().toLowerCase(Locale.ROOT))
                        .with("logger", event.getLoggerName())
                        .with("message", event.getFormattedMessage());
        IThrowableProxy cause = event.getThrowableProxy();
        return (cause == null ? line : line.with("error", ThrowableProxyUtil.asString(cause)))
                .toString();
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
