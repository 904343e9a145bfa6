package dev.caddis.agent.config;

import dev.caddis.mqtt.identity.IdentityException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

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
    /// @param store certificate and key in one PKCS#12 file; `null` when absent or wrong
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
        return new TlsReader(
                tls,
                false,
                tls.readOrNull("cert", files(tls).certificateFile()),
                tls.has("pkcs12") ? store(tls, keysAreRight) : null);
    }

    /// The file with all that opens it; `null` when any of it is wrong, which was reported.
    ///
    /// @param keysAreRight no key is unknown: a misspelt one may be the password
    private static @Nullable Tls store(Section tls, boolean keysAreRight) {
        Path file = tls.readOrNull("pkcs12", files(tls).storeFile());
        Path ca = tls.readOrNull("ca", files(tls).file());
        Secret password = password(tls);
        boolean whole =
                file != null
                        && keysAreRight
                        && isAlone(tls)
                        && (ca != null || !tls.has("ca"))
                        && (password != null || !tls.has("key_password"));
        return whole ? new Tls(ca, null, null, file, password) : null;
    }

    /// The common name of our certificate, as far as there is one.
    Names.Lookup commonName() {
        if (store != null) {
            return new StoreName(store, this);
        }
        return () -> {
            if (cert != null) {
                return CommonName.of(cert);
            }
            if (unreadable || (section != null && (section.has("cert") || section.has("pkcs12")))) {
                throw Refused.alreadyTold();
            }
            throw Refused.plainly(
                    "${cert:cn} needs a certificate",
                    "write tls.cert or tls.pkcs12, or the name here");
        };
    }

    /// The whole section, read with `names`; `null` when there is none, or no usable PKCS#12 file
    /// in it, which was reported.
    @Nullable Tls read(Names names) {
        if (section == null) {
            return null;
        }
        Section tls = section.with(names);
        if (tls.has("pkcs12")) {
            requireAlone(tls);
            return store;
        }
        Path ca = tls.readOrNull("ca", files(tls).file());
        Path key = tls.readOrNull("key", files(tls).keyFile());
        Secret password = password(tls);
        requireBoth(tls, "cert", "key");
        requireBoth(tls, "key", "cert");
        if (tls.has("key_password") && !tls.has("key")) {
            tls.wrong(
                    "key_password",
                    "stands without a key",
                    "write key: FILE or pkcs12: FILE beside it, or remove it");
        }
        return new Tls(ca, cert, key, null, password);
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
        String key = keyOf(complaint.problem(), section);
        if (key == null) {
            section.context().problems().add(section.line(), section.path(), what, remedy);
        } else {
            section.wrong(key, what, remedy);
        }
    }

    private static @Nullable String keyOf(IdentityException.Problem problem, Section tls) {
        String store = tls.has("pkcs12") ? "pkcs12" : null;
        String key = store == null ? "key" : store;
        return switch (problem) {
            case KEY_ENCRYPTED_WITHOUT_PASSWORD, UNSUPPORTED_KEY -> key;
            case WRONG_PASSWORD, PASSWORD_UNREADABLE ->
                    tls.has("key_password") ? "key_password" : key;
            case BAD_STORE, KEY_DOES_NOT_FIT -> store;
            default -> null;
        };
    }

    private static @Nullable Secret password(Section tls) {
        Value value = tls.value("key_password");
        return value == null ? null : Passwords.read(value);
    }

    private static void requireAlone(Section tls) {
        for (String other : new String[] {"cert", "key"}) {
            if (tls.has(other)) {
                tls.wrong(
                        other,
                        "stands beside pkcs12, which holds certificate and key",
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
