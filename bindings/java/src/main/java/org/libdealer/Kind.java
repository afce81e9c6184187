package org.libdealer;

import java.util.Locale;

/** What a field holds, and as what it is seen in Java. */
public enum Kind {
    /** String. */
    TEXT,
    /** Long. */
    INTEGER,
    /** {@link Money}. */
    MONEY,
    /** BigDecimal, the percentage: 12.50 is 12.5 %. */
    PERCENT,
    /** Boolean. */
    BOOLEAN,
    /** LocalDate. */
    DATE,
    /** Instant. */
    INSTANT,
    /** String, the code. */
    CHOICE,
    /** Long, the id. */
    DOCUMENT,
    /** Long, the id. */
    EMPLOYEE,
    /** Long, the id. */
    DEPARTMENT,
    /** Long, the id. */
    COMPANY,
    /** List of maps. */
    LINES,
    /** A kind that this package does not know. */
    UNKNOWN;

    static Kind of(String name) {
        for (Kind kind : values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return kind;
            }
        }
        return UNKNOWN;
    }

    boolean isNumber() {
        return switch (this) {
            case INTEGER, PERCENT, BOOLEAN, INSTANT, DOCUMENT, EMPLOYEE, DEPARTMENT, COMPANY -> true;
            default -> false;
        };
    }
}
