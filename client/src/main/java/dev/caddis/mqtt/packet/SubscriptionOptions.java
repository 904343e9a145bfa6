package dev.caddis.mqtt.packet;

/// How one filter is to be served (MQTT 5.0 section 3.8.3.1). 3.1.1 knows the quality of service
/// only.
///
/// @param maximumQos the highest quality of service the broker may deliver with
/// @param noLocal the broker leaves out what this client published itself
/// @param retainAsPublished the RETAIN flag arrives as it was published
public record SubscriptionOptions(
        Qos maximumQos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {

    /// `qos` and the standard's defaults.
    public static SubscriptionOptions of(Qos qos) {
        return new SubscriptionOptions(qos, false, false, RetainHandling.SEND);
    }

    /// When retained messages are sent; the order is the standard's number.
    public enum RetainHandling {
        /// At every subscribe.
        SEND,
        /// Only when the subscription is new.
        SEND_IF_NEW,
        /// Never.
        DO_NOT_SEND
    }
}
