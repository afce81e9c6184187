package org.libdealer;

/** Options as the native layer reads them, field by field and by name. */
final class NativeOptions {
    private NativeOptions() {
    }

    record Store(int readOnly, int mustExist, int busyTimeoutMs, byte[] vfs, byte[] journalKey, long seams, int hooks) {
    }

    record Backtest(byte[] files, byte[] query, byte[] group, int threads, int format, int rows, int record, Progress progress) {
    }
}
