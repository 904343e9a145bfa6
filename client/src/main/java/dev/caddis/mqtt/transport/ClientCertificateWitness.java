package dev.caddis.mqtt.transport;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/// Hands out our certificate and remembers what was asked for: the only place that learns of a
/// CertificateRequest.
final class ClientCertificateWitness extends X509ExtendedKeyManager {

    /// What became of the server's request.
    enum Answer {
        /// The server did not ask.
        NOT_ASKED,
        /// It asked, and we have none.
        ASKED_IN_VAIN,
        /// It asked, and takes no key of our kind: TLS sends none.
        KEY_KIND_NOT_TAKEN,
        /// It asked, and was given ours.
        GIVEN
    }

    private final @Nullable X509ExtendedKeyManager device;
    private volatile Answer answer = Answer.NOT_ASKED;
    private volatile List<String> keyTypesTaken = List.of();

    ClientCertificateWitness(@Nullable X509ExtendedKeyManager device) {
        this.device = device;
    }

    Answer answer() {
        return answer;
    }

    /// The kinds of key that the server takes: "EC", "RSA".
    List<String> keyTypesTaken() {
        return keyTypesTaken;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return asked(
                keyTypes,
                device == null ? null : device.chooseClientAlias(keyTypes, issuers, socket));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return asked(
                keyTypes,
                device == null ? null : device.chooseEngineClientAlias(keyTypes, issuers, engine));
    }

    private @Nullable String asked(String[] keyTypes, @Nullable String alias) {
        keyTypesTaken = Arrays.stream(keyTypes).distinct().toList();
        PrivateKey key = alias == null ? null : getPrivateKey(alias);
        if (key == null) {
            answer = Answer.ASKED_IN_VAIN;
        } else if (keyTypesTaken.contains(key.getAlgorithm())) {
            answer = Answer.GIVEN;
        } else {
            answer = Answer.KEY_KIND_NOT_TAKEN;
        }
        return alias;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return device == null ? null : device.getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return device == null ? null : device.getPrivateKey(alias);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return device == null ? null : device.getClientAliases(keyType, issuers);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null; // a client is never a server
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
