package dev.caddis.agent.config;

import dev.caddis.mqtt.identity.IdentityException;

import java.util.Optional;

/// Reads `${cert:cn}` from a PKCS#12 file or a token, once: to open it takes its password. What is
/// wrong with it is reported once too, at the key of section `tls` that it concerns.
final class StoreName implements Names.Lookup {

    private final Tls store;
    private final TlsReader section;
    private boolean read;
    private boolean unusable;
    private Optional<String> name = Optional.empty();

    StoreName(Tls store, TlsReader section) {
        this.store = store;
        this.section = section;
    }

    @Override
    public String get() throws Refused {
        if (!read) {
            read = true;
            try {
                name = store.identity().load().commonName();
            } catch (IdentityException e) {
                unusable = true;
                section.unusable(e);
            }
        }
        if (unusable) {
            throw Refused.alreadyTold();
        }
        return name.orElseThrow(() ->
                Refused.plainly(
                        "${cert:cn}: the subject of the certificate in "
                                + (store.pkcs12() == null ? "the token" : store.pkcs12())
                                + " has no CN",
                        "use another certificate, or write the name here"));
    }
}
