package org.libdealer;

/**
 * How many documents there are.
 *
 * @param number that were counted
 * @param isCut there are more: counting stopped at its cap
 */
public record Count(long number, boolean isCut) {
    /** Where counting ends unless it is said: at {@value}. */
    public static final long CAP = 10_000;
    /** As a cap: to the end, however many there are. */
    public static final long EXACT = -1;
}
