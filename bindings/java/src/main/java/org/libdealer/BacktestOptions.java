package org.libdealer;

/**
 * What a candidate rule set is tried on: begin with {@link #defaults}.
 *
 * @param query which documents, or null for all that the rules speak of
 * @param group what totals are by: null or {@code "company"}, {@code "department"}, {@code "owner"}, or a field
 * @param threads how many evaluate rules; 0: one for each processor
 * @param rows how many changed documents are told one by one; 0: 10000
 * @param recorded remember that this candidate was tried
 * @param progress told how far it is, or null
 */
public record BacktestOptions(Query query, String group, int threads, int rows, boolean recorded, Progress progress) {
    /** Everything, by company, not remembered. */
    public static BacktestOptions defaults() {
        return new BacktestOptions(null, null, 0, 0, false, null);
    }

    /** The same for some documents only. */
    public BacktestOptions withQuery(Query some) {
        return new BacktestOptions(some, group, threads, rows, recorded, progress);
    }

    /** The same with other totals. */
    public BacktestOptions withGroup(String by) {
        return new BacktestOptions(query, by, threads, rows, recorded, progress);
    }

    /** The same with so many threads. */
    public BacktestOptions withThreads(int count) {
        return new BacktestOptions(query, group, count, rows, recorded, progress);
    }

    /** The same with so many rows at most. */
    public BacktestOptions withRows(int count) {
        return new BacktestOptions(query, group, threads, count, recorded, progress);
    }

    /** The same, remembered. */
    public BacktestOptions withRecord() {
        return new BacktestOptions(query, group, threads, rows, true, progress);
    }

    /** The same, telling how far it is. */
    public BacktestOptions withProgress(Progress told) {
        return new BacktestOptions(query, group, threads, rows, recorded, told);
    }
}
