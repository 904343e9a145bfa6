package dev.caddis.bench;

import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MqttDefaultFilePersistence;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

/// Eclipse Paho 1.2.5 with its file persistence: one file a message in flight.
final class Paho implements Contender {

    private final Target target;
    private final byte[] payload = new byte[PAYLOAD_BYTES];
    private final Semaphore window = new Semaphore(WINDOW);
    private volatile @Nullable Throwable lost;
    private @Nullable MqttAsyncClient client;

    Paho(Target target) {
        this.target = target;
    }

    @Override
    public void open() throws Exception {
        String id = "bench-paho-" + ProcessHandle.current().pid();
        var made =
                new MqttAsyncClient(
                        "ssl://" + target.host() + ":" + target.port(),
                        id,
                        new MqttDefaultFilePersistence(target.pki().resolve(id).toString()));
        made.setCallback(
                new MqttCallback() {
                    @Override
                    public void connectionLost(Throwable cause) {
                        lost = cause;
                    }

                    @Override
                    public void messageArrived(String topic, MqttMessage message) {}

                    @Override
                    public void deliveryComplete(IMqttDeliveryToken token) {
                        window.release();
                    }
                });
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(
                target.keyManagers().getKeyManagers(),
                target.trustManagers().getTrustManagers(),
                null);
        var options = new MqttConnectOptions();
        options.setSocketFactory(tls.getSocketFactory());
        options.setMaxInflight(WINDOW);
        options.setCleanSession(false);
        made.connect(options).waitForCompletion(30_000);
        client = made;
    }

    @Override
    public void run(int messages) throws Exception {
        MqttAsyncClient to = client;
        if (to == null) {
            throw new IllegalStateException("open first");
        }
        for (int i = 0; i < messages; i++) {
            window.acquire();
            to.publish(TOPIC, payload, 1, false);
        }
        if (!window.tryAcquire(WINDOW, 2, TimeUnit.MINUTES) || lost != null) {
            throw new IllegalStateException("not all acknowledged", lost);
        }
        window.release(WINDOW);
    }

    @Override
    public void close() throws IOException {
        try {
            if (client != null) {
                client.disconnect().waitForCompletion(5_000);
                client.close();
            }
        } catch (MqttException e) {
            throw new IOException(e);
        }
    }
}
