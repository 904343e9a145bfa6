package dev.caddis.mqtt.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// Where the password of an encrypted private key comes from; asked again at each load.
@FunctionalInterface
public interface KeyPassword {

    /// The password. The caller overwrites the array after use: give a fresh one each time.
    ///
    /// @throws IOException when the password cannot be had now; its message becomes part of the
    ///   error that the user sees
    char[] read() throws IOException;

    /// The first line of `file` (UTF-8), without its end of line.
    static KeyPassword file(Path file) {
        return new KeyPassword() {
            @Override
            public char[] read() throws IOException {
                byte[] bytes = IdentityFile.bytes(file);
                char[] characters = new char[bytes.length];
                try (Reader reader =
                        new InputStreamReader(
                                new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
                    int length = 0;
                    for (int c = reader.read();
                            c >= 0 && c != '\n' && c != '\r';
                            c = reader.read()) {
                        characters[length++] = (char) c;
                    }
                    return Arrays.copyOf(characters, length);
                } finally {
                    Arrays.fill(bytes, (byte) 0);
                    Arrays.fill(characters, '\0');
                }
            }

            @Override
            public String toString() {
                return "file " + file;
            }
        };
    }
}
