package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The assignments `NAME = literal` at the left margin of a Python file, read as data: strings,
/// numbers, `True`, `False`, `None`, lists, tuples and dictionaries. Nothing is run; of everything
/// else only the line is kept.
final class PythonLiterals {

    /// What was assigned.
    ///
    /// @param line where the name stands, from 1
    /// @param value String, BigDecimal, Boolean, List, Map, or `null` for None
    /// @param literal false: something that would have to be run, and `value` says nothing
    record Assigned(int line, @Nullable Object value, boolean literal) {}

    private final String text;
    private int at;
    private int line = 1;

    private PythonLiterals(String text) {
        this.text = text;
    }

    /// The last assignment to each name.
    static Map<String, Assigned> of(String text) {
        return new PythonLiterals(text.replace("\r\n", "\n") + "\n").assignments();
    }

    private Map<String, Assigned> assignments() {
        Map<String, Assigned> found = new LinkedHashMap<>();
        while (at < text.length()) {
            int begun = line;
            String name = name();
            space();
            if (!name.isEmpty() && peek() == '=' && text.charAt(at + 1) != '=') {
                at++;
                found.put(name, assigned(begun));
            }
            endOfStatement();
        }
        return found;
    }

    private Assigned assigned(int begun) {
        try {
            Object value = value();
            space();
            if (peek() == '\n' || peek() == '#' || peek() == ';') {
                return new Assigned(begun, value, true);
            }
        } catch (NotLiteral code) {
            return new Assigned(begun, null, false);
        }
        return new Assigned(begun, null, false);
    }

    private String name() {
        int from = at;
        while (Character.isJavaIdentifierPart(peek()) && peek() != '$') {
            at++;
        }
        return text.substring(from, at);
    }

    private @Nullable Object value() throws NotLiteral {
        space();
        char next = peek();
        if (next == '\'' || next == '"') {
            return strings();
        }
        if (next == '{') {
            return dictionary();
        }
        if (next == '[' || next == '(') {
            return list(next == '[' ? ']' : ')');
        }
        if (Character.isDigit(next) || next == '-' || next == '.') {
            return number();
        }
        return switch (name()) {
            case "True" -> true;
            case "False" -> false;
            case "None" -> null;
            default -> throw new NotLiteral();
        };
    }

    /// One string, or several beside each other, which Python joins.
    private String strings() throws NotLiteral {
        StringBuilder whole = new StringBuilder();
        while (peek() == '\'' || peek() == '"') {
            string(whole);
            space();
        }
        return whole.toString();
    }

    private void string(StringBuilder whole) throws NotLiteral {
        String quote = String.valueOf(peek());
        boolean block = text.startsWith(quote.repeat(3), at);
        String end = block ? quote.repeat(3) : quote;
        at += end.length();
        while (!text.startsWith(end, at)) {
            char next = take();
            if (next == '\n' && !block) {
                throw new NotLiteral();
            }
            if (next == '\\') {
                escape(whole);
            } else {
                whole.append(next);
            }
        }
        at += end.length();
    }

    private void escape(StringBuilder whole) throws NotLiteral {
        char code = take();
        switch (code) {
            case '\n' -> {}
            case '\\', '\'', '"' -> whole.append(code);
            case 'n' -> whole.append('\n');
            case 't' -> whole.append('\t');
            case 'r' -> whole.append('\r');
            case 'x' -> whole.append((char) hexadecimal(2));
            case 'u' -> whole.append((char) hexadecimal(4));
            default -> whole.append('\\').append(code); // as Python keeps it
        }
    }

    private int hexadecimal(int digits) throws NotLiteral {
        try {
            int code = Integer.parseInt(text.substring(at, at + digits), 16);
            at += digits;
            return code;
        } catch (NumberFormatException | StringIndexOutOfBoundsException wrong) {
            throw new NotLiteral();
        }
    }

    private BigDecimal number() throws NotLiteral {
        int from = at;
        while (Character.isLetterOrDigit(peek()) || "+-._".indexOf(peek()) >= 0) {
            at++;
        }
        try {
            return new BigDecimal(text.substring(from, at).replace("_", ""));
        } catch (NumberFormatException wrong) {
            throw new NotLiteral();
        }
    }

    private List<@Nullable Object> list(char end) throws NotLiteral {
        List<@Nullable Object> items = new ArrayList<>();
        at++;
        while (!closed(end)) {
            items.add(value());
            separator(end);
        }
        return items;
    }

    private Map<String, @Nullable Object> dictionary() throws NotLiteral {
        Map<String, @Nullable Object> items = new LinkedHashMap<>();
        at++;
        while (!closed('}')) {
            Object key = value();
            blank();
            if (!(key instanceof String name) || take() != ':') {
                throw new NotLiteral();
            }
            blank();
            items.put(name, value());
            separator('}');
        }
        return items;
    }

    private boolean closed(char end) throws NotLiteral {
        blank();
        if (at >= text.length()) {
            throw new NotLiteral();
        }
        if (peek() != end) {
            return false;
        }
        at++;
        return true;
    }

    private void separator(char end) throws NotLiteral {
        blank();
        if (peek() == ',') {
            at++;
        } else if (peek() != end) {
            throw new NotLiteral();
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private char take() throws NotLiteral {
        if (at >= text.length()) {
            throw new NotLiteral();
        }
        char next = text.charAt(at++);
        if (next == '\n') {
            line++;
        }
        return next;
    }

    private void space() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    /// Space, ends of lines and comments, as they may stand between brackets.
    private void blank() {
        while (true) {
            space();
            if (peek() == '#') {
                at = text.indexOf('\n', at);
            }
            if (peek() != '\n') {
                return;
            }
            at++;
            line++;
        }
    }

    /// To behind the next end of a line.
    private void endOfStatement() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end + 1;
        line++;
    }

    /// This would have to be run.
    private static final class NotLiteral extends Exception {
        private static final long serialVersionUID = 1L;

        NotLiteral() {
            super("not a literal", null, false, false);
        }
    }
}
