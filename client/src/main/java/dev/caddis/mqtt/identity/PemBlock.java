package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One block of a PEM file (RFC 7468): a label, the bytes, the line it begins at.
///
/// Text around the blocks is allowed and skipped, as OpenSSL writes it. `legacyEncrypted` is the
/// old "Proc-Type: 4,ENCRYPTED" header that only PKCS#1 and SEC1 keys carry; it is noticed, never
/// decrypted.
final class PemBlock {

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");
    private static final int DER_SEQUENCE = 0x30;

    private final String label;
    private final byte[] der;
    private final int line;
    private final boolean legacyEncrypted;

    private PemBlock(String label, byte[] der, int line, boolean legacyEncrypted) {
        this.label = label;
        this.der = der;
        this.line = line;
        this.legacyEncrypted = legacyEncrypted;
    }

    String label() {
        return label;
    }

    byte[] der() {
        return der;
    }

    int line() {
        return line;
    }

    boolean legacyEncrypted() {
        return legacyEncrypted;
    }

    /// Without the bytes, which may be a key.
    @Override
    public String toString() {
        return label + " in line " + line;
    }

    boolean isPrivateKey() {
        return label.endsWith("PRIVATE KEY");
    }

    boolean isCertificate() {
        return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE");
    }

    /// All blocks of `file`, in its order; at least one.
    static List<PemBlock> read(IdentityFile file) throws IdentityException {
        byte[] bytes = file.read();
        String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1);
        var blocks = new ArrayList<PemBlock>();
        for (int i = 0; i < lines.length; i++) {
            Matcher begin = BEGIN.matcher(lines[i]);
            if (begin.find()) {
                String label = begin.group(1);
                int end = endOf(label, lines, i, file);
                blocks.add(block(label, lines, i, end, file));
                i = end;
            }
        }
        if (blocks.isEmpty()) {
            throw new IdentityException(Problem.NOT_PEM, file + whyNoBlock(bytes));
        }
        return blocks;
    }

    private static int endOf(String label, String[] lines, int begin, IdentityFile file)
            throws IdentityException {
        for (int i = begin + 1; i < lines.length && !lines[i].contains("-----BEGIN "); i++) {
            if (lines[i].contains("-----END " + label + "-----")) {
                return i;
            }
        }
        throw new IdentityException(
                Problem.NOT_PEM,
                ("%s: the block \"%s\" of line %d has no END line; the file is cut off or "
                                + "damaged, copy it again")
                        .formatted(file, label, begin + 1));
    }

    private static PemBlock block(
            String label, String[] lines, int begin, int end, IdentityFile file)
            throws IdentityException {
        var base64 = new StringBuilder();
        boolean legacyEncrypted = false;
        for (int i = begin + 1; i < end; i++) {
            String line = lines[i].strip();
            if (line.indexOf(':') >= 0) {
                legacyEncrypted |= line.startsWith("Proc-Type:") && line.endsWith("ENCRYPTED");
                continue;
            }
            // The header of a legacy block may carry on in a second line; its body is of no use
            // here.
            base64.append(legacyEncrypted ? "" : line);
        }
        try {
            byte[] der = Base64.getDecoder().decode(base64.toString());
            return new PemBlock(label, der, begin + 1, legacyEncrypted);
        } catch (IllegalArgumentException e) {
            throw new IdentityException(
                    Problem.NOT_PEM,
                    ("%s: the block \"%s\" of line %d is not Base64; the file is damaged, copy "
                                    + "it again")
                            .formatted(file, label, begin + 1));
        }
    }

    private static String whyNoBlock(byte[] bytes) {
        if (bytes.length == 0) {
            return " is empty; copy it again";
        }
        if ((bytes[0] & 0xff) == DER_SEQUENCE) {
            return " is binary (DER or PKCS#12), not PEM; convert it with openssl x509, pkcs8 or"
                    + " pkcs12";
        }
        return " is not PEM: it has no line \"-----BEGIN ...-----\"; is it the right file?";
    }
}
