package dev.caddis.agent.doctor;

import dev.caddis.agent.OneLine;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// What was found out about one step, or about one thing of it.
///
/// @param subject the topic, the filter or the data path it is about; `null`: the whole step
/// @param text what was found; for FAILED the cause, for NOT_TRIED why not
/// @param remedy what to do; `null` where nothing need be done
/// @param took `null` where it is not worth telling
public record Finding(
        Step step,
        @Nullable String subject,
        Verdict verdict,
        String text,
        @Nullable String remedy,
        @Nullable Duration took) {

    /// What came of it.
    public enum Verdict {
        /// As it should be.
        OK,
        /// It works, and deserves a second look.
        WARNING,
        /// It does not work.
        FAILED,
        /// Nobody knows.
        NOT_TRIED
    }

    public Finding {
        text = OneLine.text(text);
        remedy = remedy == null ? null : OneLine.text(remedy);
        subject = subject == null ? null : OneLine.text(subject);
    }

    static Finding ok(Step step, String text) {
        return new Finding(step, null, Verdict.OK, text, null, null);
    }

    static Finding warning(Step step, String text, String remedy) {
        return new Finding(step, null, Verdict.WARNING, text, remedy, null);
    }

    static Finding failed(Step step, String text, String remedy) {
        return new Finding(step, null, Verdict.FAILED, text, remedy, null);
    }

    /// Of a sentence that ends with its remedy, as those of the library do.
    static Finding failed(Step step, String sentence) {
        int end = sentence.lastIndexOf("; ");
        return end < 0
                ? new Finding(step, null, Verdict.FAILED, sentence, null, null)
                : failed(step, sentence.substring(0, end), sentence.substring(end + 2));
    }

    static Finding notTried(Step step, String why) {
        return new Finding(step, null, Verdict.NOT_TRIED, why, null, null);
    }

    Finding of(Step other) {
        return new Finding(other, subject, verdict, text, remedy, took);
    }

    Finding about(String thing) {
        return new Finding(step, thing, verdict, text, remedy, took);
    }

    Finding took(Duration time) {
        return new Finding(step, subject, verdict, text, remedy, time);
    }
}
