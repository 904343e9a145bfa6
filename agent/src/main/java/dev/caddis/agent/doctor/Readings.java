package dev.caddis.agent.doctor;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.Quality;
import dev.caddis.agent.source.Reading;
import dev.caddis.agent.source.SourceSettings;
import dev.caddis.agent.source.ThisMachine;
import dev.caddis.agent.telemetry.TelemetryPayload;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.packet.Bytes;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What every configured data path answers now.
///
/// @param byPath each path once
record Readings(Instant takenAt, SequencedMap<String, Reading> byPath) {

    static Readings take(AgentSettings settings) {
        try (DeviceTree tree =
                ThisMachine.tree(
                                new SourceSettings(settings.deviceId(), settings.sensorsRoot()),
                                Clocks.system())
                        .build()) {
            var readings = new LinkedHashMap<String, Reading>();
            Instant takenAt = Instant.now();
            for (TopicSettings topic : settings.topics()) {
                for (String path : topic.fields().values()) {
                    readings.computeIfAbsent(path, tree::read);
                }
            }
            return new Readings(takenAt, readings);
        }
    }

    /// As the agent would publish it.
    Bytes payload(TopicSettings topic) {
        var fields = new LinkedHashMap<String, Reading>();
        topic.fields()
                .forEach((field, path) -> {
                    Reading reading = byPath.get(path);
                    if (reading != null) {
                        fields.put(field, reading);
                    }
                });
        return new TelemetryPayload().write(topic.timestampField(), takenAt, fields);
    }

    List<Finding> findings() {
        if (byPath.isEmpty()) {
            return List.of(Finding.notTried(Step.DATA_PATHS, "no topic is published"));
        }
        var findings = new ArrayList<Finding>();
        for (Map.Entry<String, Reading> each : byPath.entrySet()) {
            Reading reading = each.getValue();
            if (reading.failed()) {
                String problem = String.valueOf(reading.problem());
                Finding finding =
                        reading.quality() == Quality.NO_SUCH_PATH
                                ? Finding.failed(
                                        Step.DATA_PATHS,
                                        problem,
                                        "caddis read / lists what there is; its field stays null")
                                : Finding.warning(
                                        Step.DATA_PATHS,
                                        problem,
                                        "its field is null until it answers; take the field out"
                                                + " where it never will");
                findings.add(finding.about(each.getKey()));
            }
        }
        if (findings.isEmpty()) {
            findings.add(
                    Finding.ok(
                            Step.DATA_PATHS,
                            byPath.size() == 1
                                    ? "it answers"
                                    : "all " + byPath.size() + " answer"));
        }
        return findings;
    }
}
