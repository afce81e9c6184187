package org.libdealer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The world of a case of tests/cases/approval: a store with its people, the flow in force, and one document of the first of them. */
final class ApprovalWorld implements AutoCloseable {
    private static final Set<String> BESIDES = Set.of("created", "changed"); // what the door writes around the engine's steps
    private static final Set<String> ON_DOCUMENT =
        Set.of("suspend", "resume", "terminate", "override_pass", "override_reject", "remind", "comment");
    private static final Map<String, String> NAMES = Map.of("person", "person", "target", "to", "back", "jump_back", "comment", "comment");

    /** Why something was refused; a call about many says it by its rows, or by having none. */
    record Refusal(String status, List<String> ids, List<String> texts) {
        static final String NOTHING = "NOTHING";

        static Refusal of(DealerException error) {
            Stream<DealerException.Cause> causes = error.causes().stream();
            List<String> ids = new ArrayList<>(List.of(error.id()));
            List<String> texts = new ArrayList<>(List.of(error.en()));
            causes.forEach(cause -> {
                ids.add(cause.id());
                texts.add(cause.en());
            });
            return new Refusal(error.status().name(), ids, texts);
        }

        static Refusal of(Map<String, Object> row) {
            return new Refusal(((String) row.get("status")).substring("DEALER_E_".length()), List.of(), List.of((String) row.get("en")));
        }

        static Refusal ofNothing() {
            return new Refusal(NOTHING, List.of(NOTHING), List.of(NOTHING));
        }
    }

    private ApprovalSetting setting;
    private volatile Instant now = Instant.parse("2026-03-02T01:00:00Z"); // Monday, 09:00 where the dealer is
    private final Store store = Store.inMemory(StoreOptions.defaults().withClock(() -> now));
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, Long> ids = new LinkedHashMap<>();
    private final SystemSession system = store.system("cases");
    private Map<String, Object> changed = Map.of();
    private long document;
    private long told;

    ApprovalWorld(ApprovalSetting setting) {
        this.setting = setting;
        configure();
    }

    @Override
    public void close() {
        sessions.values().forEach(Session::close);
        system.close();
        store.close();
    }

    private void configure() {
        system.applyConfiguration(setting.configuration());
        ids.clear();
        Json.maps(system.organisation().get("employees")).forEach(one -> ids.put((String) one.get("code"), Json.number(one.get("id"))));
    }

    void publish(String note) {
        system.publishRules(Map.of("note", note, "files", setting.ruleFiles(note)));
    }

    /** The document as a draft, of which nothing is told yet. */
    void begin() {
        Document made = session(submitter()).create("request").set("amount", Money.ofMinor(100, "CNY"));
        document = made.mergeJson(StoryValues.text(setting.document(ids))).save().id();
        made.close();
        read();
    }

    List<Map<String, Object>> verify() {
        return system.verifyStore();
    }

    /** Other people from now on, for what is under way as well; what the document says is written by whoever acts next. */
    void change(Map<String, Object> people) {
        Map<String, Object> before = setting.document(ids);
        ApprovalSetting next = new ApprovalSetting(setting.flow, people, setting.administrators);
        boolean differs = setting.differsInPeople(next);
        setting = next;
        if (differs) {
            configure();
            session(setting.administrators.iterator().next()).migrateApprovals(false, null, 0, 1000);
            read();
        }
        changed = new LinkedHashMap<>(setting.document(ids));
        changed.entrySet().removeIf(one -> Objects.equals(before.get(one.getKey()), one.getValue()));
    }

    private String submitter() {
        return setting.texts("persons").get(0);
    }

    private Session session(String person) {
        return sessions.computeIfAbsent(person, store::session);
    }

    private Document open(String person) {
        return session(person).open(document);
    }

    private String code(Object id) {
        return ids.entrySet().stream().filter(one -> one.getValue().equals(id)).map(Map.Entry::getKey).findFirst().orElse("?");
    }

    // -- what it shows --

    /** What the engine wrote into the history since it was read last. */
    List<Map<String, Object>> read() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Map<String, Object> entry : Json.maps(system.history(document).get("history"))) {
            long sequence = Json.number(entry.get("sequence"));
            if (entry.get("of").equals("journal") && sequence > told && !BESIDES.contains(entry.get("kind"))) {
                Map<String, Object> row = new LinkedHashMap<>(Json.map(entry.get("detail")));
                row.put("kind", entry.get("kind"));
                rows.add(row);
            }
            told = Math.max(told, sequence);
        }
        return rows;
    }

    private List<Map<String, Object>> nodes() {
        try {
            return Json.maps(system.open(document).explain(null).get("nodes"));
        } catch (DealerException.WrongState never) {
            return List.of();
        }
    }

    String state() {
        try {
            return (String) system.open(document).explain(null).get("state");
        } catch (DealerException.WrongState never) {
            return "new";
        }
    }

    long round() {
        return nodes().stream().mapToLong(node -> Json.number(node.get("round"))).max().orElse(0);
    }

    /** Who is awaited, task by task; those who may claim one are joined. */
    List<String> awaited() {
        Map<Long, List<String>> found = new TreeMap<>();
        if (state().equals("running")) {
            setting.texts("persons").stream().sorted()
                .forEach(person -> tasks(person).forEach(task -> found.computeIfAbsent(task, key -> new ArrayList<>()).add(person)));
        }
        return found.values().stream().map(people -> String.join("|", people)).toList();
    }

    private List<Long> tasks(String person) {
        return setting.texts("gone").contains(person) ? List.of() : session(person).tasks().map(Task::id).toList();
    }

    /** The nodes that count, each with its state. */
    List<String> standing() {
        return nodes().stream().filter(node -> node.get("counts") == Boolean.TRUE)
            .map(node -> node.get("node") + " " + node.get("state") + (node.get("overridden") == Boolean.TRUE ? " overridden" : ""))
            .toList();
    }

    /** The preview, node by node. */
    List<String> route() {
        return open(submitter()).preview().stream().map(node -> {
            String people = Json.maps(node.get("people")).stream().map(one -> " " + code(one.get("person"))).collect(Collectors.joining());
            return node.get("node") + (node.get("skipped") == Boolean.TRUE ? " skipped" : "") + people
                + (node.get("depends") == Boolean.TRUE ? " (depends)" : "");
        }).toList();
    }

    // -- what is done --

    /** The task that is named, or the only one of his; else the last that concerned him; else somebody's. */
    private long taskFor(Map<String, Object> action, String actor) {
        if (action.containsKey("task")) {
            return Json.number(action.get("task"));
        }
        List<Long> mine = tasks(actor);
        if (mine.size() > 1) {
            throw new ApprovalSetting.Inexpressible("which of his tasks: a host always says");
        }
        List<Long> done = action.get("verb").equals("take_back") ? session(actor).tasks(true).map(Task::id).toList() : List.of();
        List<Long> his = tasksWhere(row -> code(row.get("person")).equals(actor));
        return Stream.of(done, mine, his, tasksWhere(row -> "open".equals(row.get("state"))))
            .filter(list -> !list.isEmpty()).map(list -> list.get(list.size() - 1)).findFirst().orElse(1L);
    }

    private List<Long> tasksWhere(Predicate<Map<String, Object>> wanted) {
        return nodes().stream().flatMap(node -> Json.maps(node.get("people")).stream()).filter(wanted)
            .map(row -> Json.number(row.get("task"))).sorted().toList();
    }

    /** Whoever has it writes what has changed. */
    private void amend() {
        Map<String, Object> fields = changed;
        changed = Map.of();
        String state = state();
        List<String> awaited = awaited();
        if (state.equals("suspended")) {
            throw new ApprovalSetting.Inexpressible("nobody amends what is suspended");
        }
        boolean onWay = state.equals("running") && !awaited.isEmpty();
        open(onWay ? awaited.get(0).split("\\|")[0] : submitter()).mergeJson(StoryValues.text(fields)).save();
    }

    /** One action: how it was refused, or null. */
    Refusal act(Map<String, Object> action) {
        now = now.plus(Duration.ofSeconds(1)).plus(Duration.ofHours(Json.number(action.get("hours_later"))));
        String verb = (String) action.get("verb");
        if (action.containsKey("history")) {
            throw new ApprovalSetting.Inexpressible("how far a reader had read the history");
        }
        if (verb.equals("amend") && !action.containsKey("administrator")) {
            throw new ApprovalSetting.Inexpressible("amending is no verb of a host");
        }
        try {
            if (verb.equals("amend") || !changed.isEmpty()) {
                amend();
            }
            return verb.equals("amend") ? null : perform(verb, action);
        } catch (DealerException refused) {
            return Refusal.of(refused);
        }
    }

    private Refusal perform(String verb, Map<String, Object> action) {
        String actor = (String) action.get("actor");
        if (verb.equals("time_out")) {
            return fire(actor);
        }
        if (action.containsKey("administrator") && !setting.administrators.contains(actor)) {
            throw new ApprovalSetting.Inexpressible("administrates what he may not");
        }
        Map<String, Object> arguments = new LinkedHashMap<>();
        NAMES.forEach((name, argument) -> {
            if (action.containsKey(name)) {
                arguments.put(argument, action.get(name));
            }
        });
        switch (verb) {
            case "submit", "resubmit" -> {
                Decision decision = open(actor).submit();
                List<String> ids = decision.reasons().stream().map(Decision.Reason::id).toList();
                return decision.isYes() ? null : new Refusal("RULE", ids, List.of(decision.en()));
            }
            case "recall" -> open(actor).recall((String) action.get("comment"));
            case "hand_over" -> {
                String from = Objects.toString(action.get("from"), "");
                return ofRows(session(actor).handOver(from, Objects.toString(action.get("person"), ""), (String) action.get("comment")));
            }
            case "migrate" -> {
                publish("next");
                return ofRows(session(actor).migrateApprovals(false, (String) action.get("comment"), 0, 1000));
            }
            default -> {
                if (ON_DOCUMENT.contains(verb)) {
                    open(actor).act(verb, arguments);
                } else {
                    if (verb.equals("reject") || verb.equals("return")) {
                        arguments.putIfAbsent("comment", "-");
                    }
                    session(actor).act(taskFor(action, actor), verb, arguments);
                }
            }
        }
        return null;
    }

    private static Refusal ofRows(List<Map<String, Object>> rows) {
        if (rows.isEmpty()) {
            return Refusal.ofNothing();
        }
        return rows.stream().filter(row -> row.get("ok") != Boolean.TRUE).findFirst().map(Refusal::of).orElse(null);
    }

    private Refusal fire(String actor) {
        if (actor != null) {
            throw new ApprovalSetting.Inexpressible("the clock is nobody's verb");
        }
        Map<String, Object> answer = system.tick(1);
        List<Map<String, Object>> failed = Json.maps(answer.get("failed"));
        if (!failed.isEmpty()) {
            return Refusal.of(failed.get(0));
        }
        return Json.number(answer.get("fired")) == 0 ? Refusal.ofNothing() : null;
    }
}
