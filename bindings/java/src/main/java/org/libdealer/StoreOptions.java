package org.libdealer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/**
 * How a store is opened: begin with {@link #defaults}.
 *
 * @param readOnly nothing is created, migrated or written
 * @param mustExist {@link DealerException.NotFound} instead of creating
 * @param busyTimeout how long a call waits for another writer; zero: five seconds
 * @param vfs SQLite's VFS by name, or null
 * @param journalKey key of the journal's chain, or null; the same store is always opened with the same key
 * @param clock the host's clock, or null for the system's; one that throws is reported, and what it said last counts
 * @param random answers so many random bytes, or null for the system's
 * @param log takes lines, or null for silence
 */
public record StoreOptions(boolean readOnly, boolean mustExist, Duration busyTimeout, String vfs, byte[] journalKey, InstantSource clock,
    IntFunction<byte[]> random, BiConsumer<System.Logger.Level, String> log) {

    /** All defaults; lines of the log go to the system logger {@code org.libdealer}. */
    public static StoreOptions defaults() {
        return new StoreOptions(false, false, Duration.ZERO, null, null, null, null, (level, line) -> System.getLogger("org.libdealer").log(level, line));
    }

    /** The same for reading only. */
    public StoreOptions withReadOnly() {
        return new StoreOptions(true, mustExist, busyTimeout, vfs, journalKey, clock, random, log);
    }

    /** The same for a store that must exist. */
    public StoreOptions withMustExist() {
        return new StoreOptions(readOnly, true, busyTimeout, vfs, journalKey, clock, random, log);
    }

    /** The same with another patience. */
    public StoreOptions withBusyTimeout(Duration timeout) {
        return new StoreOptions(readOnly, mustExist, timeout, vfs, journalKey, clock, random, log);
    }

    /** The same with a key of the journal. */
    public StoreOptions withJournalKey(byte[] key) {
        return new StoreOptions(readOnly, mustExist, busyTimeout, vfs, key.clone(), clock, random, log);
    }

    /** The same with a clock. */
    public StoreOptions withClock(InstantSource source) {
        return new StoreOptions(readOnly, mustExist, busyTimeout, vfs, journalKey, source, random, log);
    }

    /** The same with a source of randomness. */
    public StoreOptions withRandom(IntFunction<byte[]> source) {
        return new StoreOptions(readOnly, mustExist, busyTimeout, vfs, journalKey, clock, source, log);
    }

    /** The same with another log; null for silence. */
    public StoreOptions withLog(BiConsumer<System.Logger.Level, String> lines) {
        return new StoreOptions(readOnly, mustExist, busyTimeout, vfs, journalKey, clock, random, lines);
    }
}
