package dev.caddis.mqtt.transport;

import static dev.caddis.mqtt.transport.TestIdentities.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.KeyPassword;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// abort() ends what blocks, whatever it is, and nothing comes out of it afterwards.
@Timeout(30)
class AbortTest { // F18 F19

    private static final Issued CA = Pki.authority("CN=Test CA");

    @TempDir private Path folder;

    @Test
    void a_handshake_that_is_never_answered_is_freed() throws Exception {
        CountDownLatch handshaking = new CountDownLatch(1);
        try (RawServer server =
                RawServer.start(client -> {
                    client.getInputStream().read(); // our ClientHello is on its way: run() waits
                    handshaking.countDown();
                    client.getInputStream().readAllBytes();
                })) {
            Dial dial = new Dial(server.endpoint(true), null, identity(), phase -> {});
            CompletableFuture<String> sentence =
                    CompletableFuture.supplyAsync(() -> failure(Kind.ABORTED, dial));
            handshaking.await();
            dial.abort();
            assertThat(sentence.get(10, TimeUnit.SECONDS))
                    .isEqualTo(
                            "the attempt to connect to " + server.endpoint(true) + " was given up");
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_abort_at_the_start_of_a_phase_ends_the_attempt(Phase when) throws Exception {
        try (RawServer server = RawServer.silent()) {
            var self = new AtomicReference<Dial>();
            Dial dial =
                    new Dial(
                            server.endpoint(true),
                            null,
                            identity(),
                            phase -> {
                                if (phase == when) {
                                    self.get().abort();
                                }
                            });
            self.set(dial);
            failure(Kind.ABORTED, dial);
        }
    }

    @Test
    void an_abort_before_the_start_ends_the_attempt() throws Exception {
        try (RawServer server = RawServer.silent()) {
            Dial dial = new Dial(server.endpoint(false), null, null, phase -> {});
            dial.abort();
            dial.abort();
            failure(Kind.ABORTED, dial);
        }
    }

    @Test
    void a_name_server_that_never_answers_is_left_behind() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        Dial dial =
                new Dial(
                        new Endpoint(false, "broker.example", 1883),
                        null,
                        null,
                        phase -> {},
                        host -> {
                            asked.countDown();
                            awaitUninterruptibly(answered);
                            return new InetAddress[] {InetAddress.getLoopbackAddress()};
                        });
        expectFreed(dial, asked);
        answered.countDown();
    }

    @Test
    void a_key_password_that_never_comes_is_left_behind() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch given = new CountDownLatch(1);
        ClientIdentity stuck =
                withPassword(() -> {
                    asked.countDown();
                    awaitUninterruptibly(given);
                    return new char[0];
                });
        expectFreed(new Dial(new Endpoint(true, "localhost", 1), null, stuck, phase -> {}), asked);
        given.countDown();
    }

    @Test
    void a_key_password_that_fails_in_a_way_of_its_own_ends_only_the_attempt() {
        ClientIdentity failing =
                withPassword(() -> {
                    throw new IllegalStateException("vault sealed");
                });
        Dial dial = new Dial(new Endpoint(true, "localhost", 1), null, failing, phase -> {});
        assertThat(failure(Kind.IDENTITY, dial)).contains("vault sealed");
    }

    private ClientIdentity withPassword(KeyPassword password) {
        return ClientIdentity.pem(
                null,
                Pki.file(folder, "device.pem", Pki.pem(CA.certificate())),
                Pki.file(folder, "device.key", Pki.pem(CA.key(), "larva")),
                password);
    }

    private static void expectFreed(Dial dial, CountDownLatch blocked) throws Exception {
        CompletableFuture<String> sentence =
                CompletableFuture.supplyAsync(() -> failure(Kind.ABORTED, dial));
        blocked.await();
        dial.abort();
        assertThat(sentence.get(10, TimeUnit.SECONDS)).contains("was given up");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nothing interrupts it", e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESOLVING", "CONNECTING"})
    void an_interrupt_ends_the_attempt_and_is_kept(Phase when) throws Exception {
        try (RawServer server = RawServer.silent()) {
            Dial dial =
                    new Dial(
                            server.endpoint(false),
                            null,
                            null,
                            phase -> {
                                if (phase == when) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            failure(Kind.ABORTED, dial);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void an_abort_frees_a_blocked_read_and_a_blocked_write() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (RawServer server =
                RawServer.start(client -> {
                    try {
                        done.await(); // reads nothing: our writes fill the buffers and block
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                })) {
            Link link = new Dial(server.endpoint(false), null, null, phase -> {}).run();
            CountDownLatch writing = new CountDownLatch(1);
            CompletableFuture<IOException> read = failing(() -> link.input().read());
            CompletableFuture<IOException> write =
                    failing(() -> {
                        while (true) {
                            link.output().write(new byte[65_536]);
                            writing.countDown();
                        }
                    });
            writing.await();
            link.abort();
            assertThat(link.explain(read.get(10, TimeUnit.SECONDS)).kind()).isEqualTo(Kind.ABORTED);
            assertThat(link.explain(write.get(10, TimeUnit.SECONDS)).kind())
                    .isEqualTo(Kind.ABORTED);
            done.countDown();
        }
    }

    @Test
    void a_close_that_the_broker_does_not_answer_is_freed() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        try (RawServer server =
                RawServer.start(client -> {
                    client.getInputStream().readAllBytes();
                    ended.countDown(); // our end of TCP has arrived; the server keeps its own open
                    try {
                        done.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                })) {
            Link link = new Dial(server.endpoint(false), null, null, phase -> {}).run();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(link::close);
            ended.await();
            link.abort();
            closing.get(10, TimeUnit.SECONDS);
            done.countDown();
        }
    }

    private interface Blocking {
        void run() throws IOException;
    }

    private static CompletableFuture<IOException> failing(Blocking work) {
        var failure = new CompletableFuture<IOException>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        work.run();
                        failure.completeExceptionally(new AssertionError("it ended"));
                    } catch (IOException e) {
                        failure.complete(e);
                    }
                });
        return failure;
    }

    private ClientIdentity identity() {
        return new TestIdentities(folder).trusting(CA);
    }
}
