package org.libdealer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.libdealer.internal.Native;

/** The system's session: set-up, import, delivery of messages; {@link Store#system} opens it. It cannot enter, submit or decide documents. */
public final class SystemSession extends Session {
    private static final int PIECE = 1 << 16;
    private static final int JSON = 0;
    private static final int CSV = 1;

    SystemSession(Store store, long raw) {
        super(store, raw);
    }

    // -- rules and market --

    /** The rule set that ships with the library: note, and files by path. */
    public Map<String, Object> starterRules() {
        return Json.map(json((raw, out) -> Native.rules_starter(raw, out)));
    }

    /** Checks a rule set with all its cases and puts it in force; returns the report. */
    public Map<String, Object> publishRules(Map<String, ?> rules) {
        byte[] text = Json.write(rules);
        return Json.map(json((raw, out) -> Native.rules_publish(raw, out, text, 0)));
    }

    /** Only checks a rule set. */
    public Map<String, Object> checkRules(Map<String, ?> rules) {
        byte[] text = Json.write(rules);
        return Json.map(json((raw, out) -> Native.rules_publish(raw, out, text, 1)));
    }

    /** Adds used-machine sales that valuations compare with; bad rows are reported, not fatal. */
    public Map<String, Object> addMarket(List<? extends Map<String, ?>> sales) {
        byte[] text = Json.write(sales);
        return Json.map(json((raw, out) -> Native.market_add(raw, out, text)));
    }

    /**
     * Imports sales from CSV in UTF-8, read piece by piece; rows that can't be understood are reported, not fatal.
     *
     * @param mapping which column is what, as {@code dealer/market.h} describes it
     */
    public Map<String, Object> importMarket(InputStream source, Map<String, ?> mapping) throws IOException {
        byte[] text = Json.write(mapping);
        long[] opened = new long[1];
        handle().run(raw -> Native.market_import_open(raw, opened, text));
        Handle feeding = new Handle(opened[0], Native::market_import_free, seams(), "market import", "行情导入");
        try {
            for (byte[] piece = source.readNBytes(PIECE); piece.length > 0; piece = source.readNBytes(PIECE)) {
                byte[] data = piece;
                handle().run(raw -> feeding.run(csv -> Native.market_import_feed(raw, csv, data)));
            }
            return Json.map(json((raw, out) -> feeding.run(csv -> Native.market_import_finish(raw, out, csv))));
        } finally {
            feeding.close();
        }
    }

    /** What approved trade-ins fetched afterwards, against their valuation. */
    public Map<String, Object> tradeInOutcomes() {
        return Json.map(json((raw, out) -> Native.trade_in_outcomes(raw, out)));
    }

    // -- trials on the past --

    /** Replays every logged decision; {@code progress} may be null. */
    public Map<String, Object> replayAll(Progress progress) {
        return Json.map(json((raw, out) -> Native.replay_all(raw, out, progress)));
    }

    /** Tries a candidate rule set on past documents: what would fall differently, by how much, for whom. */
    public Map<String, Object> backtest(Map<String, ?> rules, BacktestOptions options) {
        return Json.map(backtest(rules, options, JSON));
    }

    /** The rows of {@link #backtest(Map, BacktestOptions)} alone, as CSV. */
    public String backtestCsv(Map<String, ?> rules, BacktestOptions options) {
        return Text.of(backtest(rules, options, CSV));
    }

    private byte[] backtest(Map<String, ?> rules, BacktestOptions options, int format) {
        byte[] query = options.query() == null ? null : Json.write(jsonOf(options.query()));
        NativeOptions.Backtest given = new NativeOptions.Backtest(Json.write(rules), query, Text.plainOrNull(options.group()), options.threads(),
            format, options.rows(), options.recorded() ? 1 : 0, options.progress());
        return json((raw, out) -> Native.backtest(raw, out, given));
    }

    // -- delivery --

    /** Messages that may be delivered now, the oldest first. Deliver, then {@link #acknowledge}. */
    public Stream<Message> outbox() {
        return rows((raw, out, after) -> Native.outbox(raw, out, after, page())).map(Message::of);
    }

    /** Messages that were given up, the oldest first. */
    public Stream<Message> deadLetters() {
        return rows((raw, out, after) -> Native.dead_letters(raw, out, after, page())).map(Message::of);
    }

    /**
     * Fetches messages for this deliverer, one of several: until the lease ends they are nobody else's.
     *
     * @param limit at most so many, 1 to 1000
     * @param lease a second to a day; then what was neither {@link #delivered} nor {@link #failed} is fetched by the next
     */
    public List<Lease> lease(int limit, Duration lease) {
        byte[] rows = json((raw, out) -> Native.outbox_lease(raw, out, lease.toMillis(), limit));
        return Json.maps(rows).stream().map(Lease::of).toList();
    }

    /** A leased message was delivered; {@link DealerException.Conflict} when another deliverer has fetched it since. */
    public void delivered(Lease leased) {
        handle().run(raw -> Native.message_delivered(raw, leased.message(), Text.plain(leased.lease())));
    }

    /** A leased message could not be delivered: it waits, at least {@code wait}, or is given up when it has failed too often. */
    public void failed(Lease leased, String reason, Duration wait) {
        byte[] why = reason == null ? null : Text.plain(reason);
        handle().run(raw -> Native.message_failed(raw, leased.message(), Text.plain(leased.lease()), why, wait.toMillis()));
    }

    /** Takes a message that was given up into the outbox again. */
    public void revive(long message) {
        handle().run(raw -> Native.message_revive(raw, message));
    }

    /** Marks a message as delivered; once more is fine. */
    public void acknowledge(long message) {
        handle().run(raw -> Native.message_acknowledge(raw, message));
    }

    // -- soundness --

    /**
     * What a walk of the journal's chain found.
     *
     * @param entries how many there are
     * @param firstBad 0 when the chain is whole, else the first entry that was changed or follows a missing one
     */
    public record Verified(long entries, long firstBad) {
        /** Whether the chain is whole. */
        public boolean isWhole() {
            return firstBad == 0;
        }
    }

    /** Walks the journal's chain. */
    public Verified verifyJournal() {
        long[] count = new long[1];
        long[] bad = new long[1];
        handle().run(raw -> Native.journal_verify(raw, count, bad));
        return new Verified(count[0], bad[0]);
    }

    /** Walks the chain and holds it against a {@link #journalHead} that was kept elsewhere: entries, bad, flaw (null: it is whole). */
    public Map<String, Object> compareJournal(Map<String, ?> head) {
        byte[] text = Json.write(head);
        return Json.map(json((raw, out) -> Native.journal_compare(raw, out, text)));
    }

    /** The newest entry of the journal, sequence and mac, to be kept elsewhere. */
    public Map<String, Object> journalHead() {
        return Json.map(json((raw, out) -> Native.journal_head(raw, out)));
    }

    /** Fires what is due by now, at most {@code limit} of it, each exactly once: fired, failed, more. */
    public Map<String, Object> tick(int limit) {
        return Json.map(json((raw, out) -> Native.tick(raw, out, limit)));
    }

    /**
     * Copies the whole store, as it stands now, into a file that is not there yet, while others go on using it; {@code progress} may be null.
     * When that stops it there is no copy.
     */
    public Map<String, Object> backup(Path path, Progress progress) {
        return Json.map(json((raw, out) -> Native.store_backup(raw, out, Text.plain(path.toString()), progress)));
    }

    /** Checks the whole store; empty when it is sound. */
    public List<Map<String, Object>> verifyStore() {
        return Json.maps(json((raw, out) -> Native.store_verify(raw, out)));
    }

    /** Compares check with list on the data of this store, of the newest {@code sample} documents of each type (0: all). */
    public Map<String, Object> selftestPermission(long sample) {
        return Json.map(json((raw, out) -> Native.permission_selftest(raw, out, sample)));
    }
}
