package dev.caddis.agent.source;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Brings what sources answer to the few types a reading may have.
final class Values {

    private Values() {}

    /// `value` as a reading may carry it.
    ///
    /// @throws ReadingFailedException for a number that is none, and for a type that no payload can
    ///   carry
    static @Nullable Object checked(@Nullable Object value) throws ReadingFailedException {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean flag -> flag;
            case Long number -> number;
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case Number number -> finite(number.doubleValue());
            case List<?> list -> checkedList(list);
            case Map<?, ?> map -> checkedMap(map);
            default ->
                    throw new ReadingFailedException(
                            "the source answered a "
                                    + value.getClass().getName()
                                    + ", which is no text, number, boolean, list or object");
        };
    }

    /// `value` with at most `places` decimals: nobody needs the seventh digit of a load.
    static double rounded(double value, int places) {
        if (!Double.isFinite(value)) {
            return value;
        }
        return BigDecimal.valueOf(value).setScale(places, RoundingMode.HALF_UP).doubleValue();
    }

    private static Double finite(double number) throws ReadingFailedException {
        if (!Double.isFinite(number)) {
            throw new ReadingFailedException(
                    "the source answered " + number + ", which is no number");
        }
        return number;
    }

    private static List<@Nullable Object> checkedList(List<?> list) throws ReadingFailedException {
        List<@Nullable Object> result = new ArrayList<>(list.size());
        for (Object element : list) {
            result.add(checked(element));
        }
        return Collections.unmodifiableList(result);
    }

    private static Map<String, @Nullable Object> checkedMap(Map<?, ?> map)
            throws ReadingFailedException {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            result.put(String.valueOf(entry.getKey()), checked(entry.getValue()));
        }
        return Collections.unmodifiableMap(result);
    }
}
