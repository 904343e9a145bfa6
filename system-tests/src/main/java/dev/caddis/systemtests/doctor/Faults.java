package dev.caddis.systemtests.doctor;

import dev.caddis.mqtt.MqttClient;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What is staged.
final class Faults {

    private Faults() {}

    static List<Fault> all() {
        var all = new ArrayList<Fault>();
        all.addAll(network());
        all.addAll(tls());
        all.addAll(mqtt());
        all.addAll(machine());
        return all;
    }

    private static List<Fault> network() {
        return List.of(
                Fault.of(
                        "the host name is wrong",
                        "dns",
                        "no address is known for host no-such-host.invalid",
                        yard -> yard.right().url("mqtts://no-such-host.invalid")),
                Fault.of(
                        "the broker is stopped",
                        "tcp",
                        "nothing listens on port",
                        yard -> yard.at(Yard.freePort())),
                Fault.of(
                        "the second broker of the group is stopped",
                        "other_brokers",
                        "nothing listens on port",
                        yard -> yard.right().other("mqtts://localhost:" + Yard.freePort())),
                Fault.of(
                        "something swallows every packet",
                        "tcp",
                        "(nobody answered|does not answer).*firewall",
                        yard -> yard.at(yard.silent())),
                Fault.of(
                        "the proxy is down",
                        "tcp",
                        "by the proxy .* nothing listens.* the proxy runs",
                        yard -> {
                            return yard.right()
                                    .broker(
                                            "proxy: { url: \"http://localhost:"
                                                    + Yard.freePort()
                                                    + "\" }");
                        }),
                Fault.of(
                        "the proxy refuses the password",
                        "tcp",
                        "the proxy refused the user name or password",
                        yard -> {
                            int port = tinyproxy(yard, "BasicAuth pump right");
                            return yard.right()
                                    .broker(
                                            "proxy: { url: \"http://localhost:"
                                                    + port
                                                    + "\", username: pump, password:"
                                                    + " \"${file:"
                                                    + secret(yard, "wrong")
                                                    + "}\" }");
                        }),
                Fault.of(
                        "the proxy lets nobody through to that port",
                        "tcp",
                        "proxy.*40[03]",
                        yard -> {
                            int port = tinyproxy(yard, "ConnectPort 443");
                            return yard.right()
                                    .broker("proxy: { url: \"http://localhost:" + port + "\" }");
                        }));
    }

    private static int tinyproxy(Yard yard, String line) throws Exception {
        int port = Yard.freePort();
        Path file =
                yard.write(
                        "tinyproxy.conf",
                        "Port %d\nListen 127.0.0.1\nTimeout 600\nMaxClients 10\n%s\n"
                                .formatted(port, line));
        yard.listening(List.of(Yard.required("tinyproxy"), "-d", "-c", file.toString()), port);
        return port;
    }

    private static Path secret(Yard yard, String text) throws IOException {
        Path file = yard.write("secret", text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static List<Fault> tls() {
        return List.of(
                Fault.of(
                        "the CA file is another authority's",
                        "server_certificate",
                        "is issued by CN=Staged, which is no CA of CA file",
                        yard -> {
                            var others = new Papers(yard.folder().resolve("others"), "Others");
                            Papers ours = yard.papers();
                            return yard.right()
                                    .identity(others.ca(), ours.device(), ours.deviceKey());
                        }),
                Fault.of(
                        "the server's certificate has expired",
                        "server_certificate",
                        "its certificate .* expired .*renew it on the broker",
                        yard -> {
                            var papers = yard.papers();
                            papers.server("expired-server", "localhost", Papers.past());
                            return yard.at(yard.broker("expired-server", true));
                        }),
                Fault.of(
                        "the server's certificate is not valid yet",
                        "server_certificate",
                        "is valid only from .*correct the clock",
                        yard -> {
                            yard.papers().server("early-server", "localhost", Papers.future());
                            return yard.at(yard.broker("early-server", true));
                        }),
                Fault.of(
                        "the server's certificate is for another name",
                        "server_certificate",
                        "is for broker.example.com, not for localhost",
                        yard -> {
                            var papers = yard.papers();
                            papers.server("other-server", "broker.example.com", Instant.now());
                            return yard.at(yard.broker("other-server", true));
                        }),
                Fault.of(
                        "our certificate has expired",
                        "own_certificate",
                        "expired-device.pem: CN=pump-17 expired .*issued again",
                        yard -> device(yard, "expired-device", Papers.past())),
                Fault.of(
                        "our certificate is not valid yet",
                        "own_certificate",
                        "early-device.pem: CN=pump-17 is valid only from",
                        yard -> device(yard, "early-device", Papers.future())),
                Fault.written(
                        "our key does not fit our certificate",
                        "does not fit",
                        yard -> {
                            Papers ours = yard.papers();
                            return yard.right()
                                    .identity(ours.ca(), ours.device(), ours.key("observer"));
                        }),
                Fault.of(
                        "the broker does not know who issued our certificate",
                        "tls",
                        "refused our client certificate \\(TLS alert unknown_ca\\)",
                        yard -> {
                            var others = new Papers(yard.folder().resolve("others"), "Others");
                            return yard.right()
                                    .identity(
                                            yard.papers().ca(),
                                            others.device(),
                                            others.deviceKey());
                        }),
                Fault.of(
                        "our certificate is revoked",
                        "tls",
                        "refused our client certificate \\(TLS alert certificate_revoked\\)",
                        yard -> {
                            yard.papers().device("revoked", Instant.now());
                            Path list = yard.papers().revoked("revoked");
                            return device(yard, "revoked")
                                    .url("mqtts://localhost:" + yard.broker("crlfile " + list));
                        }),
                Fault.of(
                        "no client certificate is configured",
                        "tls",
                        "demands a client certificate and none is configured",
                        yard -> yard.right().tls("tls: { ca: " + yard.papers().ca() + " }")),
                Fault.of(
                        "the port speaks MQTT without TLS",
                        "tls",
                        "is port [0-9]+ a TLS port",
                        yard -> yard.at(yard.plainBroker())),
                Fault.of(
                        "the port speaks HTTP",
                        "tls",
                        "answers, but not with TLS",
                        yard -> yard.at(yard.server("HTTP/1.1 400 Bad Request\r\n\r\n"))),
                Fault.of(
                        "the port takes connections and says nothing",
                        "tls",
                        "was silent for",
                        yard -> yard.at(yard.server(""))),
                Fault.of(
                        "the server has TLS 1.1 only",
                        "tls",
                        "TLS 1.2 or 1.3 is needed",
                        yard -> {
                            int port = Yard.freePort();
                            yard.listening(openssl(yard, port, "-tls1_1"), port);
                            return yard.at(port);
                        }),
                Fault.of(
                        "the URL says mqtt and the port speaks TLS",
                        "connect",
                        "if this port speaks TLS, write mqtts://",
                        yard -> {
                            var right = yard.right();
                            return right.url("mqtt://localhost:" + yard.broker()).tls("");
                        }),
                Fault.of(
                        "nobody speaks MQTT behind TLS",
                        "connect",
                        "did not answer within",
                        yard -> {
                            int port = Yard.freePort();
                            yard.listening(openssl(yard, port, "-quiet"), port);
                            return yard.at(port);
                        }),
                Fault.of(
                        "the port has no WebSocket",
                        "websocket",
                        "check that this port speaks WebSocket",
                        yard -> yard.right().url("wss://localhost:" + yard.broker() + "/mqtt")));
    }

    private static Setting device(Yard yard, String name, Instant from) throws IOException {
        return device(yard, yard.papers().device(name, from));
    }

    private static Setting device(Yard yard, String name) {
        Papers papers = yard.papers();
        return yard.right().identity(papers.ca(), papers.certificate(name), papers.key(name));
    }

    private static List<String> openssl(Yard yard, int port, String option) {
        Papers papers = yard.papers();
        // Its input stays open as long as it lives: at its end it would leave.
        return List.of(
                Yard.required("openssl"),
                "s_server",
                "-accept",
                String.valueOf(port),
                "-cert",
                papers.certificate("server").toString(),
                "-key",
                papers.key("server").toString(),
                option,
                "-cipher",
                "ALL@SECLEVEL=0");
    }

    private static List<Fault> mqtt() {
        return List.of(
                Fault.of(
                        "the password is wrong",
                        "connect",
                        "user pump: (not authorized|bad user name or password)",
                        yard -> {
                            Path passwords = yard.write("passwords", "");
                            Yard.run(
                                    Yard.required("mosquitto_passwd"),
                                    "-b",
                                    passwords.toString(),
                                    "pump",
                                    "right");
                            int port =
                                    yard.broker(
                                            "server",
                                            false,
                                            "allow_anonymous false",
                                            "password_file " + passwords);
                            return yard.at(port)
                                    .tls("tls: { ca: " + yard.papers().ca() + " }")
                                    .broker(
                                            "username: pump\npassword: \"${file:"
                                                    + secret(yard, "wrong")
                                                    + "}\"");
                        }),
                Fault.of(
                        "the broker wants other client ids",
                        "connect",
                        "refused client id \"pump-17-doctor-.*write --client-id pump-17",
                        yard -> yard.at(yard.broker("clientid_prefixes line-4-"))),
                Fault.of(
                        "the broker has no such quality of service",
                        "connect",
                        "QoS 2 is configured, and the broker takes 1 at most; write qos: 1",
                        yard -> yard.at(yard.broker("max_qos 1")).more("defaults: { qos: 2 }")),
                Fault.of(
                        "a subscription is not allowed",
                        "subscribe",
                        "refuses it: not authorized \\(0x87\\)",
                        yard -> yard.at(dynamicSecurity(yard))),
                Fault.of(
                        "a topic may not be published to",
                        "publish",
                        "refuses it: not authorized \\(0x87\\)",
                        yard -> yard.at(readOnly(yard))),
                Fault.of(
                        "over MQTT 3.1.1 a message is dropped in silence",
                        "round_trip",
                        "acknowledged a message and did not send it back: over MQTT 3.1.1",
                        yard -> yard.at(readOnly(yard)).mqtt("3.1.1")));
    }

    /// A broker at which a device may read everything and publish nothing.
    private static int readOnly(Yard yard) throws Exception {
        Path rules = yard.write("rules", "topic read #\nuser pump-17\ntopic read #\n");
        Files.setPosixFilePermissions(rules, PosixFilePermissions.fromString("rw-------"));
        return yard.broker("acl_file " + rules);
    }

    /// A broker at which a device may publish everything and subscribe to its state alone.
    private static int dynamicSecurity(Yard yard) throws Exception {
        String rules =
                """
                {"defaultACLAccess":
                   {"publishClientSend":true,"publishClientReceive":true,"subscribe":false,"unsubscribe":true},
                 "clients":[{"username":"pump-17","roles":[{"rolename":"device"}]}],
                 "groups":[],
                 "roles":[{"rolename":"device","acls":[
                   {"acltype":"subscribeLiteral","topic":"pump-17/state","allow":true}]}]}
                """;
        Path file = yard.write("dynamic-security.json", rules);
        return yard.broker("plugin " + plugin(), "plugin_opt_config_file " + file);
    }

    private static Path plugin() throws IOException {
        try (Stream<Path> all = Files.find(Path.of("/usr/lib"), 3, Faults::isPlugin)) {
            return all.findFirst()
                    .orElseThrow(() -> new IOException("Mosquitto's plugin is not installed"));
        }
    }

    private static boolean isPlugin(Path file, BasicFileAttributes attributes) {
        return file.endsWith("mosquitto_dynamic_security.so");
    }

    private static List<Fault> machine() {
        return List.of(
                Fault.written(
                        "a key of the configuration is misspelt",
                        "keep_alive",
                        yard -> yard.right().more("session: { keep_alife: 60s }")),
                Fault.of(
                        "the clock stands years ago",
                        "clock",
                        "clock says 2020-.*before this program was written; set the clock",
                        yard ->
                                yard.right()
                                        .by(
                                                List.of(
                                                        Yard.required("faketime"),
                                                        "-f",
                                                        "@2020-01-01 00:00:00"),
                                                Map.of(
                                                        "NO_FAKE_STAT", "1",
                                                        "FAKETIME_DONT_FAKE_MONOTONIC", "1"))),
                Fault.of(
                        "the clock stands days ago",
                        "clock",
                        "was written .*the clock is behind; set the clock",
                        yard ->
                                yard.right()
                                        .by(
                                                List.of(Yard.required("faketime"), "-f", "-3d"),
                                                Map.of(
                                                        "NO_FAKE_STAT", "1",
                                                        "FAKETIME_DONT_FAKE_MONOTONIC", "1"))),
                Fault.written(
                        "the session folder's disk is mounted read-only",
                        "may not be written to by this user",
                        yard -> {
                            Path disk = yard.disk("read-only", 1 << 20);
                            Yard.run("mount", "-o", "remount,ro", disk.toString());
                            return yard.right()
                                    .store("path: " + disk.resolve("store") + ", max_size: 16MB");
                        }),
                Fault.of(
                        "the session folder's disk is full",
                        "journal",
                        "No space left on device; make room",
                        yard -> {
                            Path disk = yard.disk("full", 1 << 20);
                            fill(disk);
                            return yard.right()
                                    .store("path: " + disk + ", max_size: 16MB, min_free_disk: 0B");
                        }),
                Fault.of(
                        "the session folder's disk has less free than is wanted",
                        "journal",
                        "less than min_free_disk 64MB: the outbox grows no more",
                        yard ->
                                yard.right()
                                        .store(
                                                "path: "
                                                        + yard.disk("small", 8 << 20)
                                                        + ", max_size: 16MB")),
                Fault.of(
                        "another program has the session folder",
                        "journal",
                        "is locked by another process, and no agent answers",
                        yard -> {
                            Path store = Files.createDirectories(yard.folder().resolve("store"));
                            FileChannel lock =
                                    yard.keep(
                                            FileChannel.open(
                                                    store.resolve("lock"),
                                                    StandardOpenOption.CREATE,
                                                    StandardOpenOption.WRITE));
                            lock.lock();
                            return yard.right();
                        }),
                Fault.of(
                        "the session folder is another client's",
                        "journal",
                        "keeps the session of client id \"pump-16\", not of \"pump-17\"",
                        yard -> {
                            try (MqttClient _ =
                                    MqttClient.builder()
                                            .broker("mqtt://localhost:" + Yard.freePort())
                                            .clientId("pump-16")
                                            .session(yard.folder().resolve("store"))
                                            .open()) {
                                return yard.right();
                            }
                        }),
                Fault.of(
                        "a data path does not exist",
                        "data_paths",
                        "/system/load/|nothing is called",
                        yard -> yard.right().dataPath("/system/lode/1m")));
    }

    private static void fill(Path disk) throws IOException {
        byte[] block = new byte[4096];
        try (var file = Files.newOutputStream(disk.resolve("filling"))) {
            while (true) {
                file.write(block);
            }
        } catch (IOException full) {
            // which is what was wanted
        }
    }
}
