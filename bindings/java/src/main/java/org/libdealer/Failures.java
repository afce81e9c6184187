package org.libdealer;

import java.util.ArrayList;
import java.util.List;

/** Makes exceptions; the native layer calls {@link #of} by name. */
final class Failures {
    private Failures() {
    }

    /** texts: id, English and Chinese sentence of each level, the outermost first. */
    static DealerException of(int number, byte[][] texts, byte[] findings) {
        List<DealerException.Cause> levels = new ArrayList<>();
        for (int i = 0; texts != null && i + 2 < texts.length; i += 3) {
            levels.add(new DealerException.Cause(Text.of(texts[i]), Text.of(texts[i + 1]), Text.of(texts[i + 2])));
        }
        return of(Status.of(number), levels, findings);
    }

    private static DealerException of(Status status, List<DealerException.Cause> levels, byte[] findings) {
        return switch (status) {
            case MISUSE -> new DealerException.Misuse(levels);
            case NOMEM -> new DealerException.OutOfMemory(levels);
            case INVALID -> new DealerException.Invalid(levels);
            case NOT_FOUND -> new DealerException.NotFound(levels);
            case DENIED -> new DealerException.Denied(levels);
            case CONFLICT -> new DealerException.Conflict(levels);
            case STATE -> new DealerException.WrongState(levels);
            case GATE -> new DealerException.GateShut(levels);
            case LOCKED -> new DealerException.Locked(levels);
            case CONFIGURATION -> new DealerException.BadConfiguration(levels, Json.maps(findings));
            case RULE -> new DealerException.RuleFailed(levels);
            case BUSY -> new DealerException.Busy(levels);
            case IO -> new DealerException.StorageFailed(levels);
            case FULL -> new DealerException.DiskFull(levels);
            case CORRUPT -> new DealerException.Corrupt(levels);
            case NOT_A_STORE -> new DealerException.NotAStore(levels);
            case NEWER -> new DealerException.NewerStore(levels);
            case READ_ONLY -> new DealerException.ReadOnly(levels);
            case TOO_LARGE -> new DealerException.TooLarge(levels);
            case INTERNAL -> new DealerException.InternalError(levels);
            case OK, UNKNOWN -> new DealerException.Unknown(levels);
        };
    }

    private static DealerException say(Status status, String id, String en, String zh) {
        return of(status, List.of(new DealerException.Cause(id, en, zh)), null);
    }

    static DealerException misuse(String en, String zh) {
        return say(Status.MISUSE, "E_JAVA_MISUSE", en, zh);
    }

    static DealerException invalid(String en, String zh) {
        return say(Status.INVALID, "E_JAVA_VALUE", en, zh);
    }

    static DealerException wrongKind(String field, String wanted, Object value) {
        String found = value == null ? "null" : value.getClass().getSimpleName();
        return say(Status.INVALID, "E_JAVA_VALUE", field + " takes a " + wanted + ", not a " + found, field + " 须为 " + wanted + "，不能是 " + found);
    }
}
