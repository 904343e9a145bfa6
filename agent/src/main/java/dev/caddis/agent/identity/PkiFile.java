package dev.caddis.agent.identity;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.bc.BcPEMDecryptorProvider;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// What a file holds, in its order: PEM certificates, keys and requests, or a PKCS#12 store.
public record PkiFile(Path path, List<PkiItem> items) {

    private static final int BYTES_MAX = 4 << 20;

    public PkiFile {
        items = List.copyOf(items);
    }

    /// @param password opens encrypted keys and stores; `null`: a PEM key stays locked, a store is
    ///   tried with an empty one
    /// @throws PkiException when the file cannot be read, or the password is wrong
    public static PkiFile read(Path path, @Nullable String password) throws PkiException {
        byte[] bytes = bytes(path);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<PkiItem> items =
                text.contains("-----BEGIN ")
                        ? pem(path, text, password)
                        : Store.items(path, bytes, password);
        if (items.isEmpty()) {
            throw new PkiException(
                    path + " holds no certificate, key or request; name a PEM or PKCS#12 file",
                    null);
        }
        return new PkiFile(path, items);
    }

    private static byte[] bytes(Path path) throws PkiException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new PkiException(path + " is not a regular file; name one", null);
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new PkiException(
                        path + " is larger than 4 MiB; name a file of certificates or keys", null);
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new PkiException(path + " does not exist; correct the path", e);
        } catch (AccessDeniedException e) {
            throw new PkiException(path + " may not be read by this user; run it as its owner", e);
        } catch (PkiException told) {
            throw told;
        } catch (IOException e) {
            throw new PkiException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<PkiItem> pem(Path path, String text, @Nullable String password)
            throws PkiException {
        var items = new ArrayList<PkiItem>();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            boolean first = true;
            for (Object each = parser.readObject(); each != null; each = parser.readObject()) {
                PkiItem item = item(path, each, first, password);
                if (item != null) {
                    items.add(item);
                    first &= !(item instanceof PkiItem.Certificate);
                }
            }
        } catch (PkiException told) {
            throw told;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new PkiException(
                    path
                            + " is damaged, or holds what Java does not read: "
                            + e.getMessage()
                            + "; make it again",
                    e);
        }
        return items;
    }

    private static @Nullable PkiItem item(
            Path path, Object block, boolean first, @Nullable String password)
            throws IOException, GeneralSecurityException {
        return switch (block) {
            case X509CertificateHolder certificate ->
                    new PkiItem.Certificate(
                            path,
                            new JcaX509CertificateConverter().getCertificate(certificate),
                            first);
            case PKCS10CertificationRequest request ->
                    new PkiItem.Request(path, SigningRequest.of(request, path));
            case PrivateKeyInfo key -> new PkiItem.Key(path, Keys.privateKey(key), false);
            case PEMKeyPair pair ->
                    new PkiItem.Key(path, Keys.privateKey(pair.getPrivateKeyInfo()), false);
            case PKCS8EncryptedPrivateKeyInfo locked ->
                    password == null
                            ? new PkiItem.LockedKey(path)
                            : new PkiItem.Key(path, opened(path, locked, password), true);
            case PEMEncryptedKeyPair locked ->
                    password == null
                            ? new PkiItem.LockedKey(path)
                            : new PkiItem.Key(path, opened(path, locked, password), true);
            default -> null; // parameters of a curve, and what else tools add
        };
    }

    private static PrivateKey opened(
            Path path, PKCS8EncryptedPrivateKeyInfo locked, String password)
            throws IOException, GeneralSecurityException {
        var info = new EncryptedPrivateKeyInfo(locked.getEncoded());
        var characters = new PBEKeySpec(password.toCharArray());
        byte[] opened;
        try {
            Cipher cipher = Cipher.getInstance(info.getAlgName());
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(info.getAlgName()).generateSecret(characters),
                    info.getAlgParameters());
            opened = info.getKeySpec(cipher).getEncoded();
        } catch (NoSuchAlgorithmException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw wrongPassword(path, e);
        } finally {
            characters.clearPassword();
        }
        return Keys.privateKey(PrivateKeyInfo.getInstance(opened));
    }

    private static PrivateKey opened(Path path, PEMEncryptedKeyPair locked, String password)
            throws IOException, GeneralSecurityException {
        try {
            PEMKeyPair pair =
                    locked.decryptKeyPair(new BcPEMDecryptorProvider(password.toCharArray()));
            return Keys.privateKey(pair.getPrivateKeyInfo());
        } catch (IOException e) {
            throw wrongPassword(path, e);
        }
    }

    static PkiException wrongPassword(Path path, Exception cause) {
        return new PkiException(
                "the password does not open " + path + "; name the file of another one", cause);
    }
}
