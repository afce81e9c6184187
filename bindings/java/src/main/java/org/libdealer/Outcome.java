package org.libdealer;

import java.util.Locale;

/** How a decision fell. */
public enum Outcome {
    /** Allowed, or done as asked. */
    YES,
    /** Not allowed, or a rule refused it: nothing was changed. */
    NO,
    /** Done, and a rule refers it to a closer look. */
    REFERRED,
    /** A rule failed, ran too long or answered nonsense: nothing was changed. */
    FAILED,
    /** An outcome that this package does not know. */
    UNKNOWN;

    static Outcome of(String name) {
        for (Outcome outcome : values()) {
            if (outcome.name().toLowerCase(Locale.ROOT).equals(name)) {
                return outcome;
            }
        }
        return UNKNOWN;
    }
}
