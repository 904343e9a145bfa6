package dev.caddis.systemtests.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// RabbitMQ with its MQTT plugin, beside the port mapper that Erlang wants: one of its own, so that
/// none is left behind.
///
/// @param mapper `epmd`
record RabbitMq(ProgramBroker mapper, ProgramBroker broker) implements RunningBroker {

    static RabbitMq start(Papers papers, Path folder) throws IOException {
        int mapperPort = Recipe.freePort();
        Map<String, String> erlang =
                Map.of(
                        "ERL_EPMD_PORT",
                        Integer.toString(mapperPort),
                        "ERL_EPMD_ADDRESS",
                        "127.0.0.1");
        var mapper =
                ProgramBroker.start(
                        new Recipe(
                                mapperPort,
                                List.of(Brokers.program("epmd"), "-d"),
                                erlang,
                                "epmd running",
                                "()"));
        try {
            return new RabbitMq(mapper, ProgramBroker.start(recipe(papers, folder, erlang)));
        } catch (IOException e) {
            mapper.close();
            throw e;
        }
    }

    private static Recipe recipe(Papers papers, Path folder, Map<String, String> erlang)
            throws IOException {
        int port = Recipe.freePort();
        Path configuration =
                Brokers.write(
                        folder.resolve("rabbitmq.conf"),
                        """
                        listeners.tcp = none
                        mqtt.listeners.tcp = none
                        mqtt.listeners.ssl.1 = 127.0.0.1:%d
                        ssl_options.cacertfile = %s
                        ssl_options.certfile = %s
                        ssl_options.keyfile = %s
                        ssl_options.verify = verify_peer
                        ssl_options.fail_if_no_peer_cert = true
                        mqtt.allow_anonymous = true
                        log.console = true
                        """
                                .formatted(
                                        port,
                                        papers.pki().ca(),
                                        papers.server().certificate(),
                                        papers.server().key()));
        Path plugins = Brokers.write(folder.resolve("enabled_plugins"), "[rabbitmq_mqtt].\n");
        var environment = new HashMap<>(erlang);
        environment.put("HOME", folder.toString()); // Erlang's cookie
        environment.put("RABBITMQ_NODENAME", "interop-" + port + "@localhost");
        environment.put("RABBITMQ_DIST_PORT", Integer.toString(Recipe.freePort()));
        environment.put("RABBITMQ_CONFIG_FILE", configuration.toString());
        environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", plugins.toString());
        environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString());
        environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
        environment.put("RABBITMQ_LOGS", "-");
        environment.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
        return new Recipe(
                port,
                List.of(Installed.RABBITMQ.toString()),
                environment,
                "Server startup complete",
                "Starting RabbitMQ (\\S+)");
    }

    @Override
    public int port() {
        return broker.port();
    }

    @Override
    public String version() {
        return broker.version();
    }

    @Override
    public String log() {
        return broker.log();
    }

    @Override
    public void close() {
        broker.close();
        mapper.close();
    }
}
