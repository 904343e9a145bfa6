package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Asks somebody at a terminal; an empty answer takes what stands in brackets.
final class Interview {

    private final BufferedReader answers;
    private final PrintWriter questions;

    Interview(BufferedReader answers, PrintWriter questions) {
        this.answers = answers;
        this.questions = questions;
    }

    /// Tells what is wrong with an answer; empty: nothing. What is wrong is asked for again.
    @FunctionalInterface
    interface Complaint<T> {
        Optional<String> about(T answer);
    }

    /// A URL; a host alone becomes one of TLS.
    String broker(Complaint<String> complaint) {
        while (true) {
            String answer = ask("Which broker, such as mqtts://broker.example.com:8883", null);
            if (answer.isEmpty()) {
                questions.println("There is no default for the broker.");
                continue;
            }
            String url = answer.contains("://") ? answer : "mqtts://" + answer;
            if (isRight(url, complaint)) {
                return url;
            }
        }
    }

    String text(String question, String otherwise, Complaint<String> complaint) {
        while (true) {
            String answer = ask(question, otherwise);
            String text = answer.isEmpty() ? otherwise : answer;
            if (isRight(text, complaint)) {
                return text;
            }
        }
    }

    private <T> boolean isRight(T answer, Complaint<T> complaint) {
        Optional<String> wrong = complaint.about(answer);
        wrong.ifPresent(questions::println);
        return wrong.isEmpty();
    }

    /// A file that is there; `null` for an empty answer.
    ///
    /// @param otherwise what an empty answer means
    @Nullable Path file(String question, String otherwise, Complaint<Path> complaint) {
        while (true) {
            String answer = ask(question, otherwise);
            if (answer.isEmpty()) {
                return null;
            }
            if (isThere(Path.of(answer)) && isRight(Path.of(answer), complaint)) {
                return Path.of(answer);
            }
        }
    }

    private boolean isThere(Path file) {
        boolean there = Files.isRegularFile(file);
        if (!there) {
            questions.println("There is no file " + file.toAbsolutePath());
        }
        return there;
    }

    /// The key of `certificate`: `x.key` beside `x.pem` when it is there.
    Path keyOf(Path certificate, Complaint<Path> complaint) {
        Path name = certificate.getFileName();
        String stem = String.valueOf(name).replaceFirst("\\.[^.]*$", "");
        Path guess = certificate.resolveSibling(stem + ".key");
        while (true) {
            Path key = file("PEM file of its key", guess.toString(), complaint);
            if (key != null) {
                return key;
            }
            if (isThere(guess) && isRight(guess, complaint)) {
                return guess;
            }
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
