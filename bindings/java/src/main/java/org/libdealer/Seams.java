package org.libdealer;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.libdealer.internal.Native;

/** What libdealer calls back, by these names, and how long that must be possible: until the last handle of the store is freed. */
final class Seams {
    static final int CLOCK = 1;
    static final int RANDOM = 2;
    static final int LOG = 4;

    private final InstantSource clock;
    private final IntFunction<byte[]> random;
    private final BiConsumer<System.Logger.Level, String> log;
    private volatile long lastMs;
    private final AtomicInteger users = new AtomicInteger();
    private final long raw;

    Seams(InstantSource clock, IntFunction<byte[]> random, BiConsumer<System.Logger.Level, String> log) {
        this.clock = clock;
        this.random = random;
        this.log = log;
        this.raw = hooks() == 0 ? 0 : Native.seams_new(this);
    }

    int hooks() {
        return (clock != null ? CLOCK : 0) | (random != null ? RANDOM : 0) | (log != null ? LOG : 0);
    }

    long raw() {
        return raw;
    }

    void take() {
        users.incrementAndGet();
    }

    void drop() {
        if (users.decrementAndGet() == 0) {
            Native.seams_free(raw);
        }
    }

    /** A clock cannot fail: one that throws is reported, and what it said last counts. */
    long nowUtcMs() {
        try {
            lastMs = clock.instant().toEpochMilli();
        } catch (Throwable error) {
            report("the clock", error);
            lastMs = lastMs == 0 ? System.currentTimeMillis() : lastMs;
        }
        return lastMs;
    }

    /** null makes the call fail. */
    byte[] random(int length) {
        try {
            return random.apply(length);
        } catch (Throwable error) {
            report("the source of randomness", error);
            return null;
        }
    }

    void log(int level, byte[] line) {
        try {
            log.accept(switch (level) {
                case 0 -> System.Logger.Level.ERROR;
                case 1 -> System.Logger.Level.WARNING;
                default -> System.Logger.Level.INFO;
            }, Text.of(line));
        } catch (Throwable error) {
            report("the log", error);
        }
    }

    private static void report(String what, Throwable error) {
        try {
            System.getLogger("org.libdealer").log(System.Logger.Level.ERROR, what + " of a store failed", error);
        } catch (Throwable ignored) {
            // No memory, or no stack, even for that: there is nobody left to tell.
        }
    }
}
