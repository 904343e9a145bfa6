package dev.caddis.systemtests.interop;

import dev.caddis.demo.BrokerSettings;
import dev.caddis.demo.EmbeddedBroker;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.systemtests.Programs;

import org.apache.activemq.artemis.utils.VersionLoader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Starts each brand with a configuration that requires a client certificate and lifts what would
/// limit a scenario.
public final class Brokers {
    private static final int PAYLOAD_BYTES_MAX = 8 << 20;

    private Brokers() {}

    /// Starts `brand` in `folder`, an empty one, and returns once it takes connections.
    ///
    /// @throws IOException when it does not start, with what it printed
    public static RunningBroker start(Brand brand, Papers papers, Path folder) throws IOException {
        Files.createDirectories(folder);
        return switch (brand) {
            case MOSQUITTO -> ProgramBroker.start(mosquitto(papers, folder));
            case ARTEMIS -> new Artemis(papers);
            case HIVEMQ -> ProgramBroker.start(hiveMq(papers, folder));
            case MOQUETTE -> ProgramBroker.start(moquette(papers, folder));
            case RABBITMQ -> RabbitMq.start(papers, folder);
            case NATS -> ProgramBroker.start(nats(papers, folder));
            case AEDES -> ProgramBroker.start(aedes(papers));
        };
    }

    static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static Recipe mosquitto(Papers papers, Path folder) throws IOException {
        int port = Recipe.freePort();
        Path file =
                write(
                        folder.resolve("mosquitto.conf"),
                        """
                        listener %d 127.0.0.1
                        cafile %s
                        certfile %s
                        keyfile %s
                        require_certificate true
                        allow_anonymous true
                        user root
                        max_inflight_messages 0
                        max_queued_messages 0
                        log_dest stderr
                        """
                                .formatted(
                                        port,
                                        papers.pki().ca(),
                                        papers.server().certificate(),
                                        papers.server().key()));
        return new Recipe(
                port,
                List.of(program("mosquitto"), "-c", file.toString()),
                Map.of(),
                " running",
                "mosquitto version (\\S+) starting");
    }

    private static Recipe hiveMq(Papers papers, Path folder) throws IOException {
        int port = Recipe.freePort();
        write(
                folder.resolve("conf/config.xml"),
                """
                <hivemq>
                  <listeners>
                    <tls-tcp-listener>
                      <port>%1$d</port>
                      <bind-address>127.0.0.1</bind-address>
                      <tls>
                        <keystore>
                          <path>%2$s</path>
                          <password>%4$s</password>
                          <private-key-password>%4$s</private-key-password>
                        </keystore>
                        <truststore>
                          <path>%3$s</path>
                          <password>%4$s</password>
                        </truststore>
                        <client-authentication-mode>REQUIRED</client-authentication-mode>
                      </tls>
                    </tls-tcp-listener>
                  </listeners>
                  <mqtt>
                    <queued-messages><max-queue-size>1000000</max-queue-size></queued-messages>
                  </mqtt>
                  <persistence><mode>in-memory</mode></persistence>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """
                        .formatted(
                                port,
                                papers.server().keyStore(),
                                papers.pki().trustStore(),
                                ThrowAwayPki.STORE_PASSWORD));
        Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(folder.resolve("extensions"));
        return new Recipe(
                port,
                java(Brand.HIVEMQ, "HiveMq.java", folder.toString()),
                Map.of(),
                "is ready",
                "HiveMQ CE (\\S+) is ready");
    }

    private static Recipe moquette(Papers papers, Path folder) throws IOException {
        int port = Recipe.freePort();
        Path file =
                write(
                        folder.resolve("moquette.conf"),
                        """
                        host 127.0.0.1
                        port disabled
                        ssl_port %1$d
                        jks_path %2$s
                        key_store_type pkcs12
                        key_store_password %3$s
                        key_manager_password %3$s
                        need_client_auth true
                        allow_anonymous true
                        allow_zero_byte_client_id true
                        telemetry_enabled false
                        persistence_enabled false
                        data_path %4$s
                        netty.mqtt.message_size %5$d
                        """
                                .formatted(
                                        port,
                                        papers.serverAndTrust(),
                                        ThrowAwayPki.STORE_PASSWORD,
                                        folder,
                                        PAYLOAD_BYTES_MAX));
        return new Recipe(
                port,
                java(Brand.MOQUETTE, "Moquette.java", file.toString()),
                Map.of(),
                "is ready",
                "Moquette (\\S+) is ready");
    }

    private static Recipe nats(Papers papers, Path folder) throws IOException {
        int port = Recipe.freePort();
        Path file =
                write(
                        folder.resolve("nats.conf"),
                        """
                        listen: "127.0.0.1:%d"
                        server_name: interop
                        max_payload: %d
                        jetstream { store_dir: "%s" }
                        mqtt {
                          listen: "127.0.0.1:%d"
                          tls { ca_file: "%s", cert_file: "%s", key_file: "%s", verify: true }
                        }
                        """
                                .formatted(
                                        Recipe.freePort(),
                                        PAYLOAD_BYTES_MAX,
                                        folder.resolve("jetstream"),
                                        port,
                                        papers.pki().ca(),
                                        papers.server().certificate(),
                                        papers.server().key()));
        return new Recipe(
                port,
                List.of(program("nats-server"), "-c", file.toString()),
                Map.of(),
                "Server is ready",
                "Version: +(\\S+)");
    }

    private static Recipe aedes(Papers papers) throws IOException {
        int port = Recipe.freePort();
        return new Recipe(
                port,
                List.of(
                        program("node"),
                        Installed.folder(Brand.AEDES).resolve("broker.mjs").toString(),
                        Integer.toString(port),
                        papers.pki().ca().toString(),
                        papers.server().certificate().toString(),
                        papers.server().key().toString()),
                Map.of(),
                "is ready",
                "aedes (\\S+) is ready");
    }

    /// A single source file of the repository, run with the class path that was fetched for it.
    private static List<String> java(Brand brand, String source, String argument) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                Installed.folder(brand).resolve("lib") + "/*",
                Installed.source(brand).resolve(source).toString(),
                argument);
    }

    static String program(String name) {
        return Programs.find(name)
                .orElseThrow(() -> new IllegalStateException(name + " is not installed"))
                .toString();
    }

    /// The demo's broker, in this process.
    private record Artemis(EmbeddedBroker broker) implements RunningBroker {
        Artemis(Papers papers) throws IOException {
            this(new EmbeddedBroker(BrokerSettings.of(papers.pki(), papers.server())));
            broker.start();
        }

        @Override
        public int port() {
            return broker.port();
        }

        @Override
        public String version() {
            return VersionLoader.getVersion().getFullVersion();
        }

        @Override
        public String log() {
            return "";
        }

        @Override
        public void close() throws IOException {
            broker.close();
        }
    }
}
