package dev.caddis.mqtt.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.Map;

/// RFC 7512, as far as it is obeyed; the rest is refused with what to write instead.
class Pkcs11UriTest {

    private static final String LIBRARY = "?module-path=/usr/lib/p11.so";

    @Test
    void every_part_is_read_and_decoded() {
        Pkcs11Uri uri =
                Pkcs11Uri.of(
                        "pkcs11:token=The%20plant%3b;manufacturer=Snake%20Oil,%20Inc.;model=1.0;"
                                + "serial=4a%c3%bc;slot-id=7;object=pump-17;type=private"
                                + "?module-path=/usr/lib/p11.so&pin-source=file:/etc/pin");
        assertThat(uri)
                .isEqualTo(
                        new Pkcs11Uri(
                                Path.of("/usr/lib/p11.so"),
                                Map.of(
                                        "token", "The plant;",
                                        "manufacturer", "Snake Oil, Inc.",
                                        "model", "1.0",
                                        "serial", "4aü"),
                                7L,
                                "pump-17",
                                Path.of("/etc/pin")));
        assertThat(uri)
                .hasToString(
                        "PKCS#11 token The plant; manufacturer Snake Oil, Inc. model 1.0 serial 4aü"
                                + " (slot 7) of /usr/lib/p11.so");
    }

    @Test
    void a_PIN_may_come_from_a_path() {
        assertThat(Pkcs11Uri.of("pkcs11:slot-id=1" + LIBRARY + "&pin-source=/etc/pin").pinSource())
                .isEqualTo(Path.of("/etc/pin"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "token=plant | a PKCS#11 URI begins with pkcs11:",
                "pkcs11:token=plant | names no library; add ?module-path=FILE",
                "pkcs11:?module-path=/p11.so | names no token; write token=LABEL",
                "pkcs11:object=a?module-path=/p11.so | names no token; write token=LABEL",
                "pkcs11:token=a;token=b?module-path=/p11.so | has token twice; keep one",
                "pkcs11:token?module-path=/p11.so | has token without a value; write token=VALUE",
                "pkcs11:token=a;id=%01?module-path=/p11.so | name the key by its label",
                "pkcs11:token=a;type=cert?module-path=/p11.so | a private key is needed",
                "pkcs11:token=a;slot-id=x?module-path=/p11.so | slot-id=\"x\", which is no number",
                "pkcs11:token=a%2?module-path=/p11.so | is not followed by two digits 0 to F",
                "pkcs11:token=a%ff?module-path=/p11.so | a token that is not UTF-8",
                "pkcs11:token=a;module-path=/p11.so | wrong part; write it behind the question"
                        + " mark",
                "pkcs11:slot-id=1?module-path=/p11.so&token=a | wrong part; write it before the"
                        + " question mark",
                "pkcs11:token=a?module-name=p11 | not looked for by name; write ?module-path=FILE",
                "pkcs11:token=a;library-version=3?module-path=/p11.so | not looked at here",
                "pkcs11:token=a?module-path=/p11.so&x-other=1 | no such part is known",
                "pkcs11:token=a?module-path=/p11.so&pin-source=%7Cget-pin | no command is run here",
            })
    void what_is_not_supported_is_refused_with_what_to_write(String uri, String sentence) {
        assertThat(assertThrows(IllegalArgumentException.class, () -> Pkcs11Uri.of(uri)))
                .hasMessageContaining(sentence)
                .hasMessageContaining("; ");
    }

    @Test
    void a_PIN_in_a_URI_is_refused_and_not_shown() {
        assertThat(
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> Pkcs11Uri.of("pkcs11:token=a" + LIBRARY + "&pin-value=5678")))
                .hasMessageContaining("a PIN stands open in a URI; put it in a file")
                .hasMessageNotContaining("5678");
    }
}
