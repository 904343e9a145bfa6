package dev.caddis.agent.identity;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// The names a server's certificate carries, and whether a name is one of them (RFC 6125): as TLS
/// asks when a client connects by it.
final class HostNames {

    private static final int DNS = 2;
    private static final int IP = 7;

    private HostNames() {}

    /// DNS names and IP addresses of the subject alternative name, in their order.
    static List<String> of(X509Certificate certificate) {
        var names = new ArrayList<String>(named(certificate, DNS));
        names.addAll(named(certificate, IP));
        return names;
    }

    private static List<String> named(X509Certificate certificate, int kind) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> name.getFirst() instanceof Integer k && k == kind)
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of(); // no client can read them either
        }
    }

    /// Whether a client that connects to `host` takes the certificate for that host's.
    static boolean matches(X509Certificate certificate, String host) {
        try {
            InetAddress wanted = InetAddress.ofLiteral(host);
            return named(certificate, IP).stream()
                    .anyMatch(name -> InetAddress.ofLiteral(name).equals(wanted));
        } catch (IllegalArgumentException notAnAddress) {
            List<String> names = named(certificate, DNS);
            return (names.isEmpty() ? commonNames(certificate) : names)
                    .stream().anyMatch(name -> matches(lower(name), lower(host)));
        }
    }

    /// A star stands for one whole label, the first.
    private static boolean matches(String name, String host) {
        if (!name.startsWith("*.")) {
            return name.equals(host);
        }
        int dot = host.indexOf('.');
        return dot > 0
                && host.substring(dot).equals(name.substring(1))
                && name.indexOf('.', 2) > 0; // not for a whole top-level domain
    }

    private static List<String> commonNames(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().reversed().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(String::valueOf)
                            .limit(1)
                            .toList();
        } catch (InvalidNameException e) {
            return List.of();
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
