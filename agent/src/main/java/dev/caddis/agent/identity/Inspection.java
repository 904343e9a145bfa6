package dev.caddis.agent.identity;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What several files hold together: who, until when, issued by whom, which key fits what.
///
/// @param findings one for each item, in the order of the files
/// @param problems what keeps a TLS peer from taking them, each a sentence
public record Inspection(List<Finding> findings, List<String> problems) {

    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

    public Inspection {
        findings = List.copyOf(findings);
        problems = List.copyOf(problems);
    }

    /// What is known of one item.
    public sealed interface Finding {

        Path file();

        /// @param issuedBy the file of its issuer among those looked at; `null` when none is it
        /// @param use `server`, `client`, `CA`; empty: for anything
        /// @param hostMatches `null`: not asked, or no certificate of a server
        record Certificate(
                Path file,
                String subject,
                String issuer,
                @Nullable Path issuedBy,
                Instant from,
                Instant until,
                long daysLeft,
                List<String> use,
                List<String> names,
                String key,
                @Nullable Boolean hostMatches)
                implements Finding {

            public Certificate {
                use = List.copyOf(use);
                names = List.copyOf(names);
            }
        }

        /// @param key its kind; `null`: locked
        /// @param fits the subject of the certificate or request it belongs to; `null`: of none
        record Key(Path file, @Nullable String key, boolean encrypted, @Nullable String fits)
                implements Finding {}

        record Request(Path file, String subject, List<String> names, String key)
                implements Finding {

            public Request {
                names = List.copyOf(names);
            }
        }
    }

    /// Looks at `files` as they are at `now`.
    ///
    /// @param host a name that clients connect by; `null`: does not matter
    public static Inspection of(List<PkiFile> files, @Nullable String host, Instant now) {
        List<PkiItem> items = files.stream().flatMap(file -> file.items().stream()).toList();
        var findings = new ArrayList<Finding>();
        var problems = new ArrayList<String>();
        for (PkiItem item : items) {
            findings.add(
                    switch (item) {
                        case PkiItem.Certificate each ->
                                certificate(each, items, host, now, problems);
                        case PkiItem.Key each -> key(each, items, problems);
                        case PkiItem.LockedKey(Path file) -> locked(file, problems);
                        case PkiItem.Request(Path file, SigningRequest request) ->
                                new Finding.Request(
                                        file,
                                        request.subject(),
                                        request.names(),
                                        KeyKind.of(request.key()));
                    });
        }
        files.forEach(file -> checkOrder(file, problems));
        checkHost(findings, host, problems);
        return new Inspection(findings, problems);
    }

    private static Finding certificate(
            PkiItem.Certificate item,
            List<PkiItem> items,
            @Nullable String host,
            Instant now,
            List<String> problems) {
        X509Certificate it = item.certificate();
        Instant from = it.getNotBefore().toInstant();
        Instant until = it.getNotAfter().toInstant();
        String subject = subject(it);
        if (now.isAfter(until)) {
            problems.add(
                    "%s: %s expired %s; issue it again".formatted(item.file(), subject, until));
        } else if (now.isBefore(from)) {
            problems.add(
                    "%s: %s is valid from %s on, and this machine's clock says %s; wait, or set the clock"
                            .formatted(item.file(), subject, from, now));
        }
        List<String> use = use(it);
        boolean asked = host != null && item.own() && (use.isEmpty() || use.contains("server"));
        return new Finding.Certificate(
                item.file(),
                subject,
                it.getIssuerX500Principal().getName(),
                items.stream()
                        .filter(each ->
                                each instanceof PkiItem.Certificate issuer
                                        && isIssuedBy(it, issuer.certificate()))
                        .map(PkiItem::file)
                        .findFirst()
                        .orElse(null),
                from,
                until,
                Duration.between(now, until).toDays(),
                use,
                HostNames.of(it),
                KeyKind.of(it.getPublicKey()),
                asked ? HostNames.matches(it, Objects.requireNonNull(host)) : null);
    }

    private static List<String> use(X509Certificate certificate) {
        var use = new ArrayList<String>();
        if (certificate.getBasicConstraints() >= 0) {
            use.add("CA");
        }
        try {
            List<String> extended = certificate.getExtendedKeyUsage();
            if (extended != null && extended.contains(SERVER)) {
                use.add("server");
            }
            if (extended != null && extended.contains(CLIENT)) {
                use.add("client");
            }
        } catch (CertificateParsingException e) {
            use.add("unreadable");
        }
        return use;
    }

    private static Finding key(PkiItem.Key item, List<PkiItem> items, List<String> problems) {
        String fits = null;
        boolean others = false;
        for (PkiItem each : items) {
            PublicKey known =
                    switch (each) {
                        case PkiItem.Certificate c -> c.certificate().getPublicKey();
                        case PkiItem.Request r -> r.request().key();
                        default -> null;
                    };
            others |= known != null;
            if (fits == null && known != null && Keys.fits(item.key(), known)) {
                fits =
                        each instanceof PkiItem.Certificate c
                                ? subject(c.certificate())
                                : "the request in " + each.file();
            }
        }
        if (fits == null && others) {
            problems.add(
                    item.file()
                            + ": the key fits none of these certificates; use the one that the"
                            + " certificate was issued for");
        }
        return new Finding.Key(item.file(), KeyKind.of(item.key()), item.encrypted(), fits);
    }

    private static Finding locked(Path file, List<String> problems) {
        problems.add(
                file
                        + ": the key is encrypted, so whether it fits is not known; write"
                        + " --password-file FILE");
        return new Finding.Key(file, null, true, null);
    }

    /// A peer that sends a chain sends each certificate before its issuer.
    private static void checkOrder(PkiFile file, List<String> problems) {
        X509Certificate before = null;
        for (PkiItem item : file.items()) {
            if (item instanceof PkiItem.Certificate(var path, var certificate, var own)) {
                if (before != null
                        && !own
                        && !isIssuedBy(before, certificate)
                        && !areAuthorities(before, certificate)) {
                    problems.add(
                            "%s: %s is followed by %s, which did not issue it; put the device's own certificate first, then its issuers"
                                    .formatted(path, subject(before), subject(certificate)));
                }
                before = certificate;
            }
        }
    }

    /// A file of the CAs to trust has them in any order.
    private static boolean areAuthorities(X509Certificate one, X509Certificate other) {
        return one.getBasicConstraints() >= 0 && other.getBasicConstraints() >= 0;
    }

    private static void checkHost(
            List<Finding> findings, @Nullable String host, List<String> problems) {
        if (host == null) {
            return;
        }
        List<Boolean> asked =
                findings.stream()
                        .filter(Finding.Certificate.class::isInstance)
                        .map(finding -> ((Finding.Certificate) finding).hostMatches())
                        .filter(Objects::nonNull)
                        .toList();
        if (asked.isEmpty()) {
            problems.add("none of these is the certificate of a server; name the server's");
        } else if (!asked.contains(true)) {
            problems.add(
                    "no certificate is for %s; connect by a name it carries, or issue it with --host %s"
                            .formatted(host, host));
        }
    }

    private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false; // the same name, another key
        }
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }
}
