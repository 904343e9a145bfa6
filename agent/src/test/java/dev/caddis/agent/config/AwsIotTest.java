package dev.caddis.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class AwsIotTest {

    private static final String AWS = "mqtts://abc-ats.iot.eu-west-1.amazonaws.com:443";

    /// Everything that AWS IoT lacks, in one file.
    private static final String EVERYTHING =
            """
            device: { id: pump-17 }
            brokers: [{ url: "%s" }]
            availability:
              topic: a/b/c/d/e/f/g/h/state
              qos: 2
            defaults: { qos: 2 }
            topics:
              by/default: { f: /system/uptime }
              by/default/too: { f: /system/uptime }
              long:
                qos: 2
                readings: { f: /system/uptime }
              fine:
                qos: 1
                readings: { qos: /system/uptime }
              a/b/c/d/e/f/g/h/i: { qos: /system/uptime }
              $aws/rules/store/a/b/c/d/e/f/g/h: { f: /system/uptime }
            subscriptions:
              - { topic: 1, qos: 2, handler: log }
              - { topic: 2/b/c/d/e/f/g/h/#, handler: log }
              - { topic: 3, handler: log }
              - { topic: 4, handler: log }
              - { topic: 5, handler: log }
              - { topic: 6, handler: log }
              - { topic: 7, handler: log }
              - { topic: 8, handler: log }
            """;

    private static ConfigFolder folder;

    @BeforeAll
    static void create(@TempDir Path temp) throws Exception {
        folder = ConfigFolder.in(temp.toRealPath());
    }

    private static List<String> warnings(String yaml) throws IOException {
        return folder.valid(yaml).warnings().stream()
                .map(Problem::toString)
                .map(line -> line.replace(folder.folder() + "/caddis.yaml:", ""))
                .toList();
    }

    @Test
    void what_AWS_IoT_lacks_is_told_where_it_is_asked_for() throws IOException {
        assertThat(warnings(EVERYTHING.formatted(AWS)))
                .containsExactly(
                        "4: availability.topic: warning: the topic has 8 slashes, and AWS IoT takes"
                                + " 7; use fewer levels",
                        "5: availability.qos: warning: 2 is more than AWS IoT takes of a will;"
                                + " write 1",
                        "6: defaults.qos: warning: 2 is more than AWS IoT takes: it never answers"
                                + " such a message; write 1, or 0",
                        "11: topics.long.qos: warning: 2 is more than AWS IoT takes: it never"
                                + " answers such a message; write 1, or 0",
                        "16: topics.\"a/b/c/d/e/f/g/h/i\": warning: the topic has 8 slashes, and"
                                + " AWS IoT takes 7; use fewer levels",
                        "18: subscriptions: warning: 9 filters with that of the state topic, and"
                                + " AWS IoT takes 8 in one SUBSCRIBE: they go in several; join"
                                + " some of them with + or #, or leave it so",
                        "19: subscriptions[0].qos: warning: 2 is more than AWS IoT grants; write 1,"
                                + " or 0",
                        "20: subscriptions[1].topic: warning: the topic has 8 slashes, and AWS IoT"
                                + " takes 7; use fewer levels");
    }

    @Test
    void other_brokers_are_not_measured_by_it() throws IOException {
        for (String url :
                new String[] {
                    "mqtts://broker.example.com:443",
                    "mqtts://amazonaws.com.example.com",
                    "mqtts://notamazonaws.com"
                }) {
            assertThat(warnings(EVERYTHING.formatted(url))).isEmpty();
        }
    }

    @Test
    void what_a_configuration_does_not_ask_for_is_not_told() throws IOException {
        assertThat(
                        warnings(
                                """
                                device: { id: pump-17 }
                                brokers: [{ url: "%s" }]
                                availability: { retain: true }
                                topics: { a/b/c/d/e/f/g/h: { qos: /system/uptime } }
                                subscriptions:
                                  - { topic: $share/group/a/b/c/d/e/f/g/h, handler: log }
                                """
                                        .formatted(AWS)))
                .isEmpty();
        assertThat(
                        warnings(
                                """
                                device: { id: pump-17 }
                                brokers: [{ url: "%s" }]
                                availability: { enabled: false, qos: 2 }
                                subscriptions:
                                %s\
                                """
                                        .formatted(AWS, filters(8))))
                .isEmpty();
    }

    @Test
    void lengths_are_counted_in_bytes_and_hosts_have_no_case() throws IOException {
        String id = "ä".repeat(126);
        assertThat(
                        warnings(
                                """
                                device: { id: "%s" }
                                brokers: [{ url: "%s" }]
                                topics: { "${device.id}/xyz": { f: /system/uptime }, "${device.id}/xyzz": { f: /system/uptime } }
                                """
                                        .formatted(
                                                id, AWS.replace("amazonaws.com", "AmazonAWS.COM"))))
                .containsExactly(
                        "1: availability: warning: the topic is 258 bytes long, and AWS IoT takes"
                                + " 256; shorten it",
                        "3: topics.\"${device.id}/xyzz\": warning: the topic is 257 bytes long, and"
                                + " AWS IoT takes 256; shorten it");
    }

    @Test
    void a_topic_whose_fields_alone_are_more_than_a_payload_is_told() throws IOException {
        String yaml =
                """
                device: { id: pump-17 }
                brokers: [{ url: "%s" }]
                topics:
                  big: { %s }
                """;
        assertThat(warnings(yaml.formatted(AWS, fields(140))))
                .containsExactly(
                        "4: topics.big: warning: makes messages of at least 131740 bytes, and AWS"
                                + " IoT takes 131072; spread its fields over several topics");
        assertThat(warnings(yaml.formatted(AWS, fields(139)))).isEmpty();
    }

    /// Fields with names of 933 bytes.
    private static String fields(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "f%03d%s: /system/uptime".formatted(i, "x".repeat(929)))
                .collect(Collectors.joining(", "));
    }

    @Test
    void more_filters_than_a_connection_may_have_are_told_as_such() throws IOException {
        assertThat(
                        warnings(
                                """
                                device: { id: pump-17 }
                                brokers: [{ url: "%s" }]
                                availability: { online: "" }
                                subscriptions:
                                %s\
                                """
                                        .formatted(AWS, filters(51))))
                .containsExactly(
                        "4: subscriptions: warning: 51 filters, and AWS IoT takes 50 on a"
                                + " connection; join some of them with + or #");
    }

    /// Subscriptions to this many filters.
    private static String filters(int count) {
        return IntStream.range(0, count)
                .mapToObj("  - { topic: \"%d\", handler: log }\n"::formatted)
                .collect(Collectors.joining());
    }
}
