package dev.caddis.agent.identity;

import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;

/// Who a certificate is for.
///
/// @param commonName the subject's CN
/// @param names DNS names and IP addresses for the subject alternative name; may be empty
/// @param server true for a TLS server, false for a TLS client
public record CertificateSubject(String commonName, List<String> names, boolean server) {

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

    /// RFC 1035; a star in place of the first label.
    private static final Pattern HOST =
            Pattern.compile(
                    "(?=.{1,253}$)(\\*\\.)?(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
                            + "(\\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*");

    /// @throws IllegalArgumentException when the common name is empty, or a name is none
    public CertificateSubject {
        if (commonName.isBlank()) {
            throw new IllegalArgumentException(
                    "a certificate has an empty common name; name its subject");
        }
        names = List.copyOf(names);
        for (String name : names) {
            if (!HOST.matcher(name).matches() && !isAddress(name)) {
                throw new IllegalArgumentException(
                        "\""
                                + name
                                + "\" is no host name and no IP address; write letters, digits,"
                                + " dashes and dots, names of other alphabets in their xn-- form");
            }
        }
    }

    private static boolean isAddress(String name) {
        try {
            var _ = InetAddress.ofLiteral(name);
            return true;
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
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
