package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.Bytes;

import java.util.Arrays;

/// A growing array of bytes that packets are appended to.
///
/// Reused for many writes: [#clear] keeps the array. Not thread-safe: one owner writes and reads
/// it.
public final class ByteSink {

    private static final int CAPACITY_MAX = Integer.MAX_VALUE - 8;

    private byte[] array;
    private int length;

    public ByteSink(int initialCapacity) {
        array = new byte[initialCapacity];
    }

    /// The array itself; bytes 0 to [#length] are written. Another one after any append.
    public byte[] array() {
        return array;
    }

    /// Bytes written.
    public int length() {
        return length;
    }

    /// Forgets what was written and keeps the array.
    public void clear() {
        length = 0;
    }

    /// Appends `count` bytes of `bytes` from `offset` on.
    public void append(byte[] bytes, int offset, int count) {
        reserve(count);
        System.arraycopy(bytes, offset, array, length, count);
        length += count;
    }

    /// Makes room for `bytes` more.
    void reserve(int bytes) {
        if (bytes > array.length - length) {
            long needed = (long) length + bytes;
            if (needed > CAPACITY_MAX) {
                throw new IllegalStateException(
                        "a sink holds at most " + CAPACITY_MAX + " bytes; write it out first");
            }
            array =
                    Arrays.copyOf(
                            array,
                            (int) Math.min(CAPACITY_MAX, Math.max(needed, 2L * array.length)));
        }
    }

    public void oneByte(int value) {
        reserve(1);
        array[length++] = (byte) value;
    }

    /// Appends two bytes, the upper one first, as the next two do.
    public void twoBytes(int value) {
        reserve(2);
        array[length++] = (byte) (value >>> 8);
        array[length++] = (byte) value;
    }

    public void fourBytes(long value) {
        twoBytes((int) (value >>> 16));
        twoBytes((int) value);
    }

    public void eightBytes(long value) {
        fourBytes(value >>> 32);
        fourBytes(value);
    }

    void variable(int value) {
        reserve(VariableByteInteger.sizeOf(value));
        int rest = value;
        while (rest >= 0x80) {
            array[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[length++] = (byte) rest;
    }

    /// The length in two bytes, then `text` in UTF-8; the text was measured by
    /// [Text#encodedLength].
    void text(String text) {
        int characters = text.length();
        reserve(2 + characters);
        int start = length + 2;
        int at = start;
        int i = 0;
        while (i < characters) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                break;
            }
            array[at++] = (byte) c;
            i++;
        }
        if (i < characters) {
            at = moreText(text, i, at);
        }
        int bytes = at - start;
        array[length] = (byte) (bytes >>> 8);
        array[length + 1] = (byte) bytes;
        length = at;
    }

    /// Writes `text` from character `from` on at `at`; returns where it ends.
    private int moreText(String text, int from, int at) {
        int characters = text.length();
        reserve(at - length + 3 * (characters - from)); // a pair of two characters takes four bytes
        int i = from;
        while (i < characters) {
            int c = text.codePointAt(i);
            if (c < 0x80) {
                array[at++] = (byte) c;
            } else if (c < 0x800) {
                array[at++] = (byte) (0xC0 | (c >> 6));
                array[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (c < 0x1_0000) {
                array[at++] = (byte) (0xE0 | (c >> 12));
                array[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                array[at++] = (byte) (0x80 | (c & 0x3F));
            } else {
                array[at++] = (byte) (0xF0 | (c >> 18));
                array[at++] = (byte) (0x80 | ((c >> 12) & 0x3F));
                array[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                array[at++] = (byte) (0x80 | (c & 0x3F));
            }
            i += Character.charCount(c);
        }
        return at;
    }

    void bytes(Bytes bytes) {
        reserve(bytes.length());
        bytes.copyInto(array, length);
        length += bytes.length();
    }
}
