package dev.caddis.mqtt.packet;

/// An MQTT control packet (section 2.1.2).
public sealed interface Packet
        permits Acknowledgement,
                Auth,
                Connack,
                Connect,
                Disconnect,
                Pingreq,
                Pingresp,
                Publish,
                Suback,
                Subscribe,
                Unsuback,
                Unsubscribe {}
