package org.libdealer;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON of the library: objects are maps in their order, numbers Long, BigInteger or BigDecimal, null is null, and an object of amount_minor and
 * currency is {@link Money}.
 */
final class Json {
    private static final int DEEPEST = 500;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    // -- reading --

    static Object read(byte[] bytes) {
        return new Json(Text.of(bytes)).whole();
    }

    static Object read(String text) {
        return new Json(text).whole();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(byte[] bytes) {
        return (Map<String, Object>) read(bytes);
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(byte[] bytes) {
        return (List<Object>) read(bytes);
    }

    static List<Map<String, Object>> maps(byte[] bytes) {
        return bytes == null ? List.of() : maps(read(bytes));
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> maps(Object list) {
        return list == null ? List.of() : (List<Map<String, Object>>) list;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    static String text(Object value) {
        return value instanceof String text ? text : null;
    }

    static long number(Object value) {
        return value instanceof Long number ? number : 0;
    }

    private Object whole() {
        Object value = value();
        blanks();
        if (at < text.length()) {
            throw bad("the end");
        }
        return value;
    }

    private IllegalArgumentException bad(String wanted) {
        return new IllegalArgumentException("JSON: expected " + wanted + " at character " + at);
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(char wanted) {
        blanks();
        boolean found = at < text.length() && text.charAt(at) == wanted;
        at += found ? 1 : 0;
        return found;
    }

    private void need(char wanted) {
        if (!take(wanted)) {
            throw bad("'" + wanted + "'");
        }
    }

    private Object value() {
        blanks();
        if (at >= text.length() || depth > DEEPEST) {
            throw bad("a value");
        }
        char first = text.charAt(at);
        return switch (first) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> numeral();
        };
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw bad(word);
        }
        at += word.length();
        return value;
    }

    private Object object() {
        Map<String, Object> members = new LinkedHashMap<>();
        need('{');
        depth++;
        if (!take('}')) {
            do {
                blanks();
                String name = string();
                need(':');
                members.put(name, value());
            } while (take(','));
            need('}');
        }
        depth--;
        boolean money = members.size() == 2 && members.get("amount_minor") instanceof Long && members.get("currency") instanceof String code
            && Money.isCurrency(code);
        return money ? Money.ofMinor((Long) members.get("amount_minor"), (String) members.get("currency")) : members;
    }

    private List<Object> array() {
        List<Object> items = new ArrayList<>();
        need('[');
        depth++;
        if (!take(']')) {
            do {
                items.add(value());
            } while (take(','));
            need(']');
        }
        depth--;
        return items;
    }

    private String string() {
        need('"');
        StringBuilder result = new StringBuilder();
        while (true) {
            if (at >= text.length()) {
                throw bad("'\"'");
            }
            char next = text.charAt(at++);
            if (next == '"') {
                return result.toString();
            }
            result.append(next == '\\' ? escaped() : next);
        }
    }

    private char escaped() {
        char kind = at < text.length() ? text.charAt(at++) : ' ';
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unit();
            default -> throw bad("an escape");
        };
    }

    private char unit() {
        if (at + 4 > text.length()) {
            throw bad("four hexadecimal digits");
        }
        at += 4;
        return (char) Integer.parseInt(text, at - 4, at, 16);
    }

    private Number numeral() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            BigDecimal number = new BigDecimal(text.substring(start, at));
            boolean whole = text.substring(start, at).chars().allMatch(digit -> digit == '-' || Character.isDigit(digit));
            if (!whole) {
                return number;
            }
            BigInteger integer = number.toBigIntegerExact();
            return integer.bitLength() < 64 ? (Number) integer.longValue() : integer;
        } catch (NumberFormatException error) {
            throw bad("a number");
        }
    }

    // -- writing --

    static byte[] write(Object value) {
        StringBuilder out = new StringBuilder();
        append(out, value, 0);
        return Text.utf8(out.toString());
    }

    private static void append(StringBuilder out, Object value, int depth) {
        if (depth > DEEPEST) {
            throw Failures.invalid("the value is nested too deeply, or contains itself", "数据嵌套过深，或包含其自身");
        }
        if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long || value instanceof Short
            || value instanceof BigInteger) {
            out.append(value);
        } else if (value instanceof BigDecimal number) {
            out.append(number);
        } else if (value instanceof CharSequence text) {
            quote(out, text);
        } else if (value instanceof Map<?, ?> members) {
            appendMembers(out, members, depth);
        } else if (value instanceof Iterable<?> items) {
            appendItems(out, items, depth);
        } else if (value instanceof Money money) {
            out.append("{\"amount_minor\":").append(money.minor()).append(",\"currency\":\"").append(money.currency()).append("\"}");
        } else if (value instanceof LocalDate date) {
            quote(out, date.toString());
        } else if (value instanceof Instant instant) {
            out.append(instant.toEpochMilli());
        } else {
            throw Failures.invalid(value.getClass().getSimpleName() + " has no JSON form here: floating numbers are not exact",
                value.getClass().getSimpleName() + " 没有对应的 JSON 形式：浮点数不精确");
        }
    }

    private static void appendMembers(StringBuilder out, Map<?, ?> members, int depth) {
        char before = '{';
        for (Map.Entry<?, ?> member : members.entrySet()) {
            out.append(before);
            quote(out, String.valueOf(member.getKey()));
            out.append(':');
            append(out, member.getValue(), depth + 1);
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static void appendItems(StringBuilder out, Iterable<?> items, int depth) {
        char before = '[';
        for (Object item : items) {
            out.append(before);
            append(out, item, depth + 1);
            before = ',';
        }
        out.append(before == '[' ? "[]" : "]");
    }

    private static void quote(StringBuilder out, CharSequence text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '"' || next == '\\') {
                out.append('\\').append(next);
            } else if (next < ' ') {
                out.append(String.format("\\u%04x", (int) next));
            } else {
                out.append(next);
            }
        }
        out.append('"');
    }
}
