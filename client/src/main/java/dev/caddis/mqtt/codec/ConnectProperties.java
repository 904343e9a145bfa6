package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Property.AUTHENTICATION_DATA;
import static dev.caddis.mqtt.codec.Property.AUTHENTICATION_METHOD;
import static dev.caddis.mqtt.codec.Property.MAXIMUM_PACKET_SIZE;
import static dev.caddis.mqtt.codec.Property.RECEIVE_MAXIMUM;
import static dev.caddis.mqtt.codec.Property.REQUEST_PROBLEM_INFORMATION;
import static dev.caddis.mqtt.codec.Property.REQUEST_RESPONSE_INFORMATION;
import static dev.caddis.mqtt.codec.Property.SESSION_EXPIRY_INTERVAL;
import static dev.caddis.mqtt.codec.Property.TOPIC_ALIAS_MAXIMUM;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;

import org.jspecify.annotations.Nullable;

/// The properties of CONNECT, in the order of 3.1.2.11.
final class ConnectProperties {

    private ConnectProperties() {}

    static Connect.Properties read(ByteSource in) throws MalformedPacketException {
        if (in.skipsNoProperties()) {
            return Connect.Properties.NONE;
        }
        @Nullable Long sessionExpirySeconds = null;
        @Nullable Integer receiveMaximum = null;
        @Nullable Long maximumPacketSize = null;
        @Nullable Integer topicAliasMaximum = null;
        @Nullable Boolean requestResponseInformation = null;
        @Nullable Boolean requestProblemInformation = null;
        @Nullable String authenticationMethod = null;
        @Nullable Bytes authenticationData = null;
        var property = new PropertyInput(in);
        while (property.next()) {
            switch (property.id()) {
                case SESSION_EXPIRY_INTERVAL -> sessionExpirySeconds = property.fourBytes();
                case RECEIVE_MAXIMUM -> receiveMaximum = property.positiveTwoBytes();
                case MAXIMUM_PACKET_SIZE -> maximumPacketSize = property.positiveFourBytes();
                case TOPIC_ALIAS_MAXIMUM -> topicAliasMaximum = property.twoBytes();
                case REQUEST_RESPONSE_INFORMATION -> requestResponseInformation = property.flag();
                case REQUEST_PROBLEM_INFORMATION -> requestProblemInformation = property.flag();
                case USER_PROPERTY -> property.userProperty();
                case AUTHENTICATION_METHOD -> authenticationMethod = property.text();
                case AUTHENTICATION_DATA -> authenticationData = property.binary();
                default -> throw property.foreign();
            }
        }
        if (authenticationData != null && authenticationMethod == null) { // 3.1.2.11.10
            throw in.protocolError(AUTHENTICATION_DATA, "comes without an authentication method");
        }
        return new Connect.Properties(
                sessionExpirySeconds,
                receiveMaximum,
                maximumPacketSize,
                topicAliasMaximum,
                requestResponseInformation,
                requestProblemInformation,
                property.userProperties(),
                authenticationMethod,
                authenticationData);
    }

    static void write(Connect.Properties properties, FieldOutput output) {
        if (properties.authenticationData() != null
                && properties.authenticationMethod() == null) { // 3.1.2.11.10
            throw output.refusal("authentication data comes without an authentication method");
        }
        output.propertyInFourBytes(SESSION_EXPIRY_INTERVAL, properties.sessionExpirySeconds(), 0);
        output.propertyInTwoBytes(RECEIVE_MAXIMUM, properties.receiveMaximum(), 1);
        output.propertyInFourBytes(MAXIMUM_PACKET_SIZE, properties.maximumPacketSize(), 1);
        output.propertyInTwoBytes(TOPIC_ALIAS_MAXIMUM, properties.topicAliasMaximum(), 0);
        output.property(REQUEST_RESPONSE_INFORMATION, properties.requestResponseInformation());
        output.property(REQUEST_PROBLEM_INFORMATION, properties.requestProblemInformation());
        output.userProperties(properties.userProperties());
        output.property(AUTHENTICATION_METHOD, properties.authenticationMethod());
        output.property(AUTHENTICATION_DATA, properties.authenticationData());
    }
}
