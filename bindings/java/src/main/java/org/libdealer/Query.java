package org.libdealer;

/**
 * What a list is asked for.
 *
 * @param type the document type
 * @param where a condition, or null for all
 * @param order a field's name, with {@code -} before it for descending; null for the newest first
 * @param page how many are read at once, 1 to 1000
 */
public record Query(String type, Where where, String order, int page) {
    private static final int PAGE = 200;

    /** All documents of a type. */
    public static Query of(String type) {
        return new Query(type, null, null, PAGE);
    }

    /** The same with a condition. */
    public Query where(Where condition) {
        return new Query(type, condition, order, page);
    }

    /** The same in another order. */
    public Query order(String field) {
        return new Query(type, where, field, page);
    }

    /** The same with so many documents read at once. */
    public Query page(int size) {
        return new Query(type, where, order, size);
    }
}
