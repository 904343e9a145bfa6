package dev.caddis.agent.identity;

import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;

/// A request for a certificate (PKCS#10): who asks, and for which key. Its signature was verified.
///
/// @param subject as it is written in the request: `CN=pump-17`
/// @param commonName empty when the subject has none
/// @param names DNS names and IP addresses that are asked for
public record SigningRequest(String subject, String commonName, List<String> names, PublicKey key) {

    public SigningRequest {
        names = List.copyOf(names);
    }

    /// A request for `subject` with a new key, as the files `STEM.key` (0600) and `STEM.csr`.
    ///
    /// @return the request, then the key
    public static List<Path> make(
            NewFiles files, String stem, CertificateSubject subject, KeyKind kind)
            throws IOException {
        String name = CertificateSubject.fileName(stem);
        files.refuseExisting(List.of(name + ".key", name + ".csr"));
        KeyPair keys = kind.generate();
        byte[] request = encoded(subject, keys);
        Path key = files.writeSecret(name + ".key", Pem.of(keys.getPrivate()));
        return List.of(files.writePublic(name + ".csr", request), key);
    }

    private static byte[] encoded(CertificateSubject subject, KeyPair keys) throws IOException {
        try {
            var builder =
                    new JcaPKCS10CertificationRequestBuilder(
                            Certificates.name(subject.commonName()), keys.getPublic());
            if (!subject.names().isEmpty()) {
                var extensions = new ExtensionsGenerator();
                extensions.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        Certificates.generalNames(subject.names()));
                builder.addAttribute(
                        PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            var request = builder.build(Certificates.signer(keys.getPrivate()));
            return Pem.block("CERTIFICATE REQUEST", request.getEncoded());
        } catch (OperatorCreationException e) {
            throw new IOException("cannot make a request for " + subject.commonName(), e);
        }
    }

    /// The only request in `file`.
    ///
    /// @throws PkiException when there is none, or its signature does not fit its key
    public static SigningRequest read(Path file) throws PkiException {
        List<SigningRequest> found =
                PkiFile.read(file, null).items().stream()
                        .filter(PkiItem.Request.class::isInstance)
                        .map(item -> ((PkiItem.Request) item).request())
                        .toList();
        if (found.size() != 1) {
            throw new PkiException(
                    file
                            + " holds "
                            + found.size()
                            + " certificate requests (CERTIFICATE REQUEST) and must hold one; make"
                            + " it with: caddis pki csr NAME",
                    null);
        }
        return found.getFirst();
    }

    static SigningRequest of(PKCS10CertificationRequest request, Path file) throws PkiException {
        try {
            PublicKey key = Keys.publicKey(request.getSubjectPublicKeyInfo());
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new PkiException(
                        "the request in "
                                + file
                                + " is not signed by the key it names; make a new one",
                        null);
            }
            return new SigningRequest(
                    request.getSubject().toString(), commonName(request), names(request), key);
        } catch (GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IOException e) {
            if (e instanceof PkiException told) {
                throw told;
            }
            throw new PkiException("the request in " + file + " cannot be read; make a new one", e);
        }
    }

    private static String commonName(PKCS10CertificationRequest request) {
        RDN[] found = request.getSubject().getRDNs(BCStyle.CN);
        return found.length == 0 ? "" : IETFUtils.valueToString(found[0].getFirst().getValue());
    }

    private static List<String> names(PKCS10CertificationRequest request) throws IOException {
        Extensions wanted = request.getRequestedExtensions();
        GeneralNames names =
                wanted == null
                        ? null
                        : GeneralNames.fromExtensions(wanted, Extension.subjectAlternativeName);
        var found = new ArrayList<String>();
        for (GeneralName name : names == null ? new GeneralName[0] : names.getNames()) {
            switch (name.getTagNo()) {
                case GeneralName.dNSName -> found.add(name.getName().toString());
                case GeneralName.iPAddress ->
                        found.add(
                                InetAddress.getByAddress(
                                                ASN1OctetString.getInstance(name.getName())
                                                        .getOctets())
                                        .getHostAddress());
                default -> {} // others are no names of a TLS server
            }
        }
        return found;
    }
}
