package dev.caddis.testkit.hostile;

import java.util.List;
import java.util.Set;

/// The properties of MQTT 5 by their identifiers (2.2.2.2): one valid encoding each, and what its
/// type is.
final class PropertySample {

    static final Set<Integer> FLAGS = Set.of(0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A);
    static final Set<Integer> TEXTS = Set.of(0x03, 0x08, 0x12, 0x15, 0x1A, 0x1C, 0x1F);
    static final Set<Integer> BINARIES = Set.of(0x09, 0x16);
    static final int PAIR = 0x26;
    static final int RESPONSE_TOPIC = 0x08;
    static final int TOPIC_ALIAS = 0x23;
    static final int SUBSCRIPTION = 0x0B;

    /// Whose value is never 0: Receive Maximum and Maximum Packet Size.
    static final Set<Integer> POSITIVE = Set.of(0x21, 0x27);

    private static final Set<Integer> TWO_BYTES = Set.of(0x13, 0x21, 0x22, 0x23);
    private static final Set<Integer> FOUR_BYTES = Set.of(0x02, 0x11, 0x18, 0x27);

    /// Where a length lies, the rest of this is read as the identifier of a property, of which
    /// there is none.
    private static final String ZZZ = "0003" + "7A7A7A";

    /// Ill-formed UTF-8: half surrogates, more bytes than needed, above U+10FFFF, beginnings
    /// without an end and the other way round `[MQTT-1.5.4-1]`, and U+0000 `[MQTT-1.5.4-2]`.
    static final List<String> ILL_FORMED =
            List.of(
                    "EDA080",
                    "EDBFBF",
                    "EDA080EDB080",
                    "C080",
                    "C1BF",
                    "E09FBF",
                    "F08FBFBF",
                    "F4908080",
                    "F5808080",
                    "FF",
                    "80",
                    "BF",
                    "C3",
                    "E282",
                    "F09F98",
                    "C328",
                    "E28241",
                    "00",
                    "610062");

    private PropertySample() {}

    /// The property with an ordinary value, its identifier included.
    static String of(int id) {
        return Hex.one(id) + value(id);
    }

    private static String value(int id) {
        if (FLAGS.contains(id)) {
            return "00";
        }
        if (TWO_BYTES.contains(id)) {
            return "0001";
        }
        if (FOUR_BYTES.contains(id)) {
            return "00010000";
        }
        if (TEXTS.contains(id) || BINARIES.contains(id)) {
            return ZZZ;
        }
        return id == PAIR ? ZZZ + ZZZ : "01";
    }

    /// Text or bytes with a length in two bytes that says `length`.
    static String lying(int id, int length) {
        return Hex.one(id) + Hex.two(length) + Hex.from(2, ZZZ);
    }

    /// A pair of which one half says another length than it has.
    static List<String> lyingPairs(int length) {
        String lie = Hex.two(length) + Hex.from(2, ZZZ);
        return List.of(Hex.one(PAIR) + lie + ZZZ, Hex.one(PAIR) + ZZZ + lie);
    }

    /// Texts with these bytes: the property, or either half of the pair.
    static List<String> holding(int id, String bytes) {
        String text = Hex.two(Hex.count(bytes)) + bytes;
        return id == PAIR
                ? List.of(Hex.one(id) + text + ZZZ, Hex.one(id) + ZZZ + text)
                : List.of(Hex.one(id) + text);
    }
}
