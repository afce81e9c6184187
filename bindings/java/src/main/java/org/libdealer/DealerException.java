package org.libdealer;

import java.util.List;
import java.util.Map;

/**
 * The base of everything that libdealer refuses or fails at; one nested class a status. {@link #getMessage()} is the English sentence.
 * Ids never change their meaning; sentences may.
 */
public abstract sealed class DealerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** One level of an error: a stable id, and one sentence in English and Chinese. */
    public record Cause(String id, String en, String zh) implements java.io.Serializable {
    }

    private final Status status;
    private final transient List<Cause> levels;

    private DealerException(Status status, List<Cause> levels) {
        super(levels.isEmpty() ? status + ": no more is known" : levels.get(0).en());
        this.status = status;
        this.levels = List.copyOf(levels);
    }

    /** The status. */
    public Status status() {
        return status;
    }

    /** The stable id, such as {@code E_GATE_PRE_ORDER}; empty when there is none. */
    public String id() {
        return levels == null || levels.isEmpty() ? "" : levels.get(0).id();
    }

    /** The sentence in English. */
    public String en() {
        return getMessage();
    }

    /** The sentence in Chinese. */
    public String zh() {
        return levels == null || levels.isEmpty() ? getMessage() : levels.get(0).zh();
    }

    /** What lies below, the nearest first. */
    public List<Cause> causes() {
        return levels == null || levels.size() < 2 ? List.of() : levels.subList(1, levels.size());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(super.toString());
        for (Cause cause : causes()) {
            text.append("; because: ").append(cause.en());
        }
        return text.toString();
    }

    /** The call itself is wrong: a closed handle, a transaction in a transaction. */
    public static final class Misuse extends DealerException {
        private static final long serialVersionUID = 1;

        Misuse(List<Cause> levels) {
            super(Status.MISUSE, levels);
        }
    }

    /** There was no memory; nothing was changed. */
    public static final class OutOfMemory extends DealerException {
        private static final long serialVersionUID = 1;

        OutOfMemory(List<Cause> levels) {
            super(Status.NOMEM, levels);
        }
    }

    /** An input is wrong; the sentence names it and says what would be right. */
    public static final class Invalid extends DealerException {
        private static final long serialVersionUID = 1;

        Invalid(List<Cause> levels) {
            super(Status.INVALID, levels);
        }
    }

    /** There is no such thing, or none that this person may know of. */
    public static final class NotFound extends DealerException {
        private static final long serialVersionUID = 1;

        NotFound(List<Cause> levels) {
            super(Status.NOT_FOUND, levels);
        }
    }

    /** This person may not do this. */
    public static final class Denied extends DealerException {
        private static final long serialVersionUID = 1;

        Denied(List<Cause> levels) {
            super(Status.DENIED, levels);
        }
    }

    /** Somebody else changed it first: read it again. */
    public static final class Conflict extends DealerException {
        private static final long serialVersionUID = 1;

        Conflict(List<Cause> levels) {
            super(Status.CONFLICT, levels);
        }
    }

    /** Not possible in the document's present status. */
    public static final class WrongState extends DealerException {
        private static final long serialVersionUID = 1;

        WrongState(List<Cause> levels) {
            super(Status.STATE, levels);
        }
    }

    /** A gate between documents is shut; the sentence names gate, document and what is missing. */
    public static final class GateShut extends DealerException {
        private static final long serialVersionUID = 1;

        GateShut(List<Cause> levels) {
            super(Status.GATE, levels);
        }
    }

    /** Finance has locked one end. */
    public static final class Locked extends DealerException {
        private static final long serialVersionUID = 1;

        Locked(List<Cause> levels) {
            super(Status.LOCKED, levels);
        }
    }

    /** A configuration or rule set does not hold together; the one in force stays. */
    public static final class BadConfiguration extends DealerException {
        private static final long serialVersionUID = 1;
        private final transient List<Map<String, Object>> findings;

        BadConfiguration(List<Cause> levels, List<Map<String, Object>> findings) {
            super(Status.CONFIGURATION, levels);
            this.findings = findings;
        }

        /** Every fault of a configuration: {@code path, id, en, zh}; empty for a rule set. */
        public List<Map<String, Object>> findings() {
            return findings == null ? List.of() : findings;
        }
    }

    /** A rule failed, ran too long or gave nonsense; nothing was approved or valued. */
    public static final class RuleFailed extends DealerException {
        private static final long serialVersionUID = 1;

        RuleFailed(List<Cause> levels) {
            super(Status.RULE, levels);
        }
    }

    /** Another process holds the store longer than the time allowed. */
    public static final class Busy extends DealerException {
        private static final long serialVersionUID = 1;

        Busy(List<Cause> levels) {
            super(Status.BUSY, levels);
        }
    }

    /** The disk or file system failed. */
    public static final class StorageFailed extends DealerException {
        private static final long serialVersionUID = 1;

        StorageFailed(List<Cause> levels) {
            super(Status.IO, levels);
        }
    }

    /** The disk is full; nothing was changed. */
    public static final class DiskFull extends DealerException {
        private static final long serialVersionUID = 1;

        DiskFull(List<Cause> levels) {
            super(Status.FULL, levels);
        }
    }

    /** The store's file is damaged. */
    public static final class Corrupt extends DealerException {
        private static final long serialVersionUID = 1;

        Corrupt(List<Cause> levels) {
            super(Status.CORRUPT, levels);
        }
    }

    /** The file is no libdealer store. */
    public static final class NotAStore extends DealerException {
        private static final long serialVersionUID = 1;

        NotAStore(List<Cause> levels) {
            super(Status.NOT_A_STORE, levels);
        }
    }

    /** The store was written by a newer version of libdealer. */
    public static final class NewerStore extends DealerException {
        private static final long serialVersionUID = 1;

        NewerStore(List<Cause> levels) {
            super(Status.NEWER, levels);
        }
    }

    /** The store was opened, or can only be opened, for reading. */
    public static final class ReadOnly extends DealerException {
        private static final long serialVersionUID = 1;

        ReadOnly(List<Cause> levels) {
            super(Status.READ_ONLY, levels);
        }
    }

    /** A limit on size, depth or number was passed. */
    public static final class TooLarge extends DealerException {
        private static final long serialVersionUID = 1;

        TooLarge(List<Cause> levels) {
            super(Status.TOO_LARGE, levels);
        }
    }

    /** A fault of libdealer itself; please report it. */
    public static final class InternalError extends DealerException {
        private static final long serialVersionUID = 1;

        InternalError(List<Cause> levels) {
            super(Status.INTERNAL, levels);
        }
    }

    /** A status that this package does not know. */
    public static final class Unknown extends DealerException {
        private static final long serialVersionUID = 1;

        Unknown(List<Cause> levels) {
            super(Status.UNKNOWN, levels);
        }
    }
}
