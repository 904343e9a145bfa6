package dev.caddis.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.agent.config.LogSettings.Format;
import dev.caddis.agent.config.LogSettings.Level;
import dev.caddis.agent.config.SessionSettings.MqttVersion;
import dev.caddis.agent.config.SessionSettings.Reconnect;
import dev.caddis.agent.config.SubscriptionSettings.Handler;
import dev.caddis.agent.status.StatusSettings;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.identity.LoadedIdentity;
import dev.caddis.mqtt.identity.OcspStapling;
import dev.caddis.mqtt.identity.TlsVersion;
import dev.caddis.mqtt.packet.Qos;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

class ValidConfigurationTest {

    private static final String EXAMPLE =
            """
            device: { id: "${cert:cn}" }
            brokers:
              - url: mqtts://broker.example.com:8883
            tls:
              ca: certs/ca.pem
              cert: certs/device.pem
              key: certs/device.key
            session:
              client_id: "${device.id}"
              mqtt: auto
              keep_alive: 60s
              expiry: 7d
              reconnect: { min: 500ms, max: 2m, stable_after: 30s }
            availability:
              topic: "${device.id}/state"
              online: '{"state":"online"}'
              offline: '{"state":"offline"}'
              qos: 1
              retain: true
            defaults: { every: 10s, qos: 1, timestamp: ts }
            topics:
              "${device.id}/data":
                temperature: /sensors/temperature
                humidity: /sensors/humidity
              "${device.id}/health":
                every: 30s
                readings:
                  cpu: /system/cpu/load
                  disk_free: /storage/root/free
            subscriptions:
              - { topic: "${device.id}/data", qos: 1, handler: log }
            store: { path: data/session, max_size: 100MB, when_full: drop_newest, durability: process, max_age: 7d, min_free_disk: 1GiB }
            log: { level: info, format: text }
            """;

    private static final String SHORTEST =
            """
            device: { id: pump-17 }
            brokers: [{ url: mqtts://broker.example.com }]
            topics: { t: { f: /system/uptime } }
            """;

    @TempDir private static Path temp;
    private static ConfigFolder folder;

    @BeforeAll
    static void create() throws Exception {
        folder = ConfigFolder.in(temp.toRealPath());
    }

    @Test
    void a_group_of_brokers_keeps_its_order_and_each_its_own_login_and_proxy() throws IOException {
        AgentSettings settings =
                folder.settings(
                        """
                        device: { id: pump-17 }
                        brokers:
                          - { url: "mqtts://a", shared_session: true }
                          - { url: "mqtts://b:8884", shared_session: true }
                          - { url: wss://c, username: u, proxy: { url: "http://p:3128" } }
                        topics: { t: { f: /x } }
                        """);
        assertThat(settings.brokers())
                .containsExactly(
                        new Broker("mqtts://a", null, null, null, true),
                        new Broker("mqtts://b:8884", null, null, null, true),
                        new Broker(
                                "wss://c/mqtt",
                                "u",
                                null,
                                new Proxy("http://p:3128", null, null),
                                false));
        assertThat(settings.broker()).isEqualTo(settings.brokers().getFirst());
    }

    @Test
    void the_example_means_what_it_says() throws IOException {
        ConfigResult.Valid valid = folder.valid(EXAMPLE);
        AgentSettings settings = valid.settings();
        assertThat(valid.warnings()).isEmpty();
        assertThat(settings.deviceId()).isEqualTo("pump-17");
        assertThat(settings.broker())
                .isEqualTo(new Broker("mqtts://broker.example.com:8883", null, null, null));
        Path certs = folder.folder().resolve("certs");
        assertThat(settings.tls())
                .isEqualTo(
                        Tls.pem(
                                certs.resolve("ca.pem"),
                                certs.resolve("device.pem"),
                                certs.resolve("device.key"),
                                null));
        assertThat(settings.store())
                .isEqualTo(
                        new StoreSettings(
                                folder.folder().resolve("data/session"),
                                100_000_000,
                                StoreSettings.WhenFull.DROP_NEWEST,
                                StoreSettings.Durability.PROCESS,
                                Duration.ofDays(7),
                                1L << 30));
        assertThat(settings.session())
                .isEqualTo(
                        new SessionSettings(
                                "pump-17",
                                MqttVersion.AUTO,
                                Duration.ofSeconds(60),
                                Duration.ofDays(7),
                                new Reconnect(
                                        Duration.ofMillis(500),
                                        Duration.ofMinutes(2),
                                        Duration.ofSeconds(30))));
        assertThat(settings.availability())
                .isEqualTo(
                        new Availability(
                                true,
                                "pump-17/state",
                                "{\"state\":\"online\"}",
                                "{\"state\":\"offline\"}",
                                Qos.AT_LEAST_ONCE,
                                true));
        assertThat(settings.subscriptions())
                .containsExactly(
                        new SubscriptionSettings("pump-17/data", Qos.AT_LEAST_ONCE, Handler.LOG));
        assertThat(settings.log()).isEqualTo(new LogSettings(Level.INFO, Format.TEXT));
        assertThat(settings.sensorsRoot()).isEqualTo(Path.of("/"));
    }

    @Test
    void certificate_and_key_may_come_from_a_PKCS12_file() throws Exception {
        AgentSettings settings =
                folder.settings(
                        EXAMPLE.replace("cert: certs/device.pem", "pkcs12: certs/device.p12")
                                .replace(
                                        "key: certs/device.key",
                                        "key_password: '${file:certs/store-password}'"));
        assertThat(settings.deviceId()).isEqualTo("pump-17");
        Tls tls = Objects.requireNonNull(settings.tls());
        assertThat(tls.pkcs12()).isEqualTo(folder.folder().resolve("certs/device.p12"));
        assertThat(tls.ca()).isEqualTo(folder.folder().resolve("certs/ca.pem"));
        LoadedIdentity loaded = tls.identity().load();
        assertThat(loaded.subject()).contains("CN=pump-17,OU=Pumps,O=Caddis");
        assertThat(loaded.caFile()).contains(folder.folder().resolve("certs/ca.pem"));
    }

    @Test
    void topics_and_fields_keep_the_order_of_the_file() throws IOException {
        List<TopicSettings> topics = folder.settings(EXAMPLE).topics();
        assertThat(topics)
                .extracting(TopicSettings::topic)
                .containsExactly("pump-17/data", "pump-17/health");
        assertThat(topics)
                .extracting(TopicSettings::every)
                .containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(30));
        assertThat(topics).extracting(TopicSettings::timestampField).containsExactly("ts", "ts");
        assertThat(topics.getFirst().fields())
                .containsExactly(
                        Map.entry("temperature", "/sensors/temperature"),
                        Map.entry("humidity", "/sensors/humidity"));
    }

    @Test
    void what_is_left_out_has_the_defaults_of_the_example() throws IOException {
        AgentSettings shortest = folder.settings(SHORTEST);
        AgentSettings example = folder.settings(EXAMPLE);
        assertThat(shortest.session()).isEqualTo(example.session());
        assertThat(shortest.availability()).isEqualTo(example.availability());
        assertThat(shortest.log()).isEqualTo(example.log());
        assertThat(shortest.sensorsRoot()).isEqualTo(example.sensorsRoot());
        assertThat(shortest.tls()).isNull();
        assertThat(shortest.subscriptions()).isEmpty();
        TopicSettings topic = shortest.topics().getFirst();
        assertThat(topic.every()).isEqualTo(Duration.ofSeconds(10));
        assertThat(topic.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(topic.retain()).isFalse();
        assertThat(topic.timestampField()).isEqualTo("ts");
    }

    @Test
    void every_key_may_be_written() throws IOException {
        AgentSettings settings =
                folder.settings(
                        """
                        device: { id: "${hostname}-${env:SITE}", root: certs }
                        brokers:
                          - url: MQTTS://[::1]:18883/
                            username: "${device.id}"
                            password: "${file:certs/password}"
                        tls:
                          key_password: "${file:certs/password}"
                          cert: certs/device.pem
                          key: certs/device.key
                        session:
                          client_id: c
                          mqtt: 3.1.1
                          keep_alive: 0
                          expiry: 0
                          reconnect: { min: 100ms, max: 1d, stable_after: 1m }
                        availability:
                          enabled: false
                          topic: /will/oops
                          online: ""
                          offline: gone
                          qos: 2
                          retain: false
                        defaults: { every: 100ms, qos: 0, retain: true, timestamp: none }
                        topics:
                          a: { f: x/without/slash }
                          b:
                            every: 30d
                            qos: 2
                            retain: false
                            timestamp: at
                            readings: { ts: /x, readings: /y }
                        subscriptions: [{ topic: "$share/g/+/state/#", handler: log }]
                        log: { level: trace }
                        """);
        assertThat(settings.deviceId()).isEqualTo("gateway-3-north");
        assertThat(settings.sensorsRoot()).isEqualTo(folder.folder().resolve("certs"));
        assertThat(settings.broker().url()).isEqualTo("mqtts://[::1]:18883");
        assertThat(settings.broker().username()).isEqualTo("gateway-3-north");
        assertThat(settings.session().mqtt()).isEqualTo(MqttVersion.V3_1_1);
        assertThat(settings.session().keepAlive()).isZero();
        assertThat(settings.session().expiry()).isZero();
        assertThat(settings.availability())
                .isEqualTo(
                        new Availability(false, "/will/oops", "", "gone", Qos.EXACTLY_ONCE, false));
        TopicSettings a = settings.topics().getFirst();
        assertThat(a.every()).isEqualTo(Duration.ofMillis(100));
        assertThat(a.qos()).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(a.retain()).isTrue();
        assertThat(a.timestampField()).isNull();
        assertThat(a.fields()).containsEntry("f", "x/without/slash");
        TopicSettings b = settings.topics().getLast();
        assertThat(b.qos()).isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(b.retain()).isFalse();
        assertThat(b.timestampField()).isEqualTo("at");
        assertThat(b.fields()).containsOnlyKeys("ts", "readings");
        assertThat(settings.subscriptions().getFirst().qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(settings.log().level()).isEqualTo(Level.TRACE);
    }

    @Test
    void in_the_short_form_a_field_may_have_the_name_of_a_setting() throws IOException {
        TopicSettings topic =
                folder.settings(
                                """
                                device: { id: pump-17 }
                                brokers: [{ url: mqtts://b }]
                                topics:
                                  gps: { timestamp: /gps/timestamp, every: /x, readings: /y }
                                """)
                        .topics()
                        .getFirst();
        assertThat(topic.fields()).containsOnlyKeys("timestamp", "every", "readings");
    }

    @Test
    void an_alias_stands_for_what_its_anchor_holds() throws IOException {
        List<TopicSettings> topics =
                folder.settings(
                                """
                                device: { id: pump-17 }
                                brokers: [{ url: mqtts://b }]
                                topics: { a: &fields { f: /x, g: /y }, b: *fields }
                                """)
                        .topics();
        assertThat(topics.getFirst().fields()).isEqualTo(topics.getLast().fields());
    }

    @Test
    void a_doubled_dollar_is_a_plain_one() throws IOException {
        AgentSettings settings =
                folder.settings(SHORTEST + "availability: { online: '$${x} $ {y}' }\n");
        assertThat(settings.availability().online()).isEqualTo("${x} $ {y}");
    }

    @Test
    void only_subscribing_is_something_to_do() throws IOException {
        AgentSettings settings =
                folder.settings(
                        """
                        device: { id: pump-17 }
                        brokers: [{ url: mqtts://b }]
                        subscriptions: [{ topic: "#", handler: log }]
                        """);
        assertThat(settings.topics()).isEmpty();
    }

    @Test
    void a_plain_connection_is_allowed_with_a_warning() throws IOException {
        var valid = folder.valid(SHORTEST.replace("mqtts://", "mqtt://"));
        assertThat(folder.printed(valid.warnings()))
                .containsExactly(
                        "caddis.yaml:2: brokers[0].url: warning: mqtt:// is not encrypted: anybody"
                                + " on the way can read and change what is sent; write mqtts://");
    }

    @Test
    void a_data_path_under_no_source_is_allowed_with_one_warning() throws IOException {
        var valid =
                folder.valid(
                        """
                        device: { id: pump-17 }
                        brokers: [{ url: mqtts://b }]
                        topics:
                          t: { a: /sensors/temperature, b: network/eth9/in_bytes, all: / }
                          u:
                            readings:
                              c: sensor/temperatur
                              d: /sensor/humidity
                        """);
        assertThat(folder.printed(valid.warnings()))
                .containsExactly(
                        "caddis.yaml:7: topics.u.readings.c: warning: nothing is called 'sensor';"
                                + " there is device, network, sensors, storage, system");
    }

    @Test
    void a_password_that_lies_open_is_a_warning_that_does_not_show_it() throws IOException {
        String broker =
                "[{ url: mqtts://b, username: u, password: 'hunter2${file:certs/open-password}' }]";
        var valid = folder.valid(SHORTEST.replaceFirst("\\[.*]", broker.replace("$", "\\$")));
        assertThat(folder.printed(valid.warnings()))
                .containsExactly(
                        "caddis.yaml:2: brokers[0].password: warning: a password stands in this"
                                + " file; write \"${file:PATH}\", and chmod 600 that file",
                        "caddis.yaml:2: brokers[0].password: warning: every user may read the"
                                + " password in FOLDER/certs/open-password; run: chmod 600"
                                + " FOLDER/certs/open-password");
        assertThat(valid.toString()).doesNotContain("hunter2");
    }

    // F27: what a connection attempt uses is read for that attempt.
    @Test
    void a_password_file_is_read_again_each_time() throws IOException {
        Path file = temp.toRealPath().resolve("rotating");
        ConfigFolder.write(file, "first\n", "rw-------");
        String broker = "[{ url: mqtts://b, username: u, password: '${file:rotating}' }]";
        Secret password =
                Objects.requireNonNull(
                        folder.settings(SHORTEST.replaceFirst("\\[.*]", broker.replace("$", "\\$")))
                                .broker()
                                .password());
        assertThat(password.read()).isEqualTo("first");
        Files.writeString(file, "second\r\n");
        assertThat(password.read()).isEqualTo("second");
        Files.delete(file);
        assertThatThrownBy(password::read)
                .isInstanceOf(IOException.class)
                .hasMessage(file + " does not exist");
    }

    @Test
    void a_key_that_a_group_may_read_is_accepted() throws IOException {
        Path key = folder.folder().resolve("certs/device.key");
        ConfigFolder.write(key.resolveSibling("group.key"), Files.readString(key), "rw-r-----");
        assertThat(folder.problems(EXAMPLE.replace("device.key", "group.key"))).isEmpty();
    }

    @Test
    void two_files_of_tls_that_do_not_fit_are_a_problem_of_that_section() throws Exception {
        byte[] other =
                KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate().getEncoded();
        ConfigFolder.write(
                folder.folder().resolve("certs/other.key"),
                ConfigFolder.pem("PRIVATE KEY", other),
                "rw-------");
        assertThat(folder.problems(EXAMPLE.replace("device.key", "other.key")))
                .singleElement()
                .asString()
                .startsWith("caddis.yaml:4: tls: key file FOLDER/certs/other.key does not fit ");
    }

    @Test
    void any_beginning_of_a_file_is_answered_in_lines_never_by_an_exception() throws IOException {
        for (int end = 0; end < EXAMPLE.length(); end += 5) {
            for (String printed : folder.problems(EXAMPLE.substring(0, end))) {
                assertThat(printed)
                        .matches("caddis\\.yaml:[1-9][0-9]*: .+: .+; .+")
                        .doesNotContain("\n");
            }
        }
    }

    @Test
    void what_is_accepted_is_kept_where_the_service_manager_says_without_being_asked()
            throws IOException {
        Path state = Files.createDirectories(temp.toRealPath().resolve("state"));
        var managed =
                new ConfigFolder(
                        folder.folder(),
                        new ConfigFolder.Machine(
                                Map.of("STATE_DIRECTORY", state + ":/elsewhere"), "gateway-3"));
        assertThat(managed.settings(SHORTEST).store())
                .isEqualTo(
                        new StoreSettings(
                                state,
                                256_000_000,
                                StoreSettings.WhenFull.DROP_OLDEST,
                                StoreSettings.Durability.POWER,
                                null,
                                64_000_000));
    }

    @Test
    void without_a_folder_that_can_be_written_the_store_has_to_be_told() throws IOException {
        var homeless =
                new ConfigFolder(
                        folder.folder(),
                        new ConfigFolder.Machine(
                                Map.of("STATE_DIRECTORY", "/dev/null/x"), "gateway-3"));
        assertThat(homeless.problems(SHORTEST))
                .containsExactly(
                        "caddis.yaml:1: store: has no path, and of [/dev/null/x] this user may"
                            + " write none; write store: { path: FOLDER }, or store: { durability:"
                            + " memory }");
        assertThat(homeless.settings(SHORTEST + "store: { durability: memory }\n").store().folder())
                .isNull();
    }

    @Test
    void the_status_page_listens_only_where_it_is_asked_for() throws IOException {
        String rest =
                """
                device: { id: pump-17 }
                brokers: [{ url: mqtts://b }]
                topics: { t: { f: /system/cpu/load } }
                """;
        assertThat(folder.settings(rest).status()).isNull();
        for (String address : List.of("127.0.0.1", "[::1]", "localhost")) {
            String listen = "status: { listen: \"" + address + ":9464\" }\n";
            assertThat(folder.settings(rest + listen).status())
                    .satisfies(status -> {
                        assertThat(status.address())
                                .isNotNull()
                                .returns(true, InetAddress::isLoopbackAddress);
                        assertThat(status.port()).isEqualTo(9464);
                        assertThat(status.report()).isNull();
                    });
        }
    }

    @Test
    void what_the_broker_must_keep_to_and_a_key_that_others_may_read() throws IOException {
        String pin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        Tls tls =
                folder.settings(
                                """
                                device: { id: pump-17 }
                                brokers: [{ url: mqtts://b }]
                                topics: { t: { f: /system/cpu/load } }
                                tls:
                                  ca: certs/ca.pem
                                  cert: certs/device.pem
                                  key: certs/open.key
                                  allow_readable_key: true
                                  min_version: 1.3
                                  pins: ["%s"]
                                  ocsp: soft
                                """
                                        .formatted(pin))
                        .tls();
        assertThat(Objects.requireNonNull(tls).demands())
                .isEqualTo(new Demands(TlsVersion.TLS_1_3, List.of(pin), null, OcspStapling.SOFT));
    }

    @Test
    void beyond_loopback_the_page_has_TLS_and_a_token() throws IOException {
        String yaml =
                """
                device: { id: pump-17 }
                brokers: [{ url: mqtts://b }]
                topics: { t: { f: /system/cpu/load } }
                status:
                  listen: "0.0.0.0:9464"
                  cert: certs/page.pem
                  key: certs/page.key
                  token: "${file:certs/page.token}"
                """;
        StatusSettings status = Objects.requireNonNull(folder.settings(yaml).status());
        assertThat(status.url(9464)).isEqualTo("https://0.0.0.0:9464");
        StatusSettings.Access access = Objects.requireNonNull(status.access());
        assertThat(access.token().read()).isEqualTo("0123456789abcdefghij");
        assertThat(status.toString()).doesNotContain("0123456789abcdefghij");
        assertThat(folder.settings(yaml).status()).isEqualTo(status); // a reload finds no change
    }

    @Test
    void the_status_may_be_told_to_the_broker_alone() throws IOException {
        String rest =
                """
                device: { id: pump-17 }
                brokers: [{ url: mqtts://b }]
                topics: { t: { f: /system/cpu/load } }
                status: { topic: '${device.id}/status'\
                """;
        assertThat(folder.settings(rest + " }").status())
                .isEqualTo(
                        new StatusSettings(
                                null,
                                0,
                                null,
                                new StatusSettings.Report(
                                        "pump-17/status", Duration.ofMinutes(1))));
        assertThat(folder.settings(rest + ", every: 5s, listen: \"[::1]:1\" }").status())
                .satisfies(status -> {
                    assertThat(status.port()).isEqualTo(1);
                    assertThat(status.report())
                            .isEqualTo(
                                    new StatusSettings.Report(
                                            "pump-17/status", Duration.ofSeconds(5)));
                });
    }
}
