package org.libdealer;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A condition on the fields of a document. A comparison with a field that has no value is false. */
public final class Where {
    private final Map<String, Object> node;

    private Where(Map<String, Object> node) {
        this.node = node;
    }

    /**
     * Compares a field.
     *
     * @param operator one of {@code = != < <= > >= in starts_with}
     * @param value as {@link Kind} says; a collection for {@code in}
     */
    public static Where field(String name, String operator, Object value) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("field", name);
        node.put("op", operator);
        node.put("value", value);
        return new Where(node);
    }

    /** Holds for a field without a value. */
    public static Where empty(String name) {
        return new Where(Map.of("field", name, "op", "empty"));
    }

    /** Holds when all parts hold. */
    public static Where all(Where... parts) {
        return new Where(Map.of("all", List.of(parts)));
    }

    /** Holds when any part holds. */
    public static Where any(Where... parts) {
        return new Where(Map.of("any", List.of(parts)));
    }

    /** Holds when the part does not. */
    public static Where not(Where part) {
        return new Where(Map.of("not", part));
    }

    Object toJson(Map<String, Field> fields) {
        Map<String, Object> json = new LinkedHashMap<>();
        String name = Json.text(node.get("field"));
        Field field = name == null ? null : fields.get(name);
        node.forEach((member, value) -> json.put(member, member.equals("value") && field != null ? given(field, value) : plain(fields, value)));
        return json;
    }

    private static Object given(Field field, Object value) {
        return value instanceof Collection<?> several ? several.stream().map(field::toJson).toList() : field.toJson(value);
    }

    private static Object plain(Map<String, Field> fields, Object value) {
        if (value instanceof Where part) {
            return part.toJson(fields);
        }
        return value instanceof List<?> parts ? parts.stream().map(part -> plain(fields, part)).toList() : value;
    }
}
