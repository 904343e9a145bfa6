package dev.caddis.demo;

import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// [BrokerSettings] in the terms of Apache Artemis, with each of its defaults that would lose,
/// delay or limit messages undone.
final class ArtemisConfiguration {
    static final String LISTENER = "mqtt";

    private static final int UNLIMITED = -1;
    private static final int JOURNAL_GROUPING_NANOS =
            200_000; // default: 3.3 ms of waiting in every acknowledgement

    private ArtemisConfiguration() {}

    static Configuration of(BrokerSettings settings, int port) throws Exception {
        var configuration = new ConfigurationImpl();
        configuration.setName("caddis-demo");
        configuration.setSecurityEnabled(false); // who may connect is decided by the certificate
        configuration.setJMXManagementEnabled(false);
        configuration.setCriticalAnalyzer(false); // it halts a broker that a slow machine delays
        configuration.setMaxDiskUsage(
                UNLIMITED); // default: blocks publishers once the disk is 90 % full
        configuration.setJournalType(JournalType.NIO); // AIO would load a native library
        configuration.addAcceptorConfiguration(listener(settings, port));
        configuration.addAddressSetting("#", everyAddress());
        keep(configuration, settings.directory());
        return configuration;
    }

    private static TransportConfiguration listener(BrokerSettings settings, int port) {
        Map<String, Object> socket = new HashMap<>();
        socket.put(TransportConstants.HOST_PROP_NAME, "127.0.0.1");
        socket.put(TransportConstants.PORT_PROP_NAME, port);
        socket.put(TransportConstants.PROTOCOLS_PROP_NAME, "MQTT");
        socket.put(TransportConstants.SSL_ENABLED_PROP_NAME, true);
        socket.put(TransportConstants.NEED_CLIENT_AUTH_PROP_NAME, true);
        socket.put(TransportConstants.KEYSTORE_TYPE_PROP_NAME, "PKCS12");
        socket.put(TransportConstants.KEYSTORE_PATH_PROP_NAME, settings.keyStore().toString());
        socket.put(TransportConstants.KEYSTORE_PASSWORD_PROP_NAME, ThrowAwayPki.STORE_PASSWORD);
        socket.put(TransportConstants.TRUSTSTORE_TYPE_PROP_NAME, "PKCS12");
        socket.put(TransportConstants.TRUSTSTORE_PATH_PROP_NAME, settings.trustStore().toString());
        socket.put(TransportConstants.TRUSTSTORE_PASSWORD_PROP_NAME, ThrowAwayPki.STORE_PASSWORD);
        if (!settings.tlsProtocols().isEmpty()) {
            socket.put(
                    TransportConstants.ENABLED_PROTOCOLS_PROP_NAME,
                    String.join(",", settings.tlsProtocols()));
        }
        // The native transports would unpack a library into the system's temporary directory.
        socket.put(TransportConstants.USE_EPOLL_PROP_NAME, false);
        socket.put(TransportConstants.USE_KQUEUE_PROP_NAME, false);

        Map<String, Object> mqtt = new HashMap<>();
        mqtt.put(
                "serverKeepAlive", UNLIMITED); // default: nobody may choose more than 60 s, or none
        return new TransportConfiguration(
                NettyAcceptorFactory.class.getName(), socket, LISTENER, mqtt);
    }

    private static AddressSettings everyAddress() {
        return new AddressSettings()
                .setMaxDeliveryAttempts(UNLIMITED) // default: dropped after 10 reconnects
                .setMaxSizeBytes(UNLIMITED)
                .setMaxSizeMessages(UNLIMITED)
                .setAddressFullMessagePolicy(
                        AddressFullMessagePolicy.PAGE) // never DROP, FAIL, BLOCK
                .setAutoCreateAddresses(true)
                .setAutoCreateQueues(true);
    }

    private static void keep(ConfigurationImpl configuration, @Nullable Path directory) {
        if (directory == null) {
            configuration.setPersistenceEnabled(false);
            configuration.setGlobalMaxSize(UNLIMITED); // there is no disk to page to
            return;
        }
        configuration.setPersistenceEnabled(true);
        configuration.setBrokerInstance(directory.toFile());
        configuration.setJournalDirectory(directory.resolve("journal").toString());
        configuration.setBindingsDirectory(directory.resolve("bindings").toString());
        configuration.setPagingDirectory(directory.resolve("paging").toString());
        configuration.setLargeMessagesDirectory(directory.resolve("large-messages").toString());
        configuration.setNodeManagerLockDirectory(directory.resolve("lock").toString());
        configuration.setJournalDatasync(true);
        configuration.setJournalSyncTransactional(true);
        configuration.setJournalSyncNonTransactional(true);
        configuration.setJournalBufferTimeout_NIO(JOURNAL_GROUPING_NANOS);
    }
}
