package dev.caddis.mqtt;

/// As [MessageHandler], but says itself when it is done with a message: during the call, or later
/// from any thread.
///
/// Messages of QoS 1 are acknowledged in the order in which they came `[MQTT-4.6.0-2]`, so one that
/// waits holds back those behind it, and a broker that has its Receive Maximum unanswered sends no
/// more. What the handler throws is told as [dev.caddis.mqtt.event.ClientEvent.HandlerFailed] and
/// acknowledges nothing. How long a message may wait, and what then, is for
/// [MqttClientBuilder#handlerDeadline] to say.
@FunctionalInterface
public interface ManualHandler {
    void handle(Delivery delivery, Acknowledger acknowledger) throws Exception;
}
