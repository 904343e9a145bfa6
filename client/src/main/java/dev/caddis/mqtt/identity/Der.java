package dev.caddis.mqtt.identity;

import java.io.ByteArrayOutputStream;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;

/// As much of DER (ITU-T X.690) as the containers of private keys need: a reader that goes through
/// one value after the other, and a writer.
final class Der {

    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;

    /// `[0]`, constructed.
    static final int TAGGED_0 = 0xa0;

    private static final int LONG_FORM = 0x80;
    private static final int LENGTH_BYTES_MAX = 3; // a key file has 4 MiB at most

    private final byte[] bytes;
    private final int end;
    private int at;

    private Der(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    /// Reads `bytes`, which holds values one behind the other.
    static Der reader(byte[] bytes) {
        return new Der(bytes, 0, bytes.length);
    }

    /// Whether the next value is a `tag`.
    boolean nextIs(int tag) {
        return at < end && (bytes[at] & 0xff) == tag;
    }

    /// Goes into the next value, which must be a `tag`, and behind it here.
    Der enter(int tag) throws InvalidKeySpecException {
        if (!nextIs(tag)) {
            throw new InvalidKeySpecException("no DER value of tag 0x%02x".formatted(tag));
        }
        at++;
        int length = length();
        if (length > end - at) {
            throw new InvalidKeySpecException("a DER value is longer than what holds it");
        }
        var inner = new Der(bytes, at, at + length);
        at += length;
        return inner;
    }

    /// The content of the next value, which must be a `tag`.
    byte[] take(int tag) throws InvalidKeySpecException {
        return enter(tag).rest();
    }

    /// A number that fits into 31 bits.
    int takeInt() throws InvalidKeySpecException {
        byte[] content = take(INTEGER);
        if (content.length == 0 || content.length > Integer.BYTES || content[0] < 0) {
            throw new InvalidKeySpecException("a number is out of bounds");
        }
        int number = 0;
        for (byte b : content) {
            number = number << Byte.SIZE | (b & 0xff);
        }
        return number;
    }

    /// Everything that was not read yet.
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, end);
        at = end;
        return rest;
    }

    private int length() throws InvalidKeySpecException {
        int first = next();
        if (first < LONG_FORM) {
            return first;
        }
        int count = first - LONG_FORM;
        if (count == 0 || count > LENGTH_BYTES_MAX) {
            throw new InvalidKeySpecException("a DER length is out of bounds");
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = length << Byte.SIZE | next();
        }
        return length;
    }

    private int next() throws InvalidKeySpecException {
        if (at == end) {
            throw new InvalidKeySpecException("DER ends too early");
        }
        return bytes[at++] & 0xff;
    }

    /// One value made of `parts`.
    static byte[] write(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var value = new ByteArrayOutputStream();
        value.write(tag);
        writeLength(content.size(), value);
        value.writeBytes(content.toByteArray());
        return value.toByteArray();
    }

    private static void writeLength(int length, ByteArrayOutputStream out) {
        if (length < LONG_FORM) {
            out.write(length);
            return;
        }
        int count = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / Byte.SIZE;
        out.write(LONG_FORM + count);
        for (int i = count - 1; i >= 0; i--) {
            out.write(length >> (i * Byte.SIZE));
        }
    }
}
