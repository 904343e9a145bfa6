package dev.caddis.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.ClientClosedException;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

@Timeout(60)
class AgentClientTest {

    /// The journal begins a new file every 64 KiB.
    private static final long OUTBOX_BYTES = 1_000_000;

    private static final String FOLDER_FAILED =
            "the session folder has failed and is not open again";

    private static final Duration OPENED = Duration.ofSeconds(30);

    private static final ClientEvent FAILED =
            new ClientEvent.Failed(new IOException("no space left"), true);

    @TempDir private Path temp;

    private final BlockingQueue<ClientEvent> events = new LinkedBlockingQueue<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final CountDownLatch again = new CountDownLatch(5); // clients to open
    private final CountDownLatch ready = new CountDownLatch(1);
    private List<Throwable> troubles = List.of(); // of the first attempts to open another
    private int attempts;

    @Test
    void when_the_folder_fails_another_client_is_opened_after_growing_pauses() throws Exception {
        var client = new AgentClient(this::open, events::add, this::pause, OPENED);
        fail(client);
        again.await();
        assertThat(client.submit(message()).awaitAccepted(Duration.ofSeconds(10)).isAccepted())
                .isTrue();
        assertThat(pauses)
                .containsExactly(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(8));
        client.close(Duration.ZERO);
    }

    @Test
    void an_attempt_that_fails_by_a_defect_or_for_want_of_memory_is_followed_by_another()
            throws Exception {
        troubles =
                List.of(
                        new IllegalStateException("broken on purpose"),
                        new OutOfMemoryError("unable to create native thread"));
        var client = new AgentClient(this::open, events::add, this::pause, OPENED);
        fail(client);
        again.await();
        assertThat(client.submit(message()).awaitAccepted(Duration.ofSeconds(10)).isAccepted())
                .isTrue();
        client.close(Duration.ZERO);
    }

    @Test
    void closing_ends_the_attempts() throws Exception {
        var paused = new CountDownLatch(1);
        var closing = new CountDownLatch(1);
        var client =
                new AgentClient(
                        this::open,
                        events::add,
                        pause -> {
                            paused.countDown();
                            closing.await();
                            return false;
                        },
                        OPENED);
        fail(client);
        paused.await();
        assertThatThrownBy(() -> client.submit(message()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(FOLDER_FAILED);
        closing.countDown();
        client.close(Duration.ZERO);
        assertThat(attempts).isEqualTo(1);
        assertThatThrownBy(() -> client.submit(message()))
                .isInstanceOf(ClientClosedException.class);
    }

    @Test
    void closing_does_not_wait_for_ever_for_a_disk_that_hangs() throws Exception {
        var hangs = new CountDownLatch(1);
        var released = new CompletableFuture<@Nullable Void>();
        var late = new CompletableFuture<MqttClient>();
        var client =
                new AgentClient(
                        (_, listener) -> {
                            if (++attempts == 1) {
                                return inFolder(listener);
                            }
                            hangs.countDown();
                            released.join();
                            late.complete(inFolder(listener));
                            return late.join();
                        },
                        events::add,
                        this::pause,
                        Duration.ofMillis(10));
        fail(client);
        hangs.await();
        assertThat(client.counts().acknowledged()).isZero(); // is told meanwhile
        client.close(Duration.ZERO);
        released.complete(null);
        assertThatThrownBy(() -> submitUntilClosed(late.join()))
                .isInstanceOf(ClientClosedException.class);
        late.join().close(); // returns when its folder is free
    }

    @Test
    void a_client_that_fails_before_it_has_quite_replaced_another_is_replaced_too() {
        var third = new CountDownLatch(1);
        var client = new AgentClient(this::openAny, events::add, this::pause, OPENED);
        client.replace((_, listener) -> {
            if (++attempts == 2) {
                listener.accept(FAILED);
            } else {
                third.countDown();
            }
            return inFolder(listener);
        });
        await(third);
        client.close(Duration.ZERO);
        assertThat(pauses).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void a_client_that_fails_as_soon_as_it_is_opened_again_keeps_replacing_and_readings_out() {
        var paused = new CountDownLatch(2);
        var goOn = new CountDownLatch(1);
        var third = new CountDownLatch(1);
        var client =
                new AgentClient(
                        (_, listener) -> {
                            MqttClient next = inFolder(listener);
                            if (++attempts == 3) {
                                third.countDown();
                            } else {
                                next.close(Duration.ZERO);
                                listener.accept(FAILED);
                            }
                            return next;
                        },
                        events::add,
                        pause -> {
                            paused.countDown();
                            if (paused.getCount() == 0) {
                                goOn.await();
                            }
                            return pause(pause);
                        },
                        OPENED);
        await(paused);
        assertThatThrownBy(() -> client.submit(message())).hasMessage(FOLDER_FAILED);
        assertThatThrownBy(() -> client.replace(this::openAny)).hasMessageContaining(FOLDER_FAILED);
        assertThat(client.lives()).isTrue();
        goOn.countDown();
        await(third);
        client.close(Duration.ZERO);
        assertThat(attempts).isEqualTo(3);
    }

    @Test
    void what_a_client_says_after_it_was_replaced_is_not_said_of_the_next() {
        List<Consumer<ClientEvent>> listeners = new ArrayList<>();
        AgentClient.Opener opener =
                (_, listener) -> {
                    listeners.add(listener);
                    return inFolder(listener);
                };
        var client = new AgentClient(opener, events::add, this::pause, OPENED);
        client.replace(opener);
        listeners.getFirst().accept(FAILED);
        assertThat(client.submit(message())).isNotNull();
        client.close(Duration.ZERO);
        assertThat(pauses).isEmpty();
    }

    @Test
    void where_the_next_client_cannot_be_opened_there_is_one_as_before() throws Exception {
        for (Throwable trouble : List.of(unusable(), new OutOfMemoryError("no native thread"))) {
            List<@Nullable MqttClient> before = new ArrayList<>();
            var client =
                    new AgentClient(
                            (earlier, listener) -> {
                                before.add(earlier);
                                return inFolder(listener);
                            },
                            events::add,
                            this::pause,
                            OPENED);
            assertThatThrownBy(() ->
                            client.replace((_, _) -> {
                                throwUnchecked(trouble);
                                throw new AssertionError();
                            }))
                    .isSameAs(trouble);
            assertThat(client.submit(message())).isNotNull();
            client.close(Duration.ZERO);
            assertThat(before).hasSize(2).first().isNull();
            assertThat(before.getLast()).isNotNull();
        }
    }

    @Test
    void a_client_is_opened_as_was_wanted_meanwhile() {
        var asWanted = new CountDownLatch(1);
        var change = new AtomicReference<Runnable>(() -> {});
        var client =
                new AgentClient(
                        (_, listener) -> {
                            if (++attempts == 1) {
                                listener.accept(FAILED);
                            } else {
                                change.get().run();
                            }
                            return inFolder(listener);
                        },
                        events::add,
                        pause -> {
                            await(ready);
                            return pause(pause);
                        },
                        OPENED);
        change.set(() ->
                client.openNextBy((_, listener) -> {
                    asWanted.countDown();
                    return inFolder(listener);
                }));
        ready.countDown();
        await(asWanted);
        client.close(Duration.ZERO);
        assertThat(attempts).isEqualTo(2);
        assertThat(pauses).as("for the one that had failed").hasSize(1);
    }

    private MqttClient openAny(@Nullable MqttClient before, Consumer<ClientEvent> listener) {
        attempts++;
        return inFolder(listener);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Takes the folder away, and fills the file that is open until the next is due.
    private void fail(AgentClient client) throws Exception {
        try (Stream<Path> files = Files.list(temp.resolve("session"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(temp.resolve("session"));
        Message large = Message.of("x", "x".repeat(50_000)).qos(Qos.AT_LEAST_ONCE);
        try {
            for (int i = 0; i < 4; i++) {
                client.submit(large);
            }
        } catch (IllegalStateException failed) { // it has, before all were handed in
            assertThat(failed).hasMessage(FOLDER_FAILED);
        } catch (ClientClosedException justNow) { // it has, and nobody was told yet
            assertThat(justNow).hasMessageContaining("closed");
        }
        ClientEvent event = events.poll(30, TimeUnit.SECONDS);
        while (!(event instanceof ClientEvent.Failed)) {
            assertThat(event).isNotNull();
            event = events.poll(30, TimeUnit.SECONDS);
        }
        assertThat(((ClientEvent.Failed) event).kept()).isTrue();
    }

    private boolean pause(Duration pause) {
        pauses.add(pause);
        return true;
    }

    private MqttClient open(@Nullable MqttClient before, Consumer<ClientEvent> listener) {
        again.countDown();
        attempts++;
        if (attempts > 1 && attempts < 5) {
            if (attempts - 2 < troubles.size()) {
                throwUnchecked(troubles.get(attempts - 2));
            }
            throw unusable();
        }
        return inFolder(listener);
    }

    private static void submitUntilClosed(MqttClient client) {
        while (true) {
            client.submit(message());
        }
    }

    private MqttClient inFolder(Consumer<ClientEvent> listener) {
        return MqttClient.builder()
                .broker("mqtt://127.0.0.1:1")
                .clientId("pump-17")
                .session(temp.resolve("session"))
                .minFreeDisk(0)
                .outbox(Long.MAX_VALUE, OUTBOX_BYTES, MqttClientBuilder.WhenFull.DROP_OLDEST)
                .onEvent(listener)
                .open();
    }

    private static void throwUnchecked(Throwable trouble) {
        switch (trouble) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(trouble);
        }
    }

    private OpenException unusable() {
        try {
            Path file = Files.writeString(temp.resolve("file"), "no folder");
            MqttClient.builder().broker("mqtt://h").clientId("x").session(file).open().close();
            throw new AssertionError("a file is no folder");
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (OpenException e) {
            return e;
        }
    }

    private static Message message() {
        return Message.of("x", "after").qos(Qos.AT_LEAST_ONCE);
    }
}
