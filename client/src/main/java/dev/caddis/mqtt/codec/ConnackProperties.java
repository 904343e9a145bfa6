package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Property.ASSIGNED_CLIENT_IDENTIFIER;
import static dev.caddis.mqtt.codec.Property.AUTHENTICATION_DATA;
import static dev.caddis.mqtt.codec.Property.AUTHENTICATION_METHOD;
import static dev.caddis.mqtt.codec.Property.MAXIMUM_PACKET_SIZE;
import static dev.caddis.mqtt.codec.Property.MAXIMUM_QOS;
import static dev.caddis.mqtt.codec.Property.REASON_STRING;
import static dev.caddis.mqtt.codec.Property.RECEIVE_MAXIMUM;
import static dev.caddis.mqtt.codec.Property.RESPONSE_INFORMATION;
import static dev.caddis.mqtt.codec.Property.RETAIN_AVAILABLE;
import static dev.caddis.mqtt.codec.Property.SERVER_KEEP_ALIVE;
import static dev.caddis.mqtt.codec.Property.SERVER_REFERENCE;
import static dev.caddis.mqtt.codec.Property.SESSION_EXPIRY_INTERVAL;
import static dev.caddis.mqtt.codec.Property.SHARED_SUBSCRIPTION_AVAILABLE;
import static dev.caddis.mqtt.codec.Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE;
import static dev.caddis.mqtt.codec.Property.TOPIC_ALIAS_MAXIMUM;
import static dev.caddis.mqtt.codec.Property.WILDCARD_SUBSCRIPTION_AVAILABLE;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

/// The properties of CONNACK, in the order of 3.2.2.3.
final class ConnackProperties {

    private ConnackProperties() {}

    static Connack.Properties read(ByteSource in) throws MalformedPacketException {
        if (in.skipsNoProperties()) {
            return Connack.Properties.NONE;
        }
        @Nullable Long sessionExpirySeconds = null;
        @Nullable Integer receiveMaximum = null;
        @Nullable Qos maximumQos = null;
        @Nullable Boolean retainAvailable = null;
        @Nullable Long maximumPacketSize = null;
        @Nullable String assignedClientId = null;
        @Nullable Integer topicAliasMaximum = null;
        @Nullable String reasonString = null;
        @Nullable Boolean wildcardSubscriptionAvailable = null;
        @Nullable Boolean subscriptionIdentifiersAvailable = null;
        @Nullable Boolean sharedSubscriptionAvailable = null;
        @Nullable Integer serverKeepAliveSeconds = null;
        @Nullable String responseInformation = null;
        @Nullable String serverReference = null;
        @Nullable String authenticationMethod = null;
        @Nullable Bytes authenticationData = null;
        var property = new PropertyInput(in);
        while (property.next()) {
            switch (property.id()) {
                case SESSION_EXPIRY_INTERVAL -> sessionExpirySeconds = property.fourBytes();
                case RECEIVE_MAXIMUM -> receiveMaximum = property.positiveTwoBytes();
                case MAXIMUM_QOS -> // 0 or 1: a broker of QoS 2 leaves it out (3.2.2.3.4)
                        maximumQos = property.flag() ? Qos.AT_LEAST_ONCE : Qos.AT_MOST_ONCE;
                case RETAIN_AVAILABLE -> retainAvailable = property.flag();
                case MAXIMUM_PACKET_SIZE -> maximumPacketSize = property.positiveFourBytes();
                case ASSIGNED_CLIENT_IDENTIFIER -> assignedClientId = property.text();
                case TOPIC_ALIAS_MAXIMUM -> topicAliasMaximum = property.twoBytes();
                case REASON_STRING -> reasonString = property.text();
                case USER_PROPERTY -> property.userProperty();
                case WILDCARD_SUBSCRIPTION_AVAILABLE ->
                        wildcardSubscriptionAvailable = property.flag();
                case SUBSCRIPTION_IDENTIFIER_AVAILABLE ->
                        subscriptionIdentifiersAvailable = property.flag();
                case SHARED_SUBSCRIPTION_AVAILABLE -> sharedSubscriptionAvailable = property.flag();
                case SERVER_KEEP_ALIVE -> serverKeepAliveSeconds = property.twoBytes();
                case RESPONSE_INFORMATION -> responseInformation = property.text();
                case SERVER_REFERENCE -> serverReference = property.text();
                case AUTHENTICATION_METHOD -> authenticationMethod = property.text();
                case AUTHENTICATION_DATA -> authenticationData = property.binary();
                default -> throw property.foreign();
            }
        }
        return new Connack.Properties(
                sessionExpirySeconds,
                receiveMaximum,
                maximumQos,
                retainAvailable,
                maximumPacketSize,
                assignedClientId,
                topicAliasMaximum,
                reasonString,
                property.userProperties(),
                wildcardSubscriptionAvailable,
                subscriptionIdentifiersAvailable,
                sharedSubscriptionAvailable,
                serverKeepAliveSeconds,
                responseInformation,
                serverReference,
                authenticationMethod,
                authenticationData);
    }

    static void write(Connack.Properties properties, FieldOutput output) {
        output.propertyInFourBytes(SESSION_EXPIRY_INTERVAL, properties.sessionExpirySeconds(), 0);
        output.propertyInTwoBytes(RECEIVE_MAXIMUM, properties.receiveMaximum(), 1);
        Qos maximumQos = properties.maximumQos();
        if (maximumQos == Qos.EXACTLY_ONCE) {
            throw output.refusal("maximum QoS is 2; leave it out, which means the same");
        }
        if (maximumQos != null) {
            output.property(MAXIMUM_QOS, maximumQos == Qos.AT_LEAST_ONCE);
        }
        output.property(RETAIN_AVAILABLE, properties.retainAvailable());
        output.propertyInFourBytes(MAXIMUM_PACKET_SIZE, properties.maximumPacketSize(), 1);
        output.property(ASSIGNED_CLIENT_IDENTIFIER, properties.assignedClientId());
        output.propertyInTwoBytes(TOPIC_ALIAS_MAXIMUM, properties.topicAliasMaximum(), 0);
        output.property(REASON_STRING, properties.reasonString());
        output.userProperties(properties.userProperties());
        output.property(
                WILDCARD_SUBSCRIPTION_AVAILABLE, properties.wildcardSubscriptionAvailable());
        output.property(
                SUBSCRIPTION_IDENTIFIER_AVAILABLE, properties.subscriptionIdentifiersAvailable());
        output.property(SHARED_SUBSCRIPTION_AVAILABLE, properties.sharedSubscriptionAvailable());
        output.propertyInTwoBytes(SERVER_KEEP_ALIVE, properties.serverKeepAliveSeconds(), 0);
        output.property(RESPONSE_INFORMATION, properties.responseInformation());
        output.property(SERVER_REFERENCE, properties.serverReference());
        output.property(AUTHENTICATION_METHOD, properties.authenticationMethod());
        output.property(AUTHENTICATION_DATA, properties.authenticationData());
    }
}
