package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A password that was asked for one file, and is overwritten when closed.
final class AskedPassword implements AutoCloseable {

    private final IdentityFile file;
    private final char[] characters;

    private AskedPassword(IdentityFile file, char[] characters) {
        this.file = file;
        this.characters = characters;
    }

    /// Asks `password`, which `file` needs.
    static AskedPassword of(@Nullable KeyPassword password, IdentityFile file)
            throws IdentityException {
        if (password == null) {
            throw new IdentityException(
                    Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD,
                    file + " is encrypted and no key password is given; give one");
        }
        try {
            return new AskedPassword(file, password.read());
        } catch (IOException e) {
            throw new IdentityException(
                    Problem.PASSWORD_UNREADABLE,
                    "the key password for %s cannot be read: %s"
                            .formatted(file, IdentityFile.why(e)),
                    e);
        }
    }

    /// An empty one, for a file that may have none.
    static AskedPassword empty(IdentityFile file) {
        return new AskedPassword(file, new char[0]);
    }

    /// The array itself: it is empty of the password after [#close()].
    char[] characters() {
        return characters;
    }

    /// As OpenSSL takes it from a terminal: UTF-8. The caller overwrites it.
    byte[] utf8() {
        CharsetEncoder encoder =
                StandardCharsets.UTF_8
                        .newEncoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE);
        byte[] room = new byte[(int) Math.ceil(characters.length * encoder.maxBytesPerChar())];
        ByteBuffer written = ByteBuffer.wrap(room);
        encoder.encode(CharBuffer.wrap(characters), written, true);
        byte[] bytes = Arrays.copyOf(room, written.position());
        Arrays.fill(room, (byte) 0);
        return bytes;
    }

    /// It does not open its file.
    IdentityException wrong(@Nullable Exception cause) {
        return wrong(cause, characters.length == 0 ? "; it is empty" : "; correct it");
    }

    /// As [#wrong], for an encryption that Java opens with ASCII passwords only.
    IdentityException wrongOrNotAscii(@Nullable Exception cause) {
        for (char c : characters) {
            if (c < ' ' || c > '~') {
                return wrong(
                        cause,
                        "; it has a character outside of printable ASCII, which Java cannot use:"
                                + " change the password");
            }
        }
        return wrong(cause);
    }

    private IdentityException wrong(@Nullable Exception cause, String hint) {
        return new IdentityException(
                Problem.WRONG_PASSWORD, "the key password does not open " + file + hint, cause);
    }

    @Override
    public void close() {
        Arrays.fill(characters, '\0');
    }
}
