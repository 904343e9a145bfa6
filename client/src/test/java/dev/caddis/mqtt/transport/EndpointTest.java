package dev.caddis.mqtt.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Collections;
import java.util.List;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "mqtts://broker.example.com,        true,  broker.example.com, 8883",
        "mqtts://broker.example.com:443,    true,  broker.example.com, 443",
        "mqtt://broker,                     false, broker,             1883",
        "MQTT://broker:65535,               false, broker,             65535",
        "mqtt://my_broker-1:1,              false, my_broker-1,        1",
        "mqtts://10.0.0.7:8884,             true,  10.0.0.7,           8884",
        "mqtts://[2001:db8::1]:8884,        true,  2001:db8::1,        8884",
        "mqtts://[::1],                     true,  ::1,                8883",
        "mqtt://[fe80::1%eth0]:1883,        false, fe80::1%eth0,       1883"
    })
    void a_broker_URL_is_read(String url, boolean tls, String host, int port) {
        assertThat(Endpoint.parse(url)).isEqualTo(new Endpoint(tls, host, port));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "broker.example.com:8883 | has no scheme; write mqtts://HOST:PORT",
                "ssl://broker:8883       | write mqtts:// instead of ssl://",
                "tls://broker:8883       | write mqtts:// instead of tls://",
                "tcp://broker:1883       | write mqtt:// (or mqtts:// for TLS)",
                "ws://broker/a b         | is not a path; begin it with '/'",
                "wss://broker/a#b        | is not a path; begin it with '/'",
                "http://broker           | http:// is not known",
                "mqtts://broker/path     | leave out everything from \"/\"",
                "mqtts://broker?a=b      | leave out everything from \"?\"",
                "mqtts://broker#x        | leave out everything from \"#\"",
                "mqtts://                | names no host",
                "mqtts://:8883           | names no host",
                "mqtts://broker:         | \"\" is not a port",
                "mqtts://broker:0        | port 0",
                "mqtts://broker:65536    | port 65536",
                "mqtts://broker:99999999 | \"99999999\" is not a port",
                "mqtts://broker:mqtt     | \"mqtt\" is not a port",
                "mqtts://::1             | stands in brackets",
                "mqtts://[::1            | [ADDRESS]:PORT",
                "mqtts://[broker]:8883   | [ADDRESS]:PORT",
                "mqtts://[::1]8883       | [ADDRESS]:PORT",
                "mqtts://broker.:8883    | without a dot at the end",
                "mqtts://brökér:8883     | xn--",
                "mqtts://bro ker         | is not a host name",
                "mqtts://a_b-            | is not a host name",
                "mqtts://a.-b            | is not a host name",
                "mqtts://a..b            | is not a host name"
            })
    void anything_else_is_refused_with_what_to_write(String url, String hint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(url))
                .withMessageContaining(hint);
    }

    @Test
    void a_name_longer_than_DNS_has_is_refused() { // RFC 1035: 63 a label, 253 in all
        for (String longest : List.of("a".repeat(63), "a.".repeat(126) + "a")) {
            assertThat(Endpoint.parse("mqtts://" + longest).host()).isEqualTo(longest);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Endpoint.parse("mqtts://" + longest + "b"))
                    .withMessageContaining("is not a host name");
        }
    }

    @Test
    void a_password_in_the_URL_is_refused_and_not_shown() {
        for (String url : new String[] {"mqtts://me:secret@broker", "tcp://me:secret@broker"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Endpoint.parse(url))
                    .withMessageContaining("user name")
                    .withMessageNotContaining("secret");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mqtts://abc-ats.iot.eu-west-1.amazonaws.com:443,  x-amzn-mqtt-ca, mqtt",
        "mqtts://ABC-ats.iot.eu-west-1.AmazonAWS.com:443,  x-amzn-mqtt-ca, mqtt",
        "mqtts://abc-ats.iot.eu-west-1.amazonaws.com:8883, '', ''",
        "mqtts://abc-ats.iot.eu-west-1.amazonaws.com,      '', ''",
        "mqtt://abc-ats.iot.eu-west-1.amazonaws.com:443,   '', ''",
        "mqtts://amazonaws.com.example.com:443,            '', ''",
        "mqtts://notamazonaws.com:443,                     '', ''",
        "mqtts://broker.example.com:443,                   '', ''",
        "mqtts://10.0.0.7:443,                             '', ''"
    })
    void only_AWS_IoT_on_the_HTTPS_port_is_offered_a_protocol_by_itself(
            String url, String withCertificate, String without) {
        Endpoint endpoint = Endpoint.parse(url);
        assertThat(String.join(",", endpoint.offered(true))).isEqualTo(withCertificate);
        assertThat(String.join(",", endpoint.offered(false))).isEqualTo(without);
    }

    @Test
    void protocols_that_are_set_replace_what_is_offered_by_itself() {
        Endpoint aws = Endpoint.parse("mqtts://x.amazonaws.com:443");
        assertThat(aws.offering(List.of("mqtt", "x")).offered(true)).containsExactly("mqtt", "x");
        assertThat(aws.offering(List.of()).offered(true)).isEmpty();
        assertThat(Endpoint.parse("mqtts://b").offering(List.of("mqtt")).offered(false))
                .containsExactly("mqtt");
    }

    @Test
    void what_is_no_protocol_name_is_refused() {
        Endpoint tls = Endpoint.parse("mqtts://b");
        for (String wrong : new String[] {"", "a b", "é", "x".repeat(256), "\0"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tls.offering(List.of(wrong)))
                    .withMessageContaining("write 1 to 255 printable ASCII characters");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tls.offering(Collections.nCopies(65, "x")))
                .withMessageContaining("64 at most");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("mqtt://b").offering(List.of("mqtt")))
                .withMessageContaining("is not encrypted; write mqtts://");
    }

    @Test
    void toString_is_the_URL() {
        assertThat(Endpoint.parse("mqtts://broker")).hasToString("mqtts://broker:8883");
        assertThat(Endpoint.parse("mqtt://[::1]:1")).hasToString("mqtt://[::1]:1");
    }

    @Test
    void only_names_are_sent_as_SNI() {
        assertThat(Endpoint.parse("mqtts://my_broker").hostIsName()).isTrue();
        assertThat(Endpoint.parse("mqtts://10.0.0.7").hostIsName()).isFalse();
        assertThat(Endpoint.parse("mqtts://[::1]").hostIsName()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ws://broker                 | ws://broker:80/mqtt",
                "wss://broker                | wss://broker:443/mqtt",
                "WSS://broker:8083/          | wss://broker:8083/",
                "wss://[::1]:1/a/b?token=%20 | wss://[::1]:1/a/b?token=%20",
            })
    void a_WebSocket_has_a_path(String url, String whole) {
        assertThat(Endpoint.parse(url)).hasToString(whole);
        assertThat(Endpoint.parse(whole)).isEqualTo(Endpoint.parse(url));
    }
}
