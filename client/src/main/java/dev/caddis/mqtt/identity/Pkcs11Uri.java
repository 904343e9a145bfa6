package dev.caddis.mqtt.identity;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A `pkcs11:` URI (RFC 7512): which library, which token, which key on it.
///
/// @param module the library that speaks to the token
/// @param token what the token must say of itself: `token` is its label, the others are named as in
///   the URI; empty only where `slot` is given
/// @param slot the slot's number; `null`: the one whose token fits
/// @param object the label of the key's certificate; `null`: the only key on the token
/// @param pinSource the file with the PIN; `null`: none is named
record Pkcs11Uri(
        Path module,
        Map<String, String> token,
        @Nullable Long slot,
        @Nullable String object,
        @Nullable Path pinSource) {

    private static final String SCHEME = "pkcs11:";

    /// What C_GetTokenInfo tells of a token (RFC 7512, section 2.3).
    static final List<String> TOKEN = List.of("token", "manufacturer", "model", "serial");

    private static final Set<String> PATH = Set.of("object", "type", "slot-id");
    private static final Set<String> QUERY = Set.of("module-path", "pin-source");
    private static final String EXAMPLE =
            "pkcs11:token=LABEL;object=LABEL?module-path=/usr/lib/softhsm/libsofthsm2.so";
    private static final int HEX = 16;
    private static final int ESCAPE = 3; // "%41"

    Pkcs11Uri {
        token = Map.copyOf(token);
    }

    /// @throws IllegalArgumentException with a sentence, which never holds a PIN
    static Pkcs11Uri of(String text) {
        if (!text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new IllegalArgumentException(
                    "a PKCS#11 URI begins with pkcs11: ; write " + EXAMPLE);
        }
        int question = text.indexOf('?');
        String path = text.substring(SCHEME.length(), question < 0 ? text.length() : question);
        String query = question < 0 ? "" : text.substring(question + 1);
        Map<String, String> attributes = new HashMap<>();
        for (String each : path.split(";", -1)) {
            put(attributes, each, true);
        }
        for (String each : query.split("&", -1)) {
            put(attributes, each, false);
        }
        return of(attributes);
    }

    private static void put(Map<String, String> attributes, String written, boolean inPath) {
        if (written.isEmpty()) {
            return;
        }
        int equals = written.indexOf('=');
        String name = equals < 0 ? written : written.substring(0, equals);
        boolean known = inPath ? TOKEN.contains(name) || PATH.contains(name) : QUERY.contains(name);
        if (!known) {
            throw new IllegalArgumentException(
                    "the PKCS#11 URI has " + quoted(name) + ": " + instead(name));
        }
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "the PKCS#11 URI has " + name + " without a value; write " + name + "=VALUE");
        }
        if (attributes.put(name, decoded(name, written.substring(equals + 1))) != null) {
            throw new IllegalArgumentException("the PKCS#11 URI has " + name + " twice; keep one");
        }
    }

    /// What the user may have meant by a part that is not obeyed here. The value is not shown: it
    /// may be a PIN.
    private static String instead(String name) {
        return switch (name) {
            case "pin-value" ->
                    "a PIN stands open in a URI; put it in a file and write pin-source=FILE";
            case "id" ->
                    "Java does not tell the identifiers of keys; name the key by its label,"
                            + " object=LABEL";
            case "module-name" -> "libraries are not looked for by name; write ?module-path=FILE";
            case "slot-description",
                    "slot-manufacturer",
                    "library-description",
                    "library-manufacturer",
                    "library-version" ->
                    "not looked at here; name the token by token=LABEL and the library by"
                            + " ?module-path=FILE";
            case "module-path", "pin-source" ->
                    "it stands in the wrong part; write it behind the question mark";
            default ->
                    TOKEN.contains(name) || PATH.contains(name)
                            ? "it stands in the wrong part; write it before the question mark"
                            : "no such part is known; write " + EXAMPLE;
        };
    }

    private static Pkcs11Uri of(Map<String, String> attributes) {
        String module = attributes.get("module-path");
        if (module == null || module.isEmpty()) {
            throw new IllegalArgumentException(
                    "the PKCS#11 URI names no library; add ?module-path=FILE, such as"
                            + " /usr/lib/softhsm/libsofthsm2.so");
        }
        String type = attributes.getOrDefault("type", "private");
        if (!type.equals("private")) {
            throw new IllegalArgumentException(
                    "the PKCS#11 URI asks for type=%s; a private key is needed, type=private"
                            .formatted(quoted(type)));
        }
        Map<String, String> token = new HashMap<>();
        TOKEN.stream()
                .filter(attributes::containsKey)
                .forEach(name -> token.put(name, attributes.get(name)));
        Long slot = slot(attributes.get("slot-id"));
        if (slot == null && token.isEmpty()) {
            throw new IllegalArgumentException(
                    "the PKCS#11 URI names no token; write token=LABEL, or slot-id=NUMBER");
        }
        String pinSource = attributes.get("pin-source");
        return new Pkcs11Uri(
                Path.of(module),
                token,
                slot,
                attributes.get("object"),
                pinSource == null ? null : file(pinSource));
    }

    private static @Nullable Long slot(@Nullable String written) {
        if (written == null) {
            return null;
        }
        try {
            return Long.parseUnsignedLong(written);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the PKCS#11 URI has slot-id=%s, which is no number; write its decimal digits"
                            .formatted(quoted(written)),
                    e);
        }
    }

    /// A path, or a `file:` URI.
    private static Path file(String pinSource) {
        if (!pinSource.startsWith("file:")) {
            if (pinSource.startsWith("|")) {
                throw new IllegalArgumentException(
                        "the PKCS#11 URI has pin-source=|COMMAND; no command is run here, name a"
                                + " file");
            }
            return Path.of(pinSource);
        }
        try {
            URI uri = URI.create(pinSource);
            return uri.isOpaque() ? Path.of(uri.getSchemeSpecificPart()) : Path.of(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the PKCS#11 URI has a pin-source that names no file; write pin-source=FILE",
                    e);
        }
    }

    private static String decoded(String name, String written) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c != '%') {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            int end = i + ESCAPE;
            if (end > written.length()
                    || Character.digit(written.charAt(i + 1), HEX) < 0
                    || Character.digit(written.charAt(i + 2), HEX) < 0) {
                throw new IllegalArgumentException(
                        "the PKCS#11 URI has a %% in %s that is not followed by two digits 0 to F;"
                                        .formatted(name)
                                + " write % itself as %25");
            }
            bytes.write(Integer.parseInt(written.substring(i + 1, end), HEX));
            i = end - 1;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "the PKCS#11 URI has a %s that is not UTF-8; correct it".formatted(name), e);
        }
    }

    private static String quoted(String text) {
        return '"' + text.replaceAll("\\p{Cntrl}", "?") + '"';
    }

    /// "PKCS#11 token plant (slot 3) of /usr/lib/softhsm/libsofthsm2.so"; no PIN.
    @Override
    public String toString() {
        StringBuilder named = new StringBuilder("PKCS#11 token");
        TOKEN.stream()
                .filter(token::containsKey)
                .forEach(name ->
                        named.append(' ')
                                .append(name.equals("token") ? "" : name + " ")
                                .append(token.get(name)));
        if (slot != null) {
            named.append(token.isEmpty() ? " in slot " : " (slot ")
                    .append(Long.toUnsignedString(slot));
            named.append(token.isEmpty() ? "" : ")");
        }
        return named.append(" of ").append(module).toString();
    }
}
