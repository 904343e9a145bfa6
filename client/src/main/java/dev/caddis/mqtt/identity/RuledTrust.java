package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.BrokenRuleException.Rule;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/// Lets the JDK judge a server, then asks for our own rules.
final class RuledTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager judge;
    private final ServerRules rules;

    RuledTrust(X509ExtendedTrustManager judge, ServerRules rules) {
        this.judge = judge;
        this.rules = rules;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        judge.checkServerTrusted(chain, authType, socket);
        obey(chain, socket instanceof SSLSocket tls ? tls.getHandshakeSession() : null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        judge.checkServerTrusted(chain, authType, engine);
        obey(chain, engine.getHandshakeSession());
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        judge.checkServerTrusted(chain, authType);
        obey(chain, null);
    }

    /// @param handshake `null`: the certificates are judged without one
    private void obey(X509Certificate[] chain, @Nullable SSLSession handshake)
            throws BrokenRuleException {
        List<X509Certificate> path = path(chain);
        X509Certificate issuer = issuer(path);
        if (!rules.pins().isEmpty()
                && path.stream().map(RuledTrust::pin).noneMatch(rules.pins()::contains)) {
            throw new BrokenRuleException(
                    Rule.PIN,
                    "none of the public keys of its certificate chain is pinned; its own is %s: pin"
                                    .formatted(pin(path.getFirst()))
                            + " that if you know the broker by it",
                    null);
        }
        IdentityFile revoked = rules.revoked();
        if (revoked != null) {
            try {
                RevocationList.read(revoked) // anew: it changes often
                        .check(path.getFirst(), issuer, between(chain));
            } catch (IdentityException e) {
                throw new BrokenRuleException(Rule.REVOCATION, String.valueOf(e.getMessage()), e);
            }
        }
        OcspStapling stapling = rules.stapling();
        if (stapling != null) {
            StapledResponse.check(
                    path.getFirst(),
                    issuer,
                    handshake instanceof ExtendedSSLSession session ? session : null,
                    stapling);
        }
    }

    /// Who speaks for the server's certificate; `null`: that one is neither sent nor trusted.
    private static @Nullable X509Certificate issuer(List<X509Certificate> path) {
        X509Certificate own = path.getFirst();
        return path.size() > 1 ? path.get(1) : issued(own, own) ? own : null;
    }

    /// The server's certificate, then each one's issuer as its signature shows, up to a CA that we
    /// trust: a server may send certificates that have nothing to do with its own. Where we trust
    /// its own as well, its issuer can take it back all the same.
    private List<X509Certificate> path(X509Certificate[] chain) {
        var path = new ArrayList<X509Certificate>();
        List<X509Certificate> trusted = List.of(judge.getAcceptedIssuers());
        X509Certificate last = chain[0];
        while (last != null && !path.contains(last)) {
            path.add(last);
            X509Certificate below = last;
            last =
                    path.size() > 1 && trusted.contains(below)
                            ? null
                            : Stream.concat(trusted.stream(), Stream.of(chain))
                                    .filter(above -> issued(above, below))
                                    .findFirst()
                                    .orElse(null);
        }
        return path;
    }

    /// Every CA that may stand between the server's certificate and one that we trust, with those
    /// that issued it. The JDK took one way through them and does not say which: a revoked one must
    /// not hide behind another of its name and key.
    private Map<X509Certificate, List<X509Certificate>> between(X509Certificate[] chain) {
        List<X509Certificate> trusted = List.of(judge.getAcceptedIssuers());
        List<X509Certificate> known =
                Stream.concat(trusted.stream(), Stream.of(chain)).distinct().toList();
        var between = new HashMap<X509Certificate, List<X509Certificate>>();
        var below = new ArrayDeque<X509Certificate>();
        below.add(chain[0]);
        for (X509Certificate each = below.poll(); each != null; each = below.poll()) {
            X509Certificate one = each;
            List<X509Certificate> issuers =
                    known.stream().filter(above -> issued(above, one)).toList();
            if (!one.equals(chain[0])) {
                between.put(one, issuers);
            }
            issuers.stream()
                    .filter(above -> !above.equals(chain[0]) && !trusted.contains(above))
                    .filter(above -> !between.containsKey(above) && !below.contains(above))
                    .forEach(below::add);
        }
        return between;
    }

    private static boolean issued(X509Certificate above, X509Certificate below) {
        if (!above.getSubjectX500Principal().equals(below.getIssuerX500Principal())) {
            return false;
        }
        try {
            below.verify(above.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false; // another CA of the same name
        }
    }

    /// SHA-256 of the SubjectPublicKeyInfo, in Base64 (RFC 7469 section 2.4).
    static String pin(X509Certificate certificate) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(certificate.getPublicKey().getEncoded());
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        judge.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        judge.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        judge.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }
}
