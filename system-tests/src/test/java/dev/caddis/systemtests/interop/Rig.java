package dev.caddis.systemtests.interop;

import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.systemtests.CuttingProxy;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// What one scenario uses: clients, proxies and names of its own. All of it ends with it.
final class Rig implements AutoCloseable {
    private final Papers papers;
    private final RunningBroker broker;
    private final ProtocolVersion version;
    private final String name;
    private final Duration deadline;
    private final List<Device> devices = new ArrayList<>();
    private final List<Closeable> proxies = new ArrayList<>();

    Rig(
            Papers papers,
            RunningBroker broker,
            ProtocolVersion version,
            String name,
            Duration deadline) {
        this.papers = papers;
        this.broker = broker;
        this.version = version;
        this.name = name;
        this.deadline = deadline;
    }

    Papers papers() {
        return papers;
    }

    int port() {
        return broker.port();
    }

    Duration deadline() {
        return deadline;
    }

    /// A name that no other scenario uses.
    String name(String suffix) {
        return name + "-" + suffix;
    }

    CuttingProxy proxy() throws IOException {
        var proxy = new CuttingProxy(broker.port());
        proxies.add(proxy::close);
        return proxy;
    }

    Meter meter() throws IOException {
        var meter = new Meter(broker.port());
        proxies.add(meter::close);
        return meter;
    }

    /// A recorder in front of `target`, for one client.
    Recorder recorder(int target) throws IOException {
        var recorder = new Recorder(papers, target, version);
        proxies.add(recorder::close);
        return recorder;
    }

    Device open(String id) {
        return open(id, port(), builder -> builder);
    }

    Device open(String id, UnaryOperator<MqttClientBuilder> how) {
        return open(id, port(), how);
    }

    Device open(String id, int port, UnaryOperator<MqttClientBuilder> how) {
        return open(id, port, version, how);
    }

    /// A client that names no version.
    Device openAsItFindsOut(String id) {
        return open(id, port(), null, builder -> builder);
    }

    private Device open(
            String id,
            int port,
            @Nullable ProtocolVersion speaks,
            UnaryOperator<MqttClientBuilder> how) {
        MqttClientBuilder builder =
                MqttClient.builder()
                        .broker("mqtts://localhost:" + port)
                        .clientId(name(id))
                        .identity(papers.identity())
                        .reconnect(Duration.ofMillis(20), Duration.ofMillis(200));
        if (speaks != null) {
            builder.version(speaks);
        }
        var device = new Device(builder, how, deadline);
        devices.add(device);
        return device;
    }

    /// What every client was told, for the report of a failure.
    String told() {
        var text = new StringBuilder();
        for (Device device : devices) {
            text.append("\n    client ").append(devices.indexOf(device)).append(" was told ");
            text.append(device.told());
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        devices.forEach(Device::abandon);
        for (Closeable proxy : proxies) {
            proxy.close();
        }
    }
}
