package dev.caddis.mqtt.identity;

import java.security.cert.X509Certificate;
import java.util.Optional;

import javax.security.auth.x500.X500Principal;

/// The name in a certificate, read without `java.naming`: the client library needs java.base alone.
final class Subject {

    private Subject() {}

    /// The subject as RFC 2253 writes it: `CN=pump-17,O=Example`.
    static String of(X509Certificate certificate) {
        return of(certificate.getSubjectX500Principal());
    }

    static String of(X500Principal name) {
        return name.getName(X500Principal.RFC2253);
    }

    /// The most specific common name, without the escapes of RFC 2253.
    static Optional<String> commonName(X509Certificate certificate) {
        String name = of(certificate);
        int start = 0;
        while (start < name.length()) {
            int end = endOfAttribute(name, start);
            if (name.startsWith("CN=", start)) {
                return Optional.of(unescape(name.substring(start + "CN=".length(), end)));
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    private static int endOfAttribute(String name, int start) {
        for (int i = start; i < name.length(); i++) {
            switch (name.charAt(i)) {
                case '\\' -> i++;
                case ',', '+' -> {
                    return i;
                }
                default -> {}
            }
        }
        return name.length();
    }

    private static String unescape(String value) {
        var plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) == '\\' && i + 1 < value.length()) {
                i++;
            }
            plain.append(value.charAt(i));
        }
        return plain.toString();
    }
}
