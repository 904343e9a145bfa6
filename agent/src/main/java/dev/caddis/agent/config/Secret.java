package dev.caddis.agent.config;

import dev.caddis.agent.status.StatusSettings;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A password, or where to find one. It never shows itself.
///
/// What comes from a file is read again by each [#read], so that a rotated password counts from the
/// next connection on.
public final class Secret implements StatusSettings.Token {

    private final List<Piece> pieces;

    /// A text that is known, or a file that holds one.
    sealed interface Piece {}

    /// @param writtenDown whether it stands in the configuration file, not in an environment
    ///   variable
    record Known(String text, boolean writtenDown) implements Piece {
        @Override
        public String toString() {
            return "(secret)";
        }
    }

    record InFile(Path file) implements Piece {}

    Secret(List<Piece> pieces) {
        this.pieces = List.copyOf(pieces);
    }

    /// The secret as it is now.
    ///
    /// @throws IOException when a file it is kept in cannot be read; the message names the file
    @Override
    public String read() throws IOException {
        var text = new StringBuilder();
        for (Piece piece : pieces) {
            switch (piece) {
                case Known known -> text.append(known.text());
                case InFile(Path file) -> {
                    try {
                        text.append(SmallFile.read(file));
                    } catch (IOException unreadable) {
                        throw new IOException(
                                file + " " + SmallFile.reason(unreadable), unreadable);
                    }
                }
            }
        }
        return text.toString();
    }

    /// Whether it is found in the same place: of what stands in a file, the file counts, since that
    /// is read again for each connection.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && pieces.equals(secret.pieces);
    }

    @Override
    public int hashCode() {
        return pieces.hashCode();
    }

    /// The files it is read from.
    List<Path> files() {
        return pieces.stream()
                .filter(InFile.class::isInstance)
                .map(piece -> ((InFile) piece).file())
                .toList();
    }

    /// Whether part of it stands in the configuration file itself.
    boolean isWrittenDown() {
        return pieces.stream()
                .anyMatch(piece -> piece instanceof Known known && known.writtenDown());
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
