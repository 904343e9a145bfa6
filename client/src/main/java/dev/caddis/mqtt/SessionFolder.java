package dev.caddis.mqtt;

import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.JournalHand;
import dev.caddis.mqtt.store.JournalView;
import dev.caddis.mqtt.store.StoreException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A session folder ([MqttClientBuilder#session]) from outside: what is in it, whether a client has
/// it at the time or not.
///
/// To look changes nothing: what a client does meanwhile may be seen or not. To change it, no
/// client may have it.
public final class SessionFolder {

    private static final Pattern DAMAGED = Pattern.compile("[0-9a-f]{16}\\.journal\\.damaged");
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'reset-'uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// How a session stands.
    ///
    /// @param clientId whose session it is
    /// @param outboxMessages that wait to be sent, and `outboxBytes` what they count for in the
    ///   bound of the outbox
    /// @param oldest when the first of them was accepted; `null` where none waits
    /// @param cursor the sequence from which on messages wait
    /// @param openExchanges messages that were sent and are not acknowledged
    /// @param journalFiles that hold the session, damaged ones among them
    /// @param damagedFiles names of files that were damaged and are kept; those that hold nothing
    ///   that waits may be deleted
    /// @param diskBytes that the folder takes
    /// @param diskFree bytes of its disk that this user may still take
    public record Summary(
            String clientId,
            long outboxMessages,
            long outboxBytes,
            @Nullable Instant oldest,
            long cursor,
            int openExchanges,
            int journalFiles,
            List<String> damagedFiles,
            long diskBytes,
            long diskFree) {}

    /// A message without its acknowledgement.
    ///
    /// @param sequence as in [Receipt#sequence]
    /// @param acceptedAt by this machine's clock; `null` where it has been sent
    public record Waiting(long sequence, @Nullable Instant acceptedAt, Message message) {

        /// Whether it has left the outbox: it was sent, or is about to be as soon as the broker
        /// answers those before it.
        public boolean isSent() {
            return acceptedAt == null;
        }
    }

    private final Path folder;

    private SessionFolder(Path folder) {
        this.folder = folder;
    }

    /// @param folder need not be there
    public static SessionFolder at(Path folder) {
        return new SessionFolder(folder);
    }

    /// The client id whose session it keeps; empty where it keeps none.
    ///
    /// @throws OpenException when it cannot be read, or a later version of Caddis wrote it
    public Optional<String> clientId() {
        return translated(() -> JournalView.clientId(folder));
    }

    /// How the session stands; empty where there is none. Takes a few megabytes of reading, however
    /// much waits.
    ///
    /// @throws OpenException as [#clientId]
    public Optional<Summary> summary() {
        return translated(() -> JournalView.open(folder).map(this::summary));
    }

    private Summary summary(JournalView view) {
        try (view) {
            SessionState state = view.state();
            Stored first = state.outboxMessages() == 0 ? null : view.next();
            List<Path> files = files();
            return new Summary(
                    view.clientId(),
                    state.outboxMessages(),
                    state.outboxBytes(),
                    first == null ? null : acceptedAt(view, first),
                    state.cursor(),
                    view.open().size(),
                    view.segments(),
                    files.stream()
                            .map(file -> file.getFileName().toString())
                            .filter(name -> DAMAGED.matcher(name).matches())
                            .toList(),
                    files.stream().mapToLong(file -> file.toFile().length()).sum(),
                    Files.getFileStore(folder).getUsableSpace());
        } catch (IOException e) {
            throw new OpenException("the session folder " + folder + " cannot be read: " + e, e);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Instant acceptedAt(JournalView view, Stored message) {
        return Instant.ofEpochMilli(view.wallMillis(message.acceptedAt()));
    }

    /// Gives every message without an acknowledgement to `reader`, those that were sent first, then
    /// the outbox in order; memory does not grow with it.
    ///
    /// @param reader says whether it wants more
    /// @throws OpenException as [#clientId]
    public void read(Predicate<? super Waiting> reader) {
        translated(() -> {
            Optional<JournalView> opened = JournalView.open(folder);
            opened.ifPresent(view -> read(view, reader));
            return opened;
        });
    }

    private static void read(JournalView view, Predicate<? super Waiting> reader) {
        try (view) {
            for (Change open : view.open()) {
                boolean more =
                        switch (open) {
                            case Change.Opened(long sequence, int id, Publish message, boolean r) ->
                                    reader.test(new Waiting(sequence, null, Message.of(message)));
                            case Change.Again(long sequence, Publish message) ->
                                    reader.test(new Waiting(sequence, null, Message.of(message)));
                            default -> true;
                        };
                if (!more) {
                    return;
                }
            }
            for (Stored next = view.next(); next != null; next = view.next()) {
                if (!reader.test(
                        new Waiting(
                                next.sequence(),
                                acceptedAt(view, next),
                                Message.of(next.message())))) {
                    return;
                }
            }
        }
    }

    /// Drops every message that waits in the outbox. What was sent and is not acknowledged stays.
    /// Where a client has the folder, ask that one: [MqttClient#purgeOutbox].
    ///
    /// @return how many
    /// @throws OpenException when a client has it, or it cannot be used
    public long purge() {
        return translated(() ->
                JournalView.clientId(folder).map(id -> JournalHand.purge(folder, id)).orElse(0L));
    }

    /// Ends the session, so that the folder can get that of another client id: its files are moved
    /// to a folder in it, `reset-TIME`, which is a session folder itself. What the session held is
    /// delivered no more, and the broker keeps its part until it expires.
    ///
    /// A reset that was broken off, such as by `kill -9`, is finished by the next; until then the
    /// folder keeps the session's state, and what was moved is in `reset-part-N`.
    ///
    /// @return the folder with what was
    /// @throws OpenException when a client has it, or it cannot be changed
    public Path reset() {
        Path aside = folder.resolve(NAME.format(Instant.now()));
        translated(() -> {
            JournalHand.reset(folder, aside, false);
            return aside;
        });
        return aside;
    }

    /// As [#reset]; the files are deleted.
    ///
    /// @throws OpenException as there
    public void delete() {
        translated(() -> {
            JournalHand.reset(folder, folder, true);
            return folder;
        });
    }

    private static <T> T translated(Supplier<T> work) {
        try {
            return work.get();
        } catch (StoreException e) {
            throw new OpenException(String.valueOf(e.getMessage()), e);
        }
    }
}
