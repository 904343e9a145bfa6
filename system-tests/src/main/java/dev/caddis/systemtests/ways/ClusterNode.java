package dev.caddis.systemtests.ways;

import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.systemtests.ChildProcess;

import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.ClusterConnectionConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.HAPolicyConfiguration;
import org.apache.activemq.artemis.core.config.ha.SharedStoreBackupPolicyConfiguration;
import org.apache.activemq.artemis.core.config.ha.SharedStorePrimaryPolicyConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnectorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ActiveMQServers;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.cluster.impl.MessageLoadBalancingType;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A node of an Artemis cluster in a process of its own: the primary, or the backup that takes over
/// the store they share once the primary is gone. Until then the backup listens to no MQTT client.
final class ClusterNode implements AutoCloseable {

    private static final String READY = "the node is started";
    private static final long READY_SECONDS_MAX = 120;
    private static final int UNLIMITED = -1;

    private final ChildProcess process;
    final int port;

    private ClusterNode(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /// @param ports of MQTT, of the cluster's own connection, and of that of the other node
    static ClusterNode start(
            boolean primary, Path keyStore, Path trustStore, Path store, int... ports)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClusterNode.class.getName(),
                        String.valueOf(primary),
                        keyStore.toString(),
                        trustStore.toString(),
                        store.toString()));
        for (int port : ports) {
            command.add(String.valueOf(port));
        }
        var ready = new CompletableFuture<Boolean>();
        var process =
                new ChildProcess(
                        command,
                        line -> {
                            if (line.equals(READY)) {
                                ready.complete(true);
                            }
                        });
        process.onEnd(() -> ready.complete(false));
        if (!ready.completeOnTimeout(false, READY_SECONDS_MAX, TimeUnit.SECONDS).get()) {
            process.kill();
            throw new IOException("the Artemis node did not start:\n" + process.output());
        }
        return new ClusterNode(process, ports[0]);
    }

    /// The process: it ends with its standard input.
    public static void main(String[] arguments) throws Exception {
        boolean primary = Boolean.parseBoolean(arguments[0]);
        ActiveMQServer server =
                ActiveMQServers.newActiveMQServer(
                        configuration(
                                primary,
                                arguments[1],
                                arguments[2],
                                Path.of(arguments[3]),
                                Integer.parseInt(arguments[4]),
                                Integer.parseInt(arguments[5]),
                                Integer.parseInt(arguments[6])),
                        null,
                        true);
        server.start();
        if (primary && !server.waitForActivation(READY_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IOException("the primary is not active");
        }
        System.out.println(READY);
        System.in.readAllBytes();
        System.exit(0);
    }

    private static Configuration configuration(
            boolean primary,
            String keyStore,
            String trustStore,
            Path store,
            int port,
            int own,
            int other)
            throws Exception {
        var configuration = new ConfigurationImpl();
        configuration.setName(primary ? "primary" : "backup");
        configuration.setSecurityEnabled(false);
        configuration.setJMXManagementEnabled(false);
        configuration.setCriticalAnalyzer(false);
        configuration.setMaxDiskUsage(UNLIMITED);
        configuration.setJournalType(JournalType.NIO);
        configuration.setPersistenceEnabled(true);
        configuration.setBrokerInstance(store.toFile());
        configuration.setJournalDirectory(store.resolve("journal").toString());
        configuration.setBindingsDirectory(store.resolve("bindings").toString());
        configuration.setPagingDirectory(store.resolve("paging").toString());
        configuration.setLargeMessagesDirectory(store.resolve("large-messages").toString());
        configuration.setNodeManagerLockDirectory(store.resolve("lock").toString());
        configuration.addAddressSetting(
                "#", new AddressSettings().setMaxDeliveryAttempts(UNLIMITED));
        configuration.addAcceptorConfiguration(mqtt(keyStore, trustStore, port));
        configuration.addAcceptorConfiguration(
                new TransportConfiguration(
                        NettyAcceptorFactory.class.getName(), plain(own), "cluster"));
        configuration.addConnectorConfiguration(
                "own",
                new TransportConfiguration(
                        NettyConnectorFactory.class.getName(), plain(own), "own"));
        configuration.addConnectorConfiguration(
                "other",
                new TransportConfiguration(
                        NettyConnectorFactory.class.getName(), plain(other), "other"));
        configuration.addClusterConfiguration(
                new ClusterConnectionConfiguration()
                        .setName("nodes")
                        .setConnectorName("own")
                        .setStaticConnectors(List.of("other"))
                        .setMessageLoadBalancingType(MessageLoadBalancingType.OFF));
        configuration.setClusterUser("cluster");
        configuration.setClusterPassword("throw-away");
        configuration.setHAPolicyConfiguration(policy(primary));
        return configuration;
    }

    private static HAPolicyConfiguration policy(boolean primary) {
        return primary
                ? new SharedStorePrimaryPolicyConfiguration()
                : new SharedStoreBackupPolicyConfiguration();
    }

    private static Map<String, Object> plain(int port) {
        Map<String, Object> socket = new HashMap<>();
        socket.put(TransportConstants.HOST_PROP_NAME, "127.0.0.1");
        socket.put(TransportConstants.PORT_PROP_NAME, port);
        socket.put(TransportConstants.USE_EPOLL_PROP_NAME, false);
        socket.put(TransportConstants.USE_KQUEUE_PROP_NAME, false);
        return socket;
    }

    private static TransportConfiguration mqtt(String keyStore, String trustStore, int port) {
        Map<String, Object> socket = plain(port);
        socket.put(TransportConstants.PROTOCOLS_PROP_NAME, "MQTT");
        socket.put(TransportConstants.SSL_ENABLED_PROP_NAME, true);
        socket.put(TransportConstants.NEED_CLIENT_AUTH_PROP_NAME, true);
        socket.put(TransportConstants.KEYSTORE_TYPE_PROP_NAME, "PKCS12");
        socket.put(TransportConstants.KEYSTORE_PATH_PROP_NAME, keyStore);
        socket.put(TransportConstants.KEYSTORE_PASSWORD_PROP_NAME, ThrowAwayPki.STORE_PASSWORD);
        socket.put(TransportConstants.TRUSTSTORE_TYPE_PROP_NAME, "PKCS12");
        socket.put(TransportConstants.TRUSTSTORE_PATH_PROP_NAME, trustStore);
        socket.put(TransportConstants.TRUSTSTORE_PASSWORD_PROP_NAME, ThrowAwayPki.STORE_PASSWORD);
        return new TransportConfiguration(NettyAcceptorFactory.class.getName(), socket, "mqtt");
    }

    /// SIGKILL.
    void kill() {
        process.kill();
    }

    String output() {
        return process.output();
    }

    @Override
    public void close() {
        kill();
    }
}
