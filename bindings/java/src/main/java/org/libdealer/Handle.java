package org.libdealer;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/** A native handle: used by one thread at a time, freed by {@link #close()} or, when that is forgotten, by the cleaner. */
final class Handle {
    private static final Cleaner CLEANER = Cleaner.create();

    /** Knows nothing of its owner, so that the owner can be collected. */
    private static final class State implements Runnable {
        private final ReentrantLock lock = new ReentrantLock();
        private final LongConsumer free;
        private final Seams seams;
        private long raw;

        State(long raw, LongConsumer free, Seams seams) {
            this.raw = raw;
            this.free = free;
            this.seams = seams;
            seams.take();
        }

        @Override
        public void run() {
            lock.lock();
            try {
                if (raw == 0) {
                    return;
                }
                long last = raw;
                raw = 0;
                free.accept(last);
                seams.drop();
            } finally {
                lock.unlock();
            }
        }
    }

    private final State state;
    private final Cleaner.Cleanable cleanable;
    private final String en;
    private final String zh;

    Handle(long raw, LongConsumer free, Seams seams, String en, String zh) {
        this.state = new State(raw, free, seams);
        this.cleanable = CLEANER.register(this, state);
        this.en = en;
        this.zh = zh;
    }

    /** Calls with the raw handle, which stays valid meanwhile. */
    <T> T use(LongFunction<T> call) {
        if (state.lock.isHeldByCurrentThread()) {
            throw Failures.misuse("this " + en + " is in use: a clock, random or log callback must not call it again",
                "该" + zh + "正在使用中：时钟、随机数或日志回调不得再次调用");
        }
        state.lock.lock();
        try {
            if (state.raw == 0) {
                throw Failures.misuse("this " + en + " is closed", "该" + zh + "已关闭");
            }
            return call.apply(state.raw);
        } finally {
            state.lock.unlock();
            Reference.reachabilityFence(this);
        }
    }

    void run(LongConsumer call) {
        use(raw -> {
            call.accept(raw);
            return null;
        });
    }

    boolean isClosed() {
        return state.raw == 0;
    }

    /** Frees the handle after whoever is using it; again does nothing. */
    void close() {
        if (state.lock.isHeldByCurrentThread()) {
            throw Failures.misuse("this " + en + " is in use: a clock, random or log callback must not close it",
                "该" + zh + "正在使用中：时钟、随机数或日志回调不得关闭");
        }
        cleanable.clean();
    }
}
