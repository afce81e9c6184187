package org.libdealer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of tests/cases/approval, as far as a host can bring them about. One case is one test. */
class ApprovalCasesTest {
    private static final Path CASES = Path.of(System.getProperty("repository.root"), "tests", "cases", "approval");
    /** What the door says before the engine is asked, and what the engine would have said. */
    private static final Map<String, Set<String>> DOOR = Map.of(
        "E_NO_SUCH_TASK", Set.of("DENIED", "NOT_FOUND", "STATE"), // another's; delegated: with another; before submission: none
        "E_TASK_DECIDED", Set.of("CONFLICT", "STATE", "DENIED"), "E_DENIED", Set.of("DENIED"), "E_STATUS_WRONG", Set.of("STATE"),
        "E_PERSON_UNKNOWN", Set.of("NOT_FOUND"), "E_COMMENT_NEEDED", Set.of("INVALID"), "E_NOT_IN_FLOW", Set.of("STATE"),
        "E_RULE_LIMIT_RESULT", Set.of("CONFIGURATION"), // so large, or so deep, that it is no flow yet
        ApprovalWorld.Refusal.NOTHING, Set.of("DENIED", "NOT_FOUND", "STATE"));

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        List<Path> paths;
        try (Stream<Path> files = Files.list(CASES)) {
            paths = files.filter(path -> path.toString().endsWith(".json")).sorted().toList();
        }
        return paths.stream().flatMap(path -> {
            Map<String, Object> file = StoryValues.read(path);
            String topic = path.getFileName().toString().replace(".json", "");
            return Json.maps(file.get("cases")).stream()
                .map(one -> DynamicTest.dynamicTest(topic + ": " + one.get("name"), () -> test(file, one)));
        });
    }

    /** A text is the name of one that the file defines for several cases. */
    private static Object defined(Map<String, Object> file, Map<String, Object> one, String member, String among) {
        Object value = one.getOrDefault(member, "default");
        return value instanceof String name ? Json.map(file.get(among)).get(name) : value;
    }

    private static void test(Map<String, Object> file, Map<String, Object> one) {
        Map<String, Object> people = Json.map(defined(file, one, "people", "people"));
        Set<String> administrators = new TreeSet<>(Set.of("X"));
        StoryValues.list(people.get("administrators")).forEach(person -> administrators.add((String) person));
        administrators.retainAll(StoryValues.list(people.get("persons")));
        try {
            play(new ApprovalSetting(defined(file, one, "flow", "flows"), people, administrators), one);
        } catch (ApprovalSetting.Inexpressible why) {
            Assumptions.abort(why.getMessage());
        }
    }

    private static void play(ApprovalSetting setting, Map<String, Object> one) {
        Map<String, Object> then = Json.map(one.get("then"));
        try (ApprovalWorld world = new ApprovalWorld(setting)) {
            ApprovalWorld.Refusal refusal = null;
            try {
                world.publish("first");
            } catch (DealerException refused) {
                refusal = ApprovalWorld.Refusal.of(refused);
            }
            checkRefused(refusal, then.get("refused"));
            if (refusal == null) {
                world.begin();
                checkThen(world, run(world, Json.maps(one.get("when"))), then);
                assertEquals(List.of(), world.verify());
            }
        }
    }

    /** Answers what the last action that was not refused wrote. */
    private static List<Map<String, Object>> run(ApprovalWorld world, List<Map<String, Object>> actions) {
        List<Map<String, Object>> rows = List.of();
        for (Map<String, Object> action : actions) {
            if (action.containsKey("now")) {
                world.change(Json.map(action.get("now")));
                continue;
            }
            ApprovalWorld.Refusal refusal = world.act(action);
            List<Map<String, Object>> happened = world.read();
            rows = refusal == null ? happened : rows;
            checkRefused(refusal, action.get("refused"));
            checkThen(world, happened, Json.map(action.get("then")));
        }
        return rows;
    }

    private static void checkRefused(ApprovalWorld.Refusal refusal, Object expected) {
        if (expected == null) {
            assertNull(refusal);
            return;
        }
        Map<String, Object> wanted = Json.map(expected);
        assertNotNull(refusal, "expected to be refused: " + wanted);
        String seen = wanted + " is not " + refusal;
        for (String id : refusal.ids()) {
            if (DOOR.containsKey(id)) {
                assertTrue(DOOR.get(id).contains(wanted.get("status")), seen);
                return;
            }
        }
        assertEquals(wanted.get("status"), refusal.status(), seen);
        assertTrue(!wanted.containsKey("id") || refusal.ids().isEmpty() || refusal.ids().contains(wanted.get("id")), seen);
        String says = (String) wanted.getOrDefault("says", "");
        assertTrue(refusal.texts().stream().anyMatch(text -> text.contains(says)), seen);
    }

    /** Who may claim a task, in the order of the alphabet. */
    private static String inOrder(Object item) {
        return Arrays.stream(item.toString().split("\\|")).sorted().collect(Collectors.joining("|"));
    }

    private static void checkThen(ApprovalWorld world, List<Map<String, Object>> rows, Map<String, Object> then) {
        then.forEach((key, wanted) -> {
            switch (key) {
                case "state" -> assertEquals(wanted, world.state());
                case "round" -> assertEquals(wanted, world.round());
                case "awaited" -> assertEquals(StoryValues.list(wanted).stream().map(ApprovalCasesTest::inOrder).toList(), world.awaited());
                case "nodes" -> assertEquals(wanted, world.standing());
                case "history" -> assertEquals(wanted, rows.stream().map(row -> row.get("kind")).toList());
                case "preview" -> assertEquals(wanted, world.route());
                case "reasons" -> {
                    String text = rows.stream().map(row -> row.get("en") + "; " + row.get("zh")).collect(Collectors.joining("; "));
                    StoryValues.list(wanted).forEach(reason -> assertTrue(text.contains((String) reason), reason + " in " + text));
                }
                default -> assertEquals("refused", key);
            }
        });
    }
}
