package dev.caddis.agent.cli;

import dev.caddis.agent.config.Durations;
import dev.caddis.mqtt.Acknowledgement;
import dev.caddis.mqtt.BrokerRefusedException;
import dev.caddis.mqtt.DeadlineException;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/// One connection of `caddis roundtrip`: a client of its own, used until its connection ends, so
/// that nothing of an earlier connection can be taken for an answer on this one.
final class RoundtripLink {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(60);
    private static final Duration CONNACK = Duration.ofSeconds(10);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    /// From PUBACK on; who waits longer for the echo is told.
    private static final Duration CALM = Duration.ofSeconds(2);

    private final RoundtripPlan plan;
    private final Patience patience;
    private final RoundtripReport report;
    private final RoundtripWatch watch;
    private final Echoes echoes;
    private final MqttClient client;
    private String step = "before SUBSCRIBE was granted"; // the thread that runs the iteration
    private boolean pubackAwaited; // the same

    /// Opens a client, which begins to connect.
    ///
    /// @throws dev.caddis.mqtt.OpenException when its settings or files cannot be used
    RoundtripLink(
            MqttClientBuilder builder,
            RoundtripPlan plan,
            Patience patience,
            RoundtripReport report) {
        this.plan = plan;
        this.patience = patience;
        this.report = report;
        watch = new RoundtripWatch(report, patience::nanoTime);
        echoes = new Echoes(plan.message(), patience::nanoTime, () -> report.other(plan.topic()));
        RoundtripPlan.Pace pace = plan.pace();
        client =
                builder.keepAlive(KEEP_ALIVE)
                        .sessionExpiry(Duration.ZERO)
                        .connackTimeout(CONNACK)
                        .subackTimeout(pace.answer())
                        .reconnect(pace.backoffMin(), pace.backoffMax())
                        .reconnectAttempts(pace.attempts())
                        .subscribeRetry(pace.backoffMin(), pace.backoffMax(), pace.attempts())
                        .subscribe(plan.topic(), Qos.AT_LEAST_ONCE, echoes)
                        .onEvent(watch)
                        .open();
    }

    /// Waits for the connection and the subscription; both are retried by the client.
    ///
    /// @throws FailedException when the retries ran out
    void awaitSubscribed() throws InterruptedException, ConnectionLostException {
        try {
            await(watch.granted(), null);
            step = "after SUBSCRIBE was granted";
        } catch (TimeoutException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Publishes once and waits for PUBACK and echo.
    ///
    /// @param number of this publish in its iteration, 1 for the first
    /// @throws FailedException when the broker refuses it, or either did not come in time
    void roundtrip(int number) throws InterruptedException, ConnectionLostException {
        watch.requireGoingOn();
        String name = "publish " + number + " of " + plan.publishes() + " to " + plan.topic();
        CompletableFuture<Long> echo = echoes.next();
        long sentAt = patience.nanoTime();
        CompletableFuture<Long> puback = new CompletableFuture<>();
        step = "after " + name;
        pubackAwaited = true;
        var _ =
                client.submit(Message.of(plan.topic(), plan.message()).qos(Qos.AT_LEAST_ONCE))
                        .acknowledged()
                        .whenComplete((answer, failure) -> {
                            if (failure != null) {
                                watch.end(refusal(name, failure));
                            } else {
                                acknowledged(answer, puback);
                            }
                        });
        try {
            long ackedAfter = await(puback, plan.pace().answer()) - sentAt;
            pubackAwaited = false;
            Duration left = plan.pace().answer().minusNanos(patience.nanoTime() - sentAt);
            if (left.compareTo(CALM) > 0 && !cameWithin(CALM, echo)) {
                report.echoAwaited(number, plan.publishes(), ackedAfter);
                left = left.minus(CALM);
            }
            long echoedAfter = await(echo, left) - sentAt;
            report.cameBack(number, plan.publishes(), ackedAfter, echoedAfter);
        } catch (TimeoutException late) {
            throw new FailedException(name + ": " + missing(puback.isDone(), echo.isDone()), late);
        }
    }

    private boolean cameWithin(Duration limit, CompletableFuture<Long> echo)
            throws InterruptedException, ConnectionLostException {
        try {
            var _ = await(echo, limit);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    /// What was done last, as "after publish 1 of 5 to TOPIC".
    String step() {
        return step;
    }

    /// What a loss of this connection may mean beyond its reason: the end of a sentence, or empty.
    String suspicion() {
        return pubackAwaited && watch.speaks311()
                ? "; over 3.1.1 a broker may answer a forbidden message by closing: may this"
                        + " client publish there? --topic names another"
                : "";
    }

    /// Gives the filter back.
    ///
    /// @throws FailedException when the broker does not confirm in time
    void unsubscribe() {
        step = "after UNSUBSCRIBE";
        long begunAt = patience.nanoTime();
        try {
            client.unsubscribe(plan.topic(), plan.pace().answer());
        } catch (DeadlineException late) {
            throw new FailedException("no answer to UNSUBSCRIBE " + plan.topic() + late(), late);
        }
        report.unsubscribed(patience.nanoTime() - begunAt);
    }

    /// Ends the connection with DISCONNECT.
    void disconnect() {
        long begunAt = patience.nanoTime();
        client.close(CLOSE);
        report.disconnected(patience.nanoTime() - begunAt);
    }

    /// Ends the client, with DISCONNECT where it is connected; what it has not finished is given
    /// up.
    void abandon() {
        client.close(Duration.ZERO);
    }

    private void acknowledged(Acknowledgement answer, CompletableFuture<Long> puback) {
        if (answer.possiblyRepeated()) { // on another connection: its echoes cannot be counted
            watch.end(new ConnectionLostException("it ended before the broker had acknowledged"));
        } else {
            puback.complete(patience.nanoTime());
        }
    }

    private static Throwable refusal(String name, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof BrokerRefusedException refused
                ? new FailedException(
                        name
                                + ": the broker refused it: "
                                + refused.reason()
                                + "; may this client publish there? --topic names another",
                        refused)
                : new FailedException(name + " failed: " + cause.getMessage(), cause);
    }

    private String missing(boolean acknowledged, boolean echoed) {
        if (echoed) {
            return "the message came back, and no PUBACK came" + late();
        }
        return acknowledged
                ? "PUBACK came, and the message itself did not come back"
                        + late()
                        + (watch.speaks311()
                                ? "; may this client publish there, which PUBACK does not say over"
                                        + " 3.1.1, and read that topic? --topic names another"
                                : "; may this client read that topic? --topic names another")
                : "neither PUBACK nor the message itself came" + late();
    }

    private String late() {
        return " within " + Durations.text(plan.pace().answer());
    }

    private <T> T await(CompletableFuture<T> what, @Nullable Duration limit)
            throws InterruptedException, TimeoutException, ConnectionLostException {
        try {
            patience.await(CompletableFuture.anyOf(what, watch.over()), limit);
        } catch (ExecutionException ended) {
            throw RoundtripWatch.told(ended);
        }
        return what.join();
    }
}
