package dev.caddis.agent.config;

import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.OcspStapling;
import dev.caddis.mqtt.identity.TlsVersion;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The keys of section `tls` that say what the broker must keep to.
final class DemandsReader {

    private static final Parser<TlsVersion> VERSION =
            Parsers.choice(
                    Map.of("1.2", TlsVersion.TLS_1_2, "1.3", TlsVersion.TLS_1_3), "1.2 or 1.3");

    private static final Parser<OcspStapling> OCSP =
            Parsers.choice(
                    Map.of("soft", OcspStapling.SOFT, "hard", OcspStapling.HARD), "soft or hard");

    private DemandsReader() {}

    static Demands read(Section tls) {
        var pins = new ArrayList<String>();
        for (Section.Entry item : tls.list("pins", "write a list, such as [\"sha256/BASE64\"]")) {
            Value value = tls.value(item);
            String pin = value == null ? null : value.read(DemandsReader::pin);
            if (pin != null) {
                pins.add(pin);
            }
        }
        Path folder = tls.context().names().folder();
        return new Demands(
                tls.read("min_version", VERSION, TlsVersion.TLS_1_2),
                pins,
                tls.readOrNull("crl", new FileParsers(folder).file()),
                tls.readOrNull("ocsp", OCSP));
    }

    private static String pin(String text) throws Refused {
        try {
            ClientIdentity.systemTrust().pinning(List.of(text));
            return text;
        } catch (IllegalArgumentException e) {
            String told = String.valueOf(e.getMessage());
            int end = told.lastIndexOf("; ");
            throw Refused.value(
                    "is not the SHA-256 of a public key in Base64", told.substring(end + 2));
        }
    }
}
