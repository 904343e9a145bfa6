package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class CheckCommandTest {

    @TempDir private Path folder;

    @Test
    void a_right_configuration_is_summed_up() throws IOException {
        Caddis check =
                check(
                        """
                        device: { id: pump-17 }
                        brokers: [{ url: "mqtts://broker.example.com", username: pump }]
                        session: { mqtt: 3.1.1, keep_alive: 0 }
                        topics:
                          pump-17/data: { temperature: /sensors/temperature, cpu: /system/cpu/load }
                          pump-17/slow: { every: 5m, qos: 0, retain: true, timestamp: none, readings: { up: /system/uptime } }
                        subscriptions: [{ topic: "pump-17/#", qos: 2, handler: log }]
                        store: { path: /tmp, max_size: 1MB, when_full: reject, durability: process, max_age: 7d }
                        """);
        assertThat(check.exitCode()).isZero();
        assertThat(check.out())
                .isEqualToNormalizingNewlines(
                        """
                        caddis.yaml is right
                          device        pump-17
                          broker        mqtts://broker.example.com, user pump
                          identity      no client certificate; trusts the system's CAs
                          session       client id pump-17, MQTT 3.1.1, keep alive off, kept for 7d
                          availability  pump-17/state, QoS 1, retained: {"state":"online"} and {"state":"offline"}
                          publishes     pump-17/data every 10s, QoS 1: ts, temperature, cpu
                          publishes     pump-17/slow every 5m, QoS 0, retained: up
                          subscribes    pump-17/#, QoS 2: log
                          store         /tmp, survives the process, 1MB at most, then reject, for 7d
                        """);
        assertThat(check.err()).isEmpty();
    }

    @Test
    void what_is_asked_of_the_broker_and_told_to_the_plant_is_summed_up() throws IOException {
        String pki = folder.resolve("pki").toString();
        for (String[] made :
                new String[][] {
                    {"pki", "init", pki},
                    {"pki", "issue", "server", "page", "--pki", pki},
                    {"pki", "issue", "device", "pump-17", "--pki", pki}
                }) {
            assertThat(Caddis.run(made).exitCode()).as(String.join(" ", made)).isZero();
        }
        Files.writeString(folder.resolve("token"), "0123456789abcdefghij");
        Files.setPosixFilePermissions(
                folder.resolve("token"), PosixFilePermissions.fromString("rw-------"));
        Caddis check =
                check(
                        """
                        device: { id: pump-17 }
                        brokers: [{ url: "wss://broker.example.com", proxy: { url: "http://proxy:3128", username: u, password: geheim } }]
                        tls:
                          ca: pki/ca.pem
                          cert: pki/pump-17.pem
                          key: pki/pump-17.key
                          min_version: 1.3
                          pins: ["qvTGHdzF6KLavt4PO0gs2a6pQ00iZ5xGRdCN8UjGbsE="]
                          ocsp: soft
                          renew: { command: [/bin/true, --token, geheim], before: 14d }
                        topics: { t: { f: /system/uptime } }
                        status: { listen: "0.0.0.0:9464", cert: pki/page.pem, key: pki/page.key, token: "${file:token}", topic: pump-17/status }
                        """);
        assertThat(check.exitCode()).as(check.out()).isZero();
        assertThat(check.out().replaceAll("until [0-9TZ:.-]+", "until ..."))
                .contains(
                        """
                          broker        wss://broker.example.com/mqtt, through http://proxy:3128
                          identity      CN=pump-17, valid until ...; trusts pki/ca.pem
                          demands       TLS 1.3, the pinned key, stapled OCSP soft
                          renewal       14d before the end, by /bin/true
                        """)
                .contains(
                        """
                          status page   https://0.0.0.0:9464, for who has the token; CN=page, valid until ...
                          metrics       pump-17/status every 1m
                        """)
                .doesNotContain("geheim");
    }

    @Test
    void a_websocket_of_TLS_without_a_section_for_it_is_encrypted() throws IOException {
        Caddis check =
                check(
                        """
                        device: { id: pump-17 }
                        brokers: [{ url: "wss://b" }]
                        topics: { t: { f: /system/uptime } }
                        status: { listen: "127.0.0.1:9464" }
                        """);
        assertThat(check.out())
                .contains("  identity      no client certificate; trusts the system's CAs")
                .contains("  status page   http://127.0.0.1:9464, for everybody on this machine");
    }

    @Test
    void every_problem_is_one_line_and_the_exit_code_is_2() throws IOException { // F40
        Caddis check =
                check(
                        """
                        device: { id: pump-17 }
                        brokers: [{ url: mqtts://b }]
                        session: { keepalive: 60s }
                        topics: { "pump/17": { every: 5, readings: { f: /x } } }
                        """);
        assertThat(check.exitCode()).isEqualTo(2);
        assertThat(check.out())
                .isEqualToNormalizingNewlines(
                        """
                        caddis.yaml:3: session.keepalive: unknown key; write keep_alive
                        caddis.yaml:4: topics."pump/17".every: "5" has no unit; write 5s or 500ms
                        """);
    }

    @Test
    void warnings_do_not_make_it_wrong() throws IOException {
        Caddis check =
                check(
                        """
                        device: { id: pump-17 }
                        brokers: [{ url: mqtt://b }]
                        availability: { enabled: false }
                        topics: { t: { f: /x } }
                        """);
        assertThat(check.exitCode()).isZero();
        assertThat(check.out())
                .startsWith("caddis.yaml is right; warnings:")
                .contains("caddis.yaml:2: brokers[0].url: warning: mqtt:// is not encrypted")
                .contains("  identity      none, and nothing is encrypted")
                .contains("  availability  none");
    }

    @Test
    void files_that_tls_cannot_use_are_found_before_anything_runs() throws IOException { // F40
        Files.writeString(folder.resolve("ca.pem"), "no certificate");
        Caddis check =
                check(
                        """
                        device: { id: pump-17 }
                        brokers: [{ url: mqtts://b }]
                        tls: { ca: ca.pem }
                        topics: { t: { f: /x } }
                        """);
        assertThat(check.exitCode()).isEqualTo(2);
        assertThat(check.out()).startsWith("caddis.yaml:3: tls: CA file ").contains("; ");
    }

    private Caddis check(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("caddis.yaml"), yaml);
        Caddis check = Caddis.run("check", "-c", file.toString());
        String where = folder + "/";
        return new Caddis(check.exitCode(), check.out().replace(where, ""), check.err());
    }
}
