package dev.caddis.agent.identity;

import java.util.List;
import java.util.regex.Pattern;

/// Who a certificate is for.
///
/// @param commonName the subject's CN
/// @param names DNS names and IP addresses for the subject alternative name; may be empty
/// @param server true for a TLS server, false for a TLS client
public record CertificateSubject(String commonName, List<String> names, boolean server) {

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

    /// @throws IllegalArgumentException when the common name is empty
    public CertificateSubject {
        if (commonName.isBlank()) {
            throw new IllegalArgumentException(
                    "a certificate has an empty common name; name its subject");
        }
        names = List.copyOf(names);
    }

    public static CertificateSubject device(String commonName) {
        return new CertificateSubject(commonName, List.of(), false);
    }

    /// @param names what the server goes by
    public static CertificateSubject server(String commonName, List<String> names) {
        return new CertificateSubject(commonName, names, true);
    }

    /// Returns `name` when files of a folder may begin with it.
    ///
    /// @throws IllegalArgumentException when it could leave the folder or hide in it
    public static String fileName(String name) {
        if (!FILE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "\""
                            + name
                            + "\" cannot name certificate files; use 1 to 100 letters, digits,"
                            + " dots, dashes and underscores that do not begin with a dot");
        }
        return name;
    }
}
