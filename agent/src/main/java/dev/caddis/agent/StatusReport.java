package dev.caddis.agent;

import dev.caddis.agent.status.StatusSettings.Report;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.packet.Qos;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Publishes the metrics as a retained message, at its interval, while there is a connection: those
/// of an hour ago are of use to nobody, so none waits in the outbox.
final class StatusReport implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final ScheduledExecutorService thread;
    private boolean refused; // on the thread

    private StatusReport() {
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("caddis-report").factory());
    }

    /// @param metrics as JSON
    /// @param outlet may throw, when the message cannot be taken
    static StatusReport begin(
            Report settings,
            BooleanSupplier connected,
            Supplier<String> metrics,
            Consumer<Message> outlet) {
        var report = new StatusReport();
        long nanos = settings.every().toNanos();
        Runnable publish =
                () -> {
                    if (connected.getAsBoolean()) {
                        report.publish(settings.topic(), metrics, outlet);
                    }
                };
        var _ = report.thread.scheduleAtFixedRate(publish, nanos, nanos, TimeUnit.NANOSECONDS);
        return report;
    }

    private void publish(String topic, Supplier<String> metrics, Consumer<Message> outlet) {
        try {
            outlet.accept(Message.of(topic, metrics.get()).qos(Qos.AT_LEAST_ONCE).retained(true));
            refused = false;
        } catch (RuntimeException e) { // the next one may be taken
            if (!refused) {
                refused = true;
                LOG.warn("{}: the status was not accepted: {}", topic, e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
