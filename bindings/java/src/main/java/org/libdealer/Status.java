package org.libdealer;

/** What a call of libdealer answers. */
public enum Status {
    /** Done. */
    OK(0),
    /** The call itself is wrong. */
    MISUSE(1),
    /** No memory. */
    NOMEM(2),
    /** An input is wrong. */
    INVALID(3),
    /** No such thing, or none that this person may know of. */
    NOT_FOUND(4),
    /** This person may not do this. */
    DENIED(5),
    /** Somebody else changed it first. */
    CONFLICT(6),
    /** Not possible in the document's present status. */
    STATE(7),
    /** A gate between documents is shut. */
    GATE(8),
    /** Finance has locked one end. */
    LOCKED(9),
    /** A configuration or rule set does not hold together. */
    CONFIGURATION(10),
    /** A rule failed. */
    RULE(11),
    /** Another process holds the store. */
    BUSY(12),
    /** The disk or file system failed. */
    IO(13),
    /** The disk is full. */
    FULL(14),
    /** The store's file is damaged. */
    CORRUPT(15),
    /** The file is no store. */
    NOT_A_STORE(16),
    /** The store is of a newer version. */
    NEWER(17),
    /** The store is for reading only. */
    READ_ONLY(18),
    /** A limit was passed. */
    TOO_LARGE(19),
    /** A fault of libdealer itself. */
    INTERNAL(20),
    /** A status that this package does not know. */
    UNKNOWN(-1);

    private final int number;

    Status(int number) {
        this.number = number;
    }

    /** The number in C; -1 for {@link #UNKNOWN}. */
    public int number() {
        return number;
    }

    static Status of(int number) {
        for (Status status : values()) {
            if (status.number == number) {
                return status;
            }
        }
        return UNKNOWN;
    }
}
