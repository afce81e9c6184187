package org.libdealer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The world of a story: a store made from one prepared file, a clock, the sessions of its people and the documents by their names. */
final class StoryWorld implements AutoCloseable {
    static final Map<String, Object> GROUP = StoryValues.read(StoryValues.STORIES.resolve("group.json"));

    /** Whose task on which document. */
    record Asked(String person, long document) {
    }

    /** Whose copy of which document. */
    record Copy(String person, String document) {
    }

    private final Path path;
    private volatile Instant now = morning((String) GROUP.get("start"));
    private final Store store;
    private final Map<String, Session> people = new LinkedHashMap<>();
    final SystemSession system;
    final Map<String, Object> configuration;
    final Map<String, Long> documents = new LinkedHashMap<>();
    final Set<String> inTransaction = new HashSet<>();
    final Map<Copy, Document> held = new HashMap<>();
    final Set<String> scenes = new HashSet<>();
    final Map<Asked, Long> lastTasks = new HashMap<>();
    final Map<String, List<Lease>> leases = new HashMap<>();

    /** A world on a store, with the configuration that is in force there; null: the one to begin with. */
    private StoryWorld(Path path, Map<String, Object> configuration) {
        this.path = path;
        store = Store.open(path, StoreOptions.defaults().withClock(() -> now));
        system = store.system("story");
        this.configuration = configuration == null ? first() : StoryValues.copy(configuration);
    }

    private Map<String, Object> first() {
        Map<String, Object> starter = system.starterConfiguration();
        starter.put("companies", new ArrayList<>());
        StoryValues.change(starter, Json.map(GROUP.get("configuration")));
        return starter;
    }

    /** Makes the file that every story's store is a copy of; returns its configuration. */
    static Map<String, Object> prepare(Path path) {
        try (StoryWorld world = new StoryWorld(path, null)) {
            world.system.applyConfiguration(world.configuration);
            world.system.publishRules(world.system.starterRules());
            return world.configuration;
        }
    }

    /** The world in which a story begins. */
    static StoryWorld copy(Path prepared, Path path, Map<String, Object> configuration) throws IOException {
        remove(path);
        Files.copy(prepared, path);
        return new StoryWorld(path, configuration);
    }

    @Override
    public void close() {
        held.values().forEach(Document::close);
        people.values().forEach(Session::close);
        system.close();
        store.close();
    }

    /** Removes the story's file and what SQLite keeps beside it. */
    void remove() {
        try {
            remove(path);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static void remove(Path path) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path.getParent(), path.getFileName() + "*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private static Instant morning(String day) {
        return LocalDate.parse(day).atTime(1, 0).toInstant(ZoneOffset.UTC);
    }

    /** Moves the clock: to the morning of a day, or null, and so many hours on. */
    void clock(String to, long hours) {
        now = (to == null ? now : morning(to)).plus(Duration.ofHours(hours));
    }

    /** The person's session, opened when he first acts, or the system's. */
    Session session(String person) {
        if (person.equals("system")) {
            return system;
        }
        Session known = people.get(person);
        if (known == null) {
            String[] names = person.split(" for ");
            known = names.length == 1 ? store.session(person) : store.substitute(names[0], names[1]);
            people.put(person, known);
        }
        return known;
    }

    /** Who reads what came of a step: the system, or, inside a person's transaction, he himself. */
    Session reader(String person) {
        return inTransaction.contains(person) ? people.get(person) : system;
    }

    /** An employee's code, or null. */
    String codeOf(Object person) {
        return Json.maps(system.organisation().get("employees")).stream().filter(one -> one.get("id").equals(person))
            .map(one -> (String) one.get("code")).findFirst().orElse(null);
    }

    /** {"employee": code} is that person's id. */
    Object withPeople(Object value) {
        if (value instanceof Map<?, ?> members && members.size() == 1 && members.get("employee") instanceof String code) {
            return Json.maps(system.organisation().get("employees")).stream().filter(one -> one.get("code").equals(code)).findFirst()
                .orElseThrow().get("id");
        }
        return StoryValues.each(value, this::withPeople);
    }

    long document(String name) {
        Long id = documents.get(name);
        if (id == null) {
            throw new AssertionError("the story has no document " + name + " yet");
        }
        return id;
    }

    /** The story of a document but for what rules said in calls that were refused: that is logged, and nothing else of them. */
    private Map<String, Object> keptHistory(long id) {
        Map<String, Object> history = new LinkedHashMap<>(system.history(id));
        history.put("history", Json.maps(history.get("history")).stream()
            .filter(item -> !Objects.equals(Json.map(item.get("detail")).get("kept"), 0L)).toList());
        return history;
    }

    private Object dump(long id) {
        try (Document document = system.open(id)) {
            return List.of(document.toJson(), keptHistory(id));
        } catch (DealerException gone) {
            return gone.status();
        }
    }

    /** Everything that a refused call must leave as it was: journal, documents, messages not yet delivered. */
    Object dump() {
        Map<String, Object> all = new LinkedHashMap<>();
        documents.forEach((name, id) -> all.put(name, dump(id)));
        return List.of(all, system.verifyJournal(), system.outbox().toList());
    }
}
