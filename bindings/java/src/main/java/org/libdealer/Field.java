package org.libdealer;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A field of a document type, or of its lines.
 *
 * @param name its name
 * @param en its label in English
 * @param zh its label in Chinese
 * @param kind what it holds
 * @param required needed to submit
 * @param computed set by the library alone
 * @param own declared by the dealer
 * @param choices code and labels of each choice
 * @param lines the members of its lines
 * @param data all that the catalogue says: unit, target, min, max, ...
 */
public record Field(String name, String en, String zh, Kind kind, boolean required, boolean computed, boolean own, List<Choice> choices,
    Map<String, Field> lines, Map<String, Object> data) {

    /** One value of a choice field. */
    public record Choice(String code, String en, String zh) {
    }

    static Map<String, Field> all(List<Map<String, Object>> items) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Map<String, Object> item : items) {
            List<Choice> choices = Json.maps(item.get("choices")).stream()
                .map(choice -> new Choice(Json.text(choice.get("code")), Json.text(choice.get("en")), Json.text(choice.get("zh")))).toList();
            Field field = new Field(Json.text(item.get("name")), Json.text(item.get("en")), Json.text(item.get("zh")),
                Kind.of(Json.text(item.get("kind"))), item.get("required") == Boolean.TRUE, item.get("computed") == Boolean.TRUE,
                item.get("own") == Boolean.TRUE, choices, all(Json.maps(item.get("lines"))), item);
            fields.put(field.name(), field);
        }
        return fields;
    }

    /** The JSON form of a Java value. The library checks range, length and choice; the type is checked here. */
    Object toJson(Object value) {
        if (value == null) {
            return null;
        }
        return switch (kind) {
            case TEXT, CHOICE -> expect(value, CharSequence.class, "String").toString();
            case MONEY -> expect(value, Money.class, "Money");
            case PERCENT -> basisPoints(value);
            case BOOLEAN -> expect(value, Boolean.class, "Boolean");
            case DATE -> expect(value, LocalDate.class, "LocalDate");
            case INSTANT -> expect(value, Instant.class, "Instant");
            case DOCUMENT -> value instanceof Document document ? (Object) document.id() : whole(value);
            case INTEGER, EMPLOYEE, DEPARTMENT, COMPANY -> whole(value);
            case LINES -> linesToJson(expect(value, Iterable.class, "List of maps"));
            case UNKNOWN -> value;
        };
    }

    /** The Java form of a JSON value. */
    Object fromJson(Object value) {
        if (value == null) {
            return null;
        }
        return switch (kind) {
            case PERCENT -> BigDecimal.valueOf((Long) value, 2);
            case DATE -> LocalDate.parse((String) value);
            case INSTANT -> Instant.ofEpochMilli((Long) value);
            case LINES -> Json.maps(value).stream().map(this::lineFromJson).toList();
            default -> value;
        };
    }

    private Map<String, Object> lineFromJson(Map<String, Object> line) {
        Map<String, Object> result = new LinkedHashMap<>();
        line.forEach((member, value) -> result.put(member, lines.containsKey(member) ? lines.get(member).fromJson(value) : value));
        return result;
    }

    private List<Object> linesToJson(Iterable<?> items) {
        List<Object> result = new ArrayList<>();
        for (Object item : items) {
            result.add(membersToJson(lines, expect(item, Map.class, "Map")));
        }
        return result;
    }

    /** A name that is no field goes along, for the library to say what would be right. */
    static Map<String, Object> membersToJson(Map<String, Field> fields, Map<?, ?> members) {
        Map<String, Object> result = new LinkedHashMap<>();
        members.forEach((key, value) -> {
            Field field = fields.get(String.valueOf(key));
            result.put(String.valueOf(key), field == null ? value : field.toJson(value));
        });
        return result;
    }

    private Object whole(Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        throw Failures.wrongKind(name, "Long", value);
    }

    private Object basisPoints(Object value) {
        BigDecimal percent = value instanceof BigDecimal exact ? exact : BigDecimal.valueOf((Long) whole(value));
        BigDecimal stripped = percent.stripTrailingZeros();
        if (stripped.scale() > 2 || (long) stripped.precision() - stripped.scale() > 16) {
            throw Failures.invalid(name + " is " + percent + " %; per cents have at most two digits after the point",
                name + " 为 " + percent + "%；百分比小数点后最多两位");
        }
        return stripped.setScale(2).unscaledValue().longValueExact();
    }

    private <T> T expect(Object value, Class<T> wanted, String called) {
        if (wanted.isInstance(value)) {
            return wanted.cast(value);
        }
        throw Failures.wrongKind(name, called, value);
    }
}
