package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks somebody at a terminal; an empty answer takes what stands in brackets.
final class Interview {

    private final BufferedReader answers;
    private final PrintWriter questions;

    Interview(BufferedReader answers, PrintWriter questions) {
        this.answers = answers;
        this.questions = questions;
    }

    /// A URL; a host alone becomes one of TLS.
    String broker() {
        while (true) {
            String answer = ask("Which broker, such as mqtts://broker.example.com:8883", null);
            if (!answer.isEmpty()) {
                return answer.contains("://") ? answer : "mqtts://" + answer;
            }
            questions.println("There is no default for the broker.");
        }
    }

    String text(String question, String otherwise) {
        String answer = ask(question, otherwise);
        return answer.isEmpty() ? otherwise : answer;
    }

    /// A file that is there; `null` for an empty answer.
    ///
    /// @param otherwise what an empty answer means
    @Nullable Path file(String question, String otherwise) {
        String answer = ask(question, otherwise);
        while (!answer.isEmpty() && !Files.isRegularFile(Path.of(answer))) {
            questions.println("There is no file " + Path.of(answer).toAbsolutePath());
            answer = ask(question, otherwise);
        }
        return answer.isEmpty() ? null : Path.of(answer);
    }

    /// The key of `certificate`: `x.key` beside `x.pem` when it is there.
    Path keyOf(Path certificate) {
        Path name = certificate.getFileName();
        String stem = String.valueOf(name).replaceFirst("\\.[^.]*$", "");
        Path guess = certificate.resolveSibling(stem + ".key");
        while (true) {
            Path key = file("PEM file of its key", guess.toString());
            if (key == null) {
                key = guess;
            }
            if (Files.isRegularFile(key)) {
                return key;
            }
            questions.println("There is no file " + key.toAbsolutePath());
        }
    }

    private String ask(String question, @Nullable String otherwise) {
        questions.print(question + (otherwise == null ? "? " : "? [" + otherwise + "] "));
        questions.flush();
        try {
            String answer = answers.readLine();
            if (answer == null) {
                throw new UsageException("caddis: the answers ended; nothing is written");
            }
            return answer.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
