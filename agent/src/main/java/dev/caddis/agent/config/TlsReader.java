package dev.caddis.agent.config;

import dev.caddis.agent.identity.RenewSettings;
import dev.caddis.mqtt.identity.IdentityException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/// Section `tls`: the files of mutual TLS. Nothing missing is replaced by something weaker.
///
/// Who we are is read before all else, because `${cert:cn}` may stand anywhere.
final class TlsReader {

    private final @Nullable Section section;
    private final boolean unreadable;
    private final @Nullable Path cert;
    private final @Nullable Tls store;

    /// @param unreadable whether the section is there and none, which was reported
    /// @param cert `null` when absent or wrong
    /// @param store certificate and key in one PKCS#12 file, or in a token; `null` when absent or
    ///   wrong
    private TlsReader(
            @Nullable Section section,
            boolean unreadable,
            @Nullable Path cert,
            @Nullable Tls store) {
        this.section = section;
        this.unreadable = unreadable;
        this.cert = cert;
        this.store = store;
    }

    static TlsReader of(Section root) {
        int before = root.context().problems().count();
        Section tls = root.section("tls", Keys.TLS);
        boolean keysAreRight = root.context().problems().count() == before;
        if (tls == null) {
            return new TlsReader(null, root.has("tls"), null, null);
        }
        Path cert = tls.readOrNull("cert", files(tls).certificateFile());
        Tls store = null;
        if (tls.has("pkcs11")) {
            store = token(tls, cert, keysAreRight);
        } else if (tls.has("pkcs12")) {
            store = store(tls, keysAreRight);
        }
        return new TlsReader(tls, false, cert, store);
    }

    /// The token with all that opens it; `null` when any of it is wrong, which was reported.
    private static @Nullable Tls token(Section tls, @Nullable Path cert, boolean keysAreRight) {
        String uri = tls.readOrNull("pkcs11", Parsers.text());
        Path ca = tls.readOrNull("ca", files(tls).file());
        Secret pin = password(tls);
        boolean whole =
                uri != null
                        && keysAreRight
                        && !tls.has("key")
                        && !tls.has("pkcs12")
                        && (cert != null || !tls.has("cert"))
                        && (ca != null || !tls.has("ca"))
                        && (pin != null || !tls.has("key_password"));
        if (!whole) {
            return null;
        }
        var token = new Tls(ca, cert, null, null, uri, pin);
        try {
            token.identity();
            return token;
        } catch (IllegalArgumentException e) {
            String told = String.valueOf(e.getMessage());
            int end = told.lastIndexOf("; ");
            tls.wrong("pkcs11", told.substring(0, end), told.substring(end + 2));
            return null;
        }
    }

    /// The file with all that opens it; `null` when any of it is wrong, which was reported.
    ///
    /// @param keysAreRight no key is unknown: a misspelt one may be the password
    private static @Nullable Tls store(Section tls, boolean keysAreRight) {
        Path file = tls.readOrNull("pkcs12", files(tls).storeFile(mayBeReadable(tls)));
        Path ca = tls.readOrNull("ca", files(tls).file());
        Secret password = password(tls);
        boolean whole =
                file != null
                        && keysAreRight
                        && isAlone(tls)
                        && (ca != null || !tls.has("ca"))
                        && (password != null || !tls.has("key_password"));
        return whole ? new Tls(ca, null, null, file, null, password) : null;
    }

    /// The common name of our certificate, as far as there is one.
    Names.Lookup commonName() {
        if (store != null && cert == null) {
            return new StoreName(store, this);
        }
        return () -> {
            if (cert != null) {
                return CommonName.of(cert);
            }
            if (unreadable || (section != null && (section.has("cert") || hasStore(section)))) {
                throw Refused.alreadyTold();
            }
            throw Refused.plainly(
                    "${cert:cn} needs a certificate",
                    "write tls.cert, tls.pkcs12 or tls.pkcs11, or the name here");
        };
    }

    /// The whole section, read with `names`; `null` when there is none, or no usable PKCS#12 file
    /// or token in it, which was reported.
    @Nullable Tls read(Names names) {
        if (section == null) {
            return null;
        }
        Section tls = section.with(names);
        RenewSettings renew = RenewReader.read(tls);
        Demands demands = DemandsReader.read(tls);
        if (hasStore(tls)) {
            requireAlone(tls);
            return store == null ? null : store.with(demands, renew);
        }
        Path ca = tls.readOrNull("ca", files(tls).file());
        Path key = tls.readOrNull("key", files(tls).keyFile(mayBeReadable(tls)));
        Secret password = password(tls);
        requireBoth(tls, "cert", "key");
        requireBoth(tls, "key", "cert");
        if (tls.has("key_password") && !tls.has("key")) {
            tls.wrong(
                    "key_password",
                    "stands without a key",
                    "write key: FILE, pkcs12: FILE or pkcs11: URI beside it, or remove it");
        }
        return Tls.pem(ca, cert, key, password).with(demands, renew);
    }

    /// Loads the files as a connection would: are they PEM, does the password open the key, does
    /// the key fit the certificate? Reports what is wrong.
    void requireUsable(Tls tls) {
        try {
            tls.identity().load();
        } catch (IdentityException complaint) {
            unusable(complaint);
        }
    }

    /// Reports what the client library says of the files, at the key that is to be corrected, or at
    /// the section where two files disagree.
    void unusable(IdentityException complaint) {
        if (section == null) {
            return;
        }
        String told = String.valueOf(complaint.getMessage()).strip().replaceFirst("\\.$", "");
        int end = told.lastIndexOf("; ");
        String what = end < 0 ? told : told.substring(0, end);
        String remedy = end < 0 ? "correct the files this section names" : told.substring(end + 2);
        if (complaint.problem() == IdentityException.Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD) {
            remedy = "write key_password: \"${file:PATH}\" beside it";
        }
        if (complaint.problem() == IdentityException.Problem.WRONG_PASSWORD
                && section.has("pkcs11")) {
            section.context().problems().refusedPin();
        }
        String key = keyOf(complaint.problem(), section);
        if (key == null) {
            section.context().problems().add(section.line(), section.path(), what, remedy);
        } else {
            section.wrong(key, what, remedy);
        }
    }

    private static @Nullable String keyOf(IdentityException.Problem problem, Section tls) {
        String store = tls.has("pkcs11") ? "pkcs11" : tls.has("pkcs12") ? "pkcs12" : null;
        String key = store == null ? "key" : store;
        return switch (problem) {
            case KEY_ENCRYPTED_WITHOUT_PASSWORD, UNSUPPORTED_KEY -> key;
            case WRONG_PASSWORD, PASSWORD_UNREADABLE ->
                    tls.has("key_password") ? "key_password" : key;
            case BAD_CRL -> "crl";
            case BAD_STORE, KEY_DOES_NOT_FIT, TOKEN_UNUSABLE -> store;
            default -> null;
        };
    }

    private static @Nullable Secret password(Section tls) {
        Value value = tls.value("key_password");
        return value == null ? null : Passwords.read(value);
    }

    /// Asked once: a section has a key or a store.
    private static boolean mayBeReadable(Section tls) {
        return tls.read("allow_readable_key", Parsers.flag(), false);
    }

    private static boolean hasStore(Section tls) {
        return tls.has("pkcs12") || tls.has("pkcs11");
    }

    private static void requireAlone(Section tls) {
        boolean token = tls.has("pkcs11");
        List<String> others = token ? List.of("key", "pkcs12") : List.of("cert", "key");
        for (String other : others) {
            if (tls.has(other)) {
                tls.wrong(
                        other,
                        token
                                ? "stands beside pkcs11, whose token holds the key"
                                : "stands beside pkcs12, which holds certificate and key",
                        "keep one of them");
            }
        }
    }

    private static boolean isAlone(Section tls) {
        return !tls.has("cert") && !tls.has("key");
    }

    private static void requireBoth(Section tls, String here, String missing) {
        if (tls.has(here) && !tls.has(missing)) {
            tls.wrong(here, "stands without a " + missing, "write " + missing + ": FILE beside it");
        }
    }

    private static FileParsers files(Section tls) {
        return new FileParsers(tls.context().names().folder());
    }
}
