package org.libdealer;

import java.util.Locale;

/** How far a document has come. */
public enum DocumentStatus {
    /** Not submitted yet, or taken back. */
    DRAFT,
    /** Somebody is awaited. */
    IN_APPROVAL,
    /** In effect. */
    APPROVED,
    /** To be amended and submitted again. */
    REJECTED,
    /** Of no effect, for good. */
    VOIDED,
    /** A status that this package does not know. */
    UNKNOWN;

    static DocumentStatus of(String name) {
        for (DocumentStatus status : values()) {
            if (status.name().toLowerCase(Locale.ROOT).equals(name)) {
                return status;
            }
        }
        return UNKNOWN;
    }
}
