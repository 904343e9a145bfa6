package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One block of a PEM file (RFC 7468): a label, the bytes, the line it begins at.
///
/// Text around the blocks is allowed and skipped, as OpenSSL writes it. `dekInfo` is what the old
/// headers "Proc-Type: 4,ENCRYPTED" and "DEK-Info" of an encrypted PKCS#1 or SEC1 key say.
final class PemBlock {

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");
    private static final int DER_SEQUENCE = 0x30;

    private final String label;
    private final byte[] der;
    private final int line;
    private final @Nullable String dekInfo;

    private PemBlock(String label, byte[] der, int line, @Nullable String dekInfo) {
        this.label = label;
        this.der = der;
        this.line = line;
        this.dekInfo = dekInfo;
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

    /// Whether its headers say that `der` is encrypted; an "ENCRYPTED PRIVATE KEY" has none.
    boolean legacyEncrypted() {
        return dekInfo != null;
    }

    /// How it is encrypted, as in `AES-256-CBC,INITIAL-VECTOR`; empty when nothing says so.
    String dekInfo() {
        return Objects.requireNonNullElse(dekInfo, "");
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
        boolean encrypted = false;
        String dekInfo = "";
        for (int i = begin + 1; i < end; i++) {
            String line = lines[i].strip();
            int colon = line.indexOf(':');
            if (colon < 0) {
                base64.append(line);
            } else if (line.startsWith("Proc-Type:")) {
                encrypted = line.endsWith("ENCRYPTED");
            } else if (line.startsWith("DEK-Info:")) {
                dekInfo = line.substring(colon + 1).strip();
            }
        }
        try {
            byte[] der = Base64.getDecoder().decode(base64.toString());
            return new PemBlock(label, der, begin + 1, encrypted ? dekInfo : null);
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
            return " is binary (DER or PKCS#12), not PEM; name a PKCS#12 file as such, or convert"
                    + " DER with openssl x509 or pkey";
        }
        return " is not PEM: it has no line \"-----BEGIN ...-----\"; is it the right file?";
    }
}
