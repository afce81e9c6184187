package org.libdealer;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.libdealer.internal.Native;

/** The session of an employee; {@link Store#session} opens it. Used by one thread at a time, and others wait. */
public sealed class Session implements AutoCloseable permits SystemSession {
    private static final int PAGE = 200;

    private final Store store;
    private final Handle handle;

    Session(Store store, long raw) {
        this.store = store;
        this.handle = new Handle(raw, Native::session_close, store.seams(), "session", "会话");
    }

    Handle handle() {
        return handle;
    }

    Seams seams() {
        return store.seams();
    }

    /** Closes the session, and rolls back a transaction that is still open. */
    @Override
    public void close() {
        handle.close();
    }

    /** The store. */
    public Store store() {
        return store;
    }

    /** The person's id; 0 for the system. */
    public long person() {
        return handle.use(Native::session_person);
    }

    /** The substitute's id when one acts for the person; 0 otherwise. */
    public long acting() {
        return handle.use(Native::session_acting);
    }

    // -- transactions --

    /** Commits when the work ends, rolls back when an exception leaves it. Documents saved in vain have to be opened again. */
    public void transaction(Runnable work) {
        transaction(() -> {
            work.run();
            return null;
        });
    }

    /** The same for work with a result. */
    public <T> T transaction(Supplier<T> work) {
        begin();
        boolean done = false;
        try {
            T result = work.get();
            commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                rollbackQuietly();
            }
        }
    }

    /** Begins a transaction that ends elsewhere; {@link #transaction} is simpler where one method holds the whole of it. */
    public void begin() {
        handle.run(Native::session_begin);
    }

    /** Commits what was begun; when that fails, it is rolled back. */
    public void commit() {
        handle.run(Native::session_commit);
    }

    /** Rolls back what was begun. */
    public void rollback() {
        store.renew();
        handle.run(Native::session_rollback);
    }

    private void rollbackQuietly() {
        try {
            rollback();
        } catch (DealerException alreadyOver) {
            // A failed commit, or a closed session, has rolled back; the exception on its way says why.
        }
    }

    // -- what there is --

    /** Every document type in force, by name. */
    public Map<String, DocumentType> catalogue() {
        return DocumentType.all(Json.map(json((raw, out) -> Native.catalogue(raw, out))));
    }

    /** Companies, departments, employees and posts with id, code and name. */
    public Map<String, Object> organisation() {
        return Json.map(json((raw, out) -> Native.organisation(raw, out)));
    }

    /** Which rule set is in force: hash, version, rules. */
    public Map<String, Object> rulesInForce() {
        return Json.map(json((raw, out) -> Native.rules_in_force(raw, out)));
    }

    DocumentType type(String name) {
        Map<String, DocumentType> known = store.catalogue();
        return known != null && known.containsKey(name) ? known.get(name) : renewedType(name);
    }

    DocumentType renewedType(String name) {
        Map<String, DocumentType> fresh = catalogue();
        store.keep(fresh);
        DocumentType found = fresh.get(name);
        if (found == null) {
            throw Failures.invalid("there is no document type " + name, "没有单据类型 " + name);
        }
        return found;
    }

    interface JsonCall {
        void call(long raw, byte[][] out);
    }

    byte[] json(JsonCall call) {
        byte[][] out = new byte[1][];
        handle.run(raw -> call.call(raw, out));
        return out[0];
    }

    Decision decide(JsonCall call) {
        return Decision.of(out -> handle.run(raw -> call.call(raw, out)));
    }

    // -- documents --

    /** A new document of a type, not stored yet. */
    public Document create(String type) {
        return create(type, Map.of());
    }

    /** A new document of a type with these fields, not stored yet. */
    public Document create(String type, Map<String, ?> fields) {
        return made((out, raw) -> Native.document_new(raw, out, Text.plain(type)), fields);
    }

    /** A new document made from another: linked to it, with everything taken over that the catalogue says. */
    public Document derive(String type, long source, Map<String, ?> fields) {
        return made((out, raw) -> Native.document_derive(raw, out, Text.plain(type), source), fields);
    }

    /**
     * Reads a stored document.
     *
     * @throws DealerException.NotFound when there is none, or the person may not read it: the two look the same
     */
    public Document open(long id) {
        return made((out, raw) -> Native.document_open(raw, out, id), Map.of());
    }

    private Document made(ObjLongConsumer<long[]> call, Map<String, ?> fields) {
        long[] out = new long[1];
        handle.run(raw -> call.accept(out, raw));
        Document document = new Document(this, out[0]);
        return fields.isEmpty() ? document : document.setAll(fields);
    }

    /** All documents of a type that the person may read. */
    public Stream<Document> documents(String type) {
        return documents(Query.of(type));
    }

    /** All documents that a query finds, read page by page as the stream is used. */
    public Stream<Document> documents(Query query) {
        Map<String, Object> json = jsonOf(query);
        json.put("limit", query.page());
        if (query.order() != null) {
            json.put("order", query.order());
        }
        return StreamSupport.stream(new Pages(json), false);
    }

    Map<String, Object> jsonOf(Query query) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", query.type());
        if (query.where() != null) {
            json.put("where", query.where().toJson(type(query.type()).fields()));
        }
        return json;
    }

    /** Reads the next page when the last one is used up. */
    private final class Pages extends Spliterators.AbstractSpliterator<Document> {
        private final Map<String, Object> query;
        private List<Document> page = List.of();
        private int next;
        private boolean last;

        Pages(Map<String, Object> query) {
            super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
            this.query = query;
        }

        @Override
        public boolean tryAdvance(Consumer<? super Document> action) {
            while (next == page.size()) {
                if (last) {
                    return false;
                }
                String after = read(Json.write(query));
                last = after == null;
                query.put("after", after);
            }
            action.accept(page.get(next++));
            return true;
        }

        private String read(byte[] text) {
            List<Document> documents = new ArrayList<>();
            List<Long> handles = new ArrayList<>();
            String after = handle.use(raw -> readPage(raw, text, handles));
            handles.forEach(document -> documents.add(new Document(Session.this, document)));
            page = documents;
            next = 0;
            return after;
        }
    }

    static String readPage(long session, byte[] query, List<Long> documents) {
        long[] list = new long[1];
        Native.list_open(session, list, query);
        try {
            for (long document = Native.list_next(list[0]); document != 0; document = Native.list_next(list[0])) {
                documents.add(document);
            }
            return Text.of(Native.list_after(list[0]));
        } finally {
            Native.list_free(list[0]);
        }
    }

    /** How many documents a query finds, at most {@link Count#CAP}. */
    public Count count(Query query) {
        return count(query, Count.CAP);
    }

    /** How many documents a query finds; counting stops at {@code cap} (0: {@link Count#CAP}; {@link Count#EXACT}: never). */
    public Count count(Query query, long cap) {
        byte[] text = Json.write(jsonOf(query));
        long[] number = new long[1];
        long[] isCut = new long[1];
        handle.run(raw -> Native.list_count(raw, number, isCut, text, cap));
        return new Count(number[0], isCut[0] != 0);
    }

    /** Sums a number or money field by groups: group, count, sum. One row when {@code group} is null. */
    public List<Map<String, Object>> sums(Query query, String field, String group) {
        byte[] text = Json.write(jsonOf(query));
        return Json.maps(Json.map(json((raw, out) -> Native.list_sum(raw, out, text, Text.plain(field), Text.plainOrNull(group)))).get("rows"));
    }

    /** The whole story of a document: awaited, history, decisions, sources. */
    public Map<String, Object> history(long document) {
        return Json.map(json((raw, out) -> Native.document_history(raw, out, document)));
    }

    // -- tasks --

    /** The person's open tasks, the oldest first. */
    public Stream<Task> tasks() {
        return tasks(false);
    }

    /** The person's open, or decided, tasks, the oldest first. */
    public Stream<Task> tasks(boolean done) {
        return rows((raw, out, after) -> Native.tasks(raw, out, done ? 1 : 0, after, PAGE)).map(Task::of);
    }

    /** What was copied to the person, the oldest first; {@link #readCopy} leaves the receipt. */
    public Stream<Map<String, Object>> copies() {
        return rows((raw, out, after) -> Native.tasks(raw, out, 2, after, PAGE));
    }

    /** What the person brought to approval, with who is awaited now and since when, the oldest first. */
    public Stream<Map<String, Object>> submitted() {
        return rows((raw, out, after) -> Native.tasks(raw, out, 3, after, PAGE));
    }

    /** The receipt of a copy; the first reading counts. */
    public void readCopy(long cc) {
        handle().run(raw -> Native.cc_read(raw, cc));
    }

    /** Approves up to 1000 tasks in one transaction: a result for each, in order. {@code comment} may be null. */
    public List<Map<String, Object>> approveMany(String comment, long... tasks) {
        return Json.maps(json((raw, out) -> Native.tasks_approve_many(raw, out, tasks, Text.plainOrNull(comment))));
    }

    /** Whatever a leaver has not decided goes to somebody else: a result for each document; for administrators. */
    public List<Map<String, Object>> handOver(String leaver, String to, String comment) {
        return Json.maps(json((raw, out) -> Native.tasks_hand_over(raw, out, Text.plain(leaver), Text.plain(to), Text.plainOrNull(comment))));
    }

    /** A flow in force drawn, by the id of its rule file; format is svg, mermaid or dot. */
    public String flowPicture(String flow, String format, boolean chinese) {
        byte[] drawn = json((raw, out) -> Native.flow_picture(raw, out, Text.plain(flow), Text.plain(format), chinese ? 1 : 0));
        return new String(drawn, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Approvals under other rules or another organisation go on under those in force: a verdict each; for administrators. */
    public List<Map<String, Object>> migrateApprovals(boolean dryRun, String comment, long after, int limit) {
        return Json.maps(json((raw, out) -> Native.approval_migrate(raw, out, dryRun ? 1 : 0, Text.plainOrNull(comment), after, limit)));
    }

    /** How long decisions take and what waits, by node and person; query: type, from_ms, to_ms. */
    public List<Map<String, Object>> approvalStatistics(Map<String, ?> query) {
        byte[] text = Json.write(query);
        return Json.maps(json((raw, out) -> Native.approval_statistics(raw, out, text)));
    }

    interface PageCall {
        void call(long raw, byte[][] out, long after);
    }

    /** Rows with an id, page by page. */
    Stream<Map<String, Object>> rows(PageCall call) {
        Function<Long, List<Map<String, Object>>> read = after -> Json.maps(json((raw, out) -> call.call(raw, out, after)));
        return Stream.iterate(read.apply(0L), page -> !page.isEmpty(),
            page -> page.size() < PAGE ? List.<Map<String, Object>>of() : read.apply(Json.number(page.get(page.size() - 1).get("id"))))
            .flatMap(List::stream);
    }

    /** Approves a task of the person; the comment may be null. */
    public Decision approve(long task, String comment) {
        return decide((raw, out) -> Native.task_approve(raw, out, task, Text.plainOrNull(comment)));
    }

    /** Rejects a task of the person; whoever amends must know why. */
    public Decision reject(long task, String comment) {
        return decide((raw, out) -> Native.task_reject(raw, out, task, Text.plainOrNull(comment)));
    }

    /** Any verb on a task: return, transfer, delegate, add_before, ... */
    public Decision act(long task, String verb, Map<String, ?> arguments) {
        byte[] json = Json.write(arguments);
        return decide((raw, out) -> Native.task_act(raw, out, task, Text.plain(verb), json));
    }

    // -- permission --

    /** May the person do this ({@code "trade_in.submit"}) to this stored document, and why? */
    public Decision check(String function, long document) {
        return decide((raw, out) -> Native.check(raw, out, Text.plain(function), document));
    }

    /** The same answer alone, for a document as it stands in memory. */
    public boolean allows(String function, Document document) {
        long[] out = new long[1];
        handle.run(raw -> document.handle().run(other -> Native.allows(raw, out, Text.plain(function), other)));
        return out[0] != 0;
    }

    /** The same answer for many stored documents at once, in their order; null for one that the person may not read. */
    public List<Boolean> checkMany(String function, long... documents) {
        return Json.list(json((raw, out) -> Native.check_many(raw, out, Text.plain(function), documents))).stream().map(Boolean.class::cast)
            .collect(Collectors.toCollection(ArrayList::new));
    }

    /** The answer for somebody else; by the system, or by who may read the configuration over him. */
    public Decision checkFor(String person, String function, long document) {
        return decide((raw, out) -> Native.check_for(raw, out, Text.plain(person), Text.plain(function), document));
    }

    /** All functions that another person holds now, as for {@link #checkFor}. */
    public List<String> functionsOf(String person) {
        return Json.list(json((raw, out) -> Native.functions_of(raw, out, Text.plain(person)))).stream().map(Json::text).toList();
    }

    /** Where the person may do this now: all, own, companies, departments, conditional. */
    public Map<String, Object> visibleDepartments(String function) {
        return Json.map(json((raw, out) -> Native.visible_departments(raw, out, Text.plain(function))));
    }

    /** All functions that the person holds now. */
    public List<String> functions() {
        return Json.list(json((raw, out) -> Native.functions(raw, out))).stream().map(Json::text).toList();
    }

    /** Codes of all people who may do this to this document now. */
    public List<String> whoCan(String function, long document) {
        return Json.list(json((raw, out) -> Native.who_can(raw, out, Text.plain(function), document))).stream().map(Json::text).toList();
    }

    // -- what rules said, what machines fetched --

    /** Evaluates a logged decision again, as everything was then; ids are in the {@code decisions} of {@link #history}. */
    public Map<String, Object> replay(long decision) {
        return Json.map(json((raw, out) -> Native.decision_replay(raw, out, decision)));
    }

    /**
     * What machines fetched.
     *
     * @param query {@code currency} and, where wanted, {@code category}, {@code model}, {@code from} and {@code to} (dates)
     * @return empty when nothing is known
     */
    public Map<String, Object> marketStatistics(Map<String, ?> query) {
        byte[] text = Json.write(query);
        return Json.map(Json.read(json((raw, out) -> Native.market_statistics(raw, out, text))));
    }

    // -- accounts --

    /** The account of a customer at the end of a day (null: today), with everything that moved it. */
    public Map<String, Object> accountStatement(long customer, LocalDate asOf) {
        return Json.map(json((raw, out) -> Native.account_statement(raw, out, customer, null, day(asOf))));
    }

    /** The account of a party that has a name only: a lender, an insurer, a supplier. */
    public Map<String, Object> accountStatement(String party, LocalDate asOf) {
        return Json.map(json((raw, out) -> Native.account_statement(raw, out, 0, Text.plain(party), day(asOf))));
    }

    /** What was open at the end of a day (null: today) by days overdue, for each party, direction and currency. */
    public Map<String, Object> accountAgeing(LocalDate asOf) {
        return Json.map(json((raw, out) -> Native.account_ageing(raw, out, day(asOf))));
    }

    // -- finance's lock --

    /** Locks or unlocks up to 1000 documents in one transaction: a result for each, in order. */
    public List<Map<String, Object>> setLocked(boolean locked, long... documents) {
        return Json.maps(json((raw, out) -> Native.documents_set_locked(raw, out, documents, locked ? 1 : 0)));
    }

    /**
     * Sets what a month is for a company's documents of a type.
     *
     * @param month {@code YYYY-MM}
     * @param state {@code "open"}, {@code "held"} or, for good, {@code "closed"}
     */
    public void setPeriod(String company, String type, String month, String state) {
        handle().run(raw -> Native.period_set(raw, Text.plain(company), Text.plain(type), Text.plain(month), Text.plain(state)));
    }

    /** The months that are held or closed, of a company (null: of all), from a month on (null: all). */
    public List<Map<String, Object>> periods(String company, String fromMonth) {
        return Json.maps(json((raw, out) -> Native.periods(raw, out, Text.plainOrNull(company), Text.plainOrNull(fromMonth))));
    }

    // -- machines --

    /** Everything that ever moved a machine, in order, with the document behind each movement. */
    public Map<String, Object> machineLife(long machine) {
        return Json.map(json((raw, out) -> Native.machine_life(raw, out, machine)));
    }

    /** What was in stock at the end of a day (null: today), since when, and at what cost. */
    public Map<String, Object> stockAge(LocalDate asOf) {
        return Json.map(json((raw, out) -> Native.stock_age(raw, out, day(asOf))));
    }

    /** Financing plans with an instalment that was due before a day (null: today) and is not repaid, by tier. */
    public Map<String, Object> claimsOverdue(LocalDate asOf) {
        return Json.map(json((raw, out) -> Native.claims_overdue(raw, out, day(asOf))));
    }

    /** Policies whose last day lies between two days, both included, and that nothing renews. */
    public Map<String, Object> insuranceDue(LocalDate first, LocalDate last) {
        return Json.map(json((raw, out) -> Native.insurance_due(raw, out, day(first), day(last))));
    }

    private static byte[] day(LocalDate day) {
        return Text.plainOrNull(day == null ? null : day.toString());
    }

    // -- a manager's questions --

    /**
     * One of the reports of docs/reports.md, only over what the person may see.
     *
     * @param parameters {@code by}, {@code where}, {@code type}, {@code from}, {@code to}, {@code as_of}, as far as wanted
     */
    public Map<String, Object> report(String name, Map<String, ?> parameters) {
        byte[] text = Json.write(parameters);
        return Json.map(json((raw, out) -> Native.report(raw, out, Text.plain(name), text)));
    }

    /** Which reports there are, what each can be grouped by, and what it sums. */
    public List<Map<String, Object>> reports() {
        byte[] none = Json.write(Map.of());
        return Json.maps(Json.map(json((raw, out) -> Native.report(raw, out, null, none))).get("reports"));
    }

    // -- messages --

    /** The person's own messages, the oldest first. */
    public Stream<Message> inbox(boolean unreadOnly) {
        return rows((raw, out, after) -> Native.inbox(raw, out, unreadOnly ? 1 : 0, after, PAGE)).map(Message::of);
    }

    /** Marks one of the person's own messages read, or unread. */
    public void setRead(long message, boolean read) {
        handle.run(raw -> Native.message_set_read(raw, message, read ? 1 : 0));
    }

    // -- configuration --

    /**
     * Checks a configuration as a whole and puts it in force.
     *
     * @return what else was found
     * @throws DealerException.BadConfiguration with every fault by path
     */
    public List<Map<String, Object>> applyConfiguration(Map<String, ?> configuration) {
        return apply(Json.write(configuration), false);
    }

    /** The same from JSON text. */
    public List<Map<String, Object>> applyConfiguration(String json) {
        return apply(Text.utf8(json), false);
    }

    /** Only checks a configuration. */
    public List<Map<String, Object>> checkConfiguration(Map<String, ?> configuration) {
        return apply(Json.write(configuration), true);
    }

    private List<Map<String, Object>> apply(byte[] text, boolean checkOnly) {
        List<Map<String, Object>> findings = Json.maps(json((raw, out) -> Native.configuration_apply(raw, out, text, checkOnly ? 1 : 0)));
        store.renew();
        return findings;
    }

    /**
     * What a configuration would change, and for whom; nothing is stored.
     *
     * @param sample how many documents of each type are asked; 0: 10000
     */
    public Map<String, Object> previewConfiguration(Map<String, ?> configuration, long sample) {
        byte[] text = Json.write(configuration);
        return Json.map(json((raw, out) -> Native.configuration_preview(raw, out, text, sample)));
    }

    /** The configuration in force. */
    public Map<String, Object> configuration() {
        return Json.map(json((raw, out) -> Native.configuration_export(raw, out)));
    }

    /** The configuration that a dealer starts with; the organisation is his to fill in. */
    public Map<String, Object> starterConfiguration() {
        return Json.map(json((raw, out) -> Native.configuration_starter(raw, out)));
    }

    static int page() {
        return PAGE;
    }
}
