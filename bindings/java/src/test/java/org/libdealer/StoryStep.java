package org.libdealer;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.libdealer.internal.Native;

/**
 * A step of a story, done through the public interface, and what came of it. What the types of the package leave no way to say, such as a
 * query that is a list or a person who does what only the system's session has, is asked of the layer below them.
 */
final class StoryStep {
    private static final int PAGE = 200;

    final StoryWorld world;
    final Map<String, Object> spec;
    private Session session;
    DealerException error;
    Decision decision;
    Object answer;

    StoryStep(StoryWorld world, Map<String, Object> spec) {
        this.world = world;
        this.spec = spec;
    }

    // -- what it says --

    String text(String key) {
        return (String) spec.get(key);
    }

    String person() {
        return spec.containsKey("as") ? text("as") : "system";
    }

    boolean isRefused() {
        return spec.containsKey("refused");
    }

    private boolean is(String key) {
        return spec.get(key) == Boolean.TRUE;
    }

    private Object resolved(String key) {
        return world.withPeople(StoryValues.resolve(spec.get(key), world.documents));
    }

    private long id(String key) {
        return spec.get(key) instanceof Long id ? id : world.document(text(key));
    }

    long id() {
        return id("document");
    }

    /** No reason at all is a NullPointerException already; the library is asked without one by an empty one. */
    private String reason() {
        return spec.get("reason") == null ? "" : text("reason");
    }

    // -- doing --

    /** Does it; what is refused is kept. */
    void act() {
        try {
            session = world.session(person());
            run(text("do"));
        } catch (DealerException refused) {
            error = refused;
        }
    }

    private void run(String verb) {
        switch (verb) {
            case "new" -> finishNew(session.create(text("type")));
            case "derive" -> finishNew(session.derive(text("type"), id("from"), Map.of()));
            case "list", "count", "sum", "check", "who_can", "functions", "history", "statement", "ageing", "tasks", "preview" -> ask(verb);
            case "approve", "reject", "act", "see_task" -> task(verb);
            case "inbox", "outbox", "acknowledge", "read", "unread" -> messages(verb);
            case "lease", "delivered", "failed", "dead_letters", "revive" -> delivery(verb);
            case "begin", "commit", "rollback" -> transaction(verb);
            case "lock_many", "unlock_many", "period", "periods" -> lock(verb);
            case "tick" -> answer = ((SystemSession) session).tick(spec.containsKey("limit") ? (int) Json.number(spec.get("limit")) : 1000);
            case "clock" -> world.clock(text("to"), Json.number(spec.get("hours")));
            case "configure" -> configure();
            case "publish" -> publish();
            case "report" -> report();
            default -> document(verb);
        }
    }

    // -- documents --

    /** The document as the person reads it now, or the copy that he holds. */
    private void with(Consumer<Document> act) {
        if (is("held")) {
            act.accept(world.held.get(new StoryWorld.Copy(person(), text("document"))));
            return;
        }
        try (Document document = session.open(id())) {
            act.accept(document);
        }
    }

    private Document merge(Document document) {
        return spec.containsKey("fields") ? document.mergeJson(StoryValues.text(resolved("fields"))) : document;
    }

    private void decideOn(Function<Document, Decision> act) {
        with(document -> decision = act.apply(merge(document)));
    }

    /** Places, fills and stores a document just made; it gets its name when it was stored. */
    private void finishNew(Document made) {
        Map<String, Object> place = Json.map(spec.get("place"));
        try {
            if (!place.isEmpty()) {
                made.move((String) place.get("company"), (String) place.get("department"));
            }
            merge(made);
            if (!spec.containsKey("then")) {
                made.save();
            } else {
                decision = text("then").equals("enter") ? made.enter() : made.submit();
            }
        } finally {
            if (made.id() != 0 && spec.containsKey("document")) {
                world.documents.put(text("document"), made.id());
            }
            made.close();
        }
    }

    private void document(String verb) {
        switch (verb) {
            case "open" -> with(document -> answer = Json.map(Text.utf8(document.toJson())));
            case "hold" -> world.held.put(new StoryWorld.Copy(person(), text("document")), session.open(id()));
            case "follow" -> with(document -> document.integer(text("field")).ifPresent(id -> world.documents.put(text("name"), id)));
            case "set" -> with(document -> merge(document).save());
            case "submit" -> decideOn(Document::submit);
            case "enter" -> decideOn(Document::enter);
            case "value" -> decideOn(Document::value);
            case "recall" -> with(document -> decision = document.recall(text("comment")));
            case "course" -> with(document -> decision = document.act(text("verb"), Json.map(resolved("arguments"))));
            case "void" -> with(document -> document.makeVoid(reason()));
            case "lose" -> with(document -> document.lose(reason()));
            case "delete" -> with(Document::delete);
            case "refuse" -> with(document -> document.refuse(spec.get("comment") == null ? "" : text("comment")));
            case "review", "unreview" -> with(document -> document.review(verb.equals("review")));
            case "confirm", "unconfirm" -> with(document -> document.confirm(verb.equals("confirm")));
            case "lock", "unlock" -> with(document -> document.setLocked(verb.equals("lock")));
            default -> throw new AssertionError("there is no verb " + verb);
        }
    }

    // -- finance's lock over many documents, and over months --

    private void lock(String verb) {
        switch (verb) {
            case "period" -> session.setPeriod(text("company"), text("type"), text("month"), text("state"));
            case "periods" -> answer = session.periods(text("company"), text("from"));
            default -> {
                long[] ids = ((List<?>) spec.get("documents")).stream()
                        .mapToLong(named -> named instanceof Long id ? id : world.document((String) named))
                        .toArray();
                answer = session.setLocked(verb.equals("lock_many"), ids);
            }
        }
    }

    // -- tasks --

    private static long findTask(Session session, boolean done, long document) {
        return session.tasks(done).filter(task -> task.document() == document).mapToLong(Task::id).reduce(0, (first, last) -> last);
    }

    /** The task on the document of the person, or of "task_of": open, else the last that was seen, else decided. */
    private long taskOf() {
        String whose = spec.containsKey("task_of") ? text("task_of") : person();
        Session asked = world.session(whose);
        StoryWorld.Asked key = new StoryWorld.Asked(whose, id());
        long open = asked == world.system ? 0 : findTask(asked, false, id());
        if (open != 0) {
            world.lastTasks.put(key, open);
        }
        Long seen = world.lastTasks.get(key);
        return seen != null ? seen : findTask(asked, true, id());
    }

    private void task(String verb) {
        long task = taskOf();
        switch (verb) {
            case "approve" -> decision = session.approve(task, text("comment"));
            case "reject" -> decision = session.reject(task, text("comment"));
            case "act" -> decision = act(task, resolved("arguments"));
            default -> answer = task;
        }
    }

    private Decision act(long task, Object arguments) {
        if (arguments instanceof Map<?, ?>) {
            return session.act(task, text("verb"), Json.map(arguments));
        }
        byte[] json = Json.write(arguments);
        return session.decide((raw, out) -> Native.task_act(raw, out, task, Text.plain(text("verb")), json));
    }

    // -- questions --

    private void ask(String verb) {
        switch (verb) {
            case "list" -> list();
            case "count" -> count();
            case "sum" -> answer = Map.of("rows", session.sums(query(), text("field"), text("group")));
            case "check" -> check();
            case "who_can" -> answer = session.whoCan(text("function"), id());
            case "functions" -> answer = session.functions();
            case "history" -> answer = session.history(id());
            case "statement" -> answer = statement();
            case "ageing" -> answer = session.accountAgeing(day());
            case "tasks" -> answer = session.tasks(is("done")).map(Task::data).toList();
            default -> with(document -> answer = document.preview());
        }
    }

    /** The day that is asked about; null: today. */
    private LocalDate day() {
        return spec.containsKey("day") ? LocalDate.parse(text("day")) : null;
    }

    private Map<String, Object> statement() {
        return resolved("customer") instanceof Long customer
                ? session.accountStatement(customer, day())
                : session.accountStatement(text("party"), day());
    }

    private void list() {
        if (isRefused()) {
            byte[] query = Json.write(resolved("query"));
            session.handle().use(raw -> Session.readPage(raw, query, new ArrayList<>()));
        } else {
            answer = session.documents(query().page(2)).map(Document::id).toList();
        }
    }

    private void count() {
        if (isRefused()) {
            byte[] query = Json.write(resolved("query"));
            session.handle().run(raw -> Native.list_count(raw, new long[1], null, query, cap()));
        } else {
            Count count = session.count(query(), cap());
            answer = spec.containsKey("cap") ? Map.of("count", count.number(), "cut", count.isCut()) : count.number();
        }
    }

    private long cap() {
        return spec.containsKey("cap") ? ((Number) spec.get("cap")).longValue() : 0;
    }

    private Query query() {
        Map<String, Object> given = Json.map(resolved("query"));
        Query query = Query.of((String) given.get("type")).order((String) given.get("order"));
        return given.containsKey("where") ? query.where(where(query.type(), Json.map(given.get("where")))) : query;
    }

    /** A condition as Java has it. */
    private Where where(String type, Map<String, Object> node) {
        if (node.containsKey("not")) {
            return Where.not(where(type, Json.map(node.get("not"))));
        }
        for (String junction : List.of("all", "any")) {
            if (node.containsKey(junction)) {
                Where[] parts = Json.maps(node.get(junction)).stream().map(part -> where(type, part)).toArray(Where[]::new);
                return junction.equals("all") ? Where.all(parts) : Where.any(parts);
            }
        }
        String name = (String) node.get("field");
        Field field = session.catalogue().get(type).fields().get(name);
        return node.get("op").equals("empty") ? Where.empty(name) : Where.field(name, (String) node.get("op"), field.fromJson(node.get("value")));
    }

    /** Both ways of asking must agree. */
    private void check() {
        decision = session.check(text("function"), id());
        try (Document document = session.open(id())) {
            StoryChecks.same(session.allows(text("function"), document), decision.outcome() == Outcome.YES, "check and allows");
        }
    }

    private void report() {
        answer = session.report(text("report"), spec.containsKey("arguments") ? Json.map(resolved("arguments")) : Map.of());
    }

    // -- messages --

    private Map<String, Object> asJson(Message message) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", message.id());
        json.put("to", message.party() == null ? world.codeOf(message.person()) : message.party());
        json.put("event", message.event());
        json.put("document", message.document());
        json.put("read", message.read());
        json.put("text", Map.of("en", message.en(), "zh", message.zh()));
        return json;
    }

    private List<Message> outbox() {
        return session instanceof SystemSession system ? system.outbox().toList()
            : session.rows((raw, out, after) -> Native.outbox(raw, out, after, PAGE)).map(Message::of).toList();
    }

    private void messages(String verb) {
        boolean ofSystem = verb.equals("outbox") || verb.equals("acknowledge");
        List<Message> found = ofSystem ? outbox() : session.inbox(is("unread")).toList();
        answer = found.stream().map(this::asJson).collect(Collectors.toList());
        for (Message message : found) {
            if (verb.equals("acknowledge")) {
                world.system.acknowledge(message.id());
            } else if (!verb.endsWith("box")) {
                session.setRead(message.id(), verb.equals("read"));
            }
        }
    }

    private void delivery(String verb) {
        SystemSession system = world.system;
        Duration given = Duration.ofMinutes(Json.number(spec.get("minutes")));
        switch (verb) {
            case "lease" -> {
                List<Lease> leased = system.lease(spec.containsKey("limit") ? (int) Json.number(spec.get("limit")) : 1000, given);
                world.leases.put(text("name"), leased);
                answer = leased.stream().map(one -> Map.of("message", one.message(), "attempt", (long) one.attempt(), "cloud_event", one.cloudEvent())).toList();
            }
            case "delivered" -> world.leases.get(text("name")).forEach(system::delivered);
            case "failed" -> world.leases.get(text("name")).forEach(leased -> system.failed(leased, text("reason"), given));
            case "dead_letters" -> answer = system.deadLetters().map(this::asJson).toList();
            default -> system.deadLetters().toList().forEach(message -> system.revive(message.id()));
        }
    }

    // -- transactions, configuration, rules --

    private void transaction(String verb) {
        switch (verb) {
            case "begin" -> session.begin();
            case "commit" -> session.commit();
            default -> session.rollback();
        }
        if (verb.equals("begin") && session != world.system) {
            world.inTransaction.add(person());
        } else {
            world.inTransaction.remove(person());
        }
    }

    private void configure() {
        Map<String, Object> wanted = StoryValues.copy(world.configuration);
        StoryValues.change(wanted, Json.map(spec.get("change")));
        try {
            answer = is("check_only") ? session.checkConfiguration(wanted) : session.applyConfiguration(wanted);
        } catch (DealerException.BadConfiguration bad) {
            answer = bad.findings();
            throw bad;
        }
        world.configuration.putAll(wanted);
    }

    /** The starter rules with some files replaced, added, or (null) left out. */
    private void publish() {
        Map<String, Object> rules = world.system.starterRules();
        Map<String, Object> files = Json.map(rules.get("files"));
        Json.map(spec.get("files")).forEach((name, lines) -> {
            if (lines == null) {
                files.remove(name);
            } else {
                files.put(name, lines instanceof List<?> several ? several.stream().map(line -> line + "\n").collect(Collectors.joining()) : lines);
            }
        });
        if (session instanceof SystemSession system) {
            answer = is("check_only") ? system.checkRules(rules) : system.publishRules(rules);
        } else {
            byte[] text = Json.write(rules);
            session.json((raw, out) -> Native.rules_publish(raw, out, text, 0));
        }
    }
}
