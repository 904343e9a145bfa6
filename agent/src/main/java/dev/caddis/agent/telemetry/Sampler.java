package dev.caddis.agent.telemetry;

import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.Reading;
import dev.caddis.mqtt.packet.Bytes;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;

/// Takes the samples that are due: reads the fields of each topic and hands its payload over. Knows
/// no thread.
final class Sampler {

    private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

    private final Schedule schedule;
    private DeviceTree tree; // one thread reads and writes it
    private final Outlet outlet;
    private final InstantSource instants;
    private final FailedReadings failedReadings;
    private final TelemetryPayload payloads = new TelemetryPayload();
    private final AtomicLong missedSamples = new AtomicLong(); // written by one thread, read by any
    private final AtomicLong refusedMessages = new AtomicLong();

    Sampler(
            Schedule schedule,
            DeviceTree tree,
            Outlet outlet,
            InstantSource instants,
            FailedReadings failedReadings) {
        this.schedule = schedule;
        this.tree = tree;
        this.outlet = outlet;
        this.instants = instants;
        this.failedReadings = failedReadings;
    }

    /// Takes every sample that is due at `nowNanos`. Interrupted, it publishes nothing more: what
    /// could not be read for that reason says nothing about the machine.
    void step(long nowNanos) {
        List<Schedule.Due> due = schedule.due(nowNanos);
        for (Schedule.Due each : due) {
            if (each.missed() > 0) {
                missedSamples.addAndGet(each.missed());
                LOG.warn(
                        "{}: {} samples were missed, the process stood still or a source was slow;"
                                + " going on with one",
                        each.topic().topic(),
                        each.missed());
            }
            publish(each.topic());
        }
    }

    /// From now on `topics` are sampled, and `newTree` is read.
    void change(List<TopicSettings> topics, DeviceTree newTree, long nowNanos) {
        schedule.change(topics, nowNanos);
        tree = newTree;
    }

    long nanosUntilNext(long nowNanos) {
        return schedule.nanosUntilNext(nowNanos);
    }

    long missedSamples() {
        return missedSamples.get();
    }

    long refusedMessages() {
        return refusedMessages.get();
    }

    private void publish(TopicSettings topic) {
        Instant takenAt = instants.instant();
        SequencedMap<String, Reading> readings = new LinkedHashMap<>();
        for (Map.Entry<String, String> field : topic.fields().entrySet()) {
            Reading reading = tree.read(field.getValue());
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            failedReadings.note(reading);
            readings.put(field.getKey(), reading);
        }
        Bytes payload = payloads.write(topic.timestampField(), takenAt, readings);
        try {
            outlet.publish(topic, payload);
        } catch (RuntimeException refused) {
            refusedMessages.incrementAndGet();
            LOG.warn(
                    "{}: a message of {} bytes was not accepted and is lost: {}",
                    topic.topic(),
                    payload.length(),
                    refused.getMessage());
            LOG.debug("it came from", refused);
        }
    }
}
