package org.libdealer;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.libdealer.internal.Native;

/** The system's session: set-up, import, delivery of messages; {@link Store#system} opens it. It cannot enter, submit or decide documents. */
public final class SystemSession extends Session {
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

    // -- delivery --

    /** Messages that are not acknowledged, the oldest first. Deliver, then {@link #acknowledge}. */
    public Stream<Message> outbox() {
        return rows((raw, out, after) -> Native.outbox(raw, out, after, page())).map(Message::of);
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

    /** Checks the whole store; empty when it is sound. */
    public List<Map<String, Object>> verifyStore() {
        return Json.maps(json((raw, out) -> Native.store_verify(raw, out)));
    }
}
