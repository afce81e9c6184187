package org.libdealer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The stories of tests/cases/story, each a named test on a store of its own; the same that the C tests play. */
class StoriesTest {
    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> stories() throws IOException {
        Path prepared = folder.resolve("prepared.db");
        Map<String, Object> configuration = StoryWorld.prepare(prepared);
        List<Path> paths;
        try (Stream<Path> files = Files.list(StoryValues.STORIES)) {
            paths = files.filter(path -> path.toString().endsWith(".json")).sorted().toList();
        }
        return paths.stream().flatMap(path -> Json.maps(StoryValues.read(path).get("stories")).stream()).flatMap(StoriesTest::each)
            .map(story -> DynamicTest.dynamicTest((String) story.get("name"), () -> test(prepared, configuration, story)));
    }

    /** The story, or one for each of its rows, "story: row". */
    private static Stream<Map<String, Object>> each(Map<String, Object> story) {
        if (!story.containsKey("rows")) {
            return Stream.of(story);
        }
        return Json.maps(story.get("rows")).stream().map(row -> {
            Map<String, Object> filled = new LinkedHashMap<>(Json.map(StoryValues.fill(story, row)));
            filled.put("name", story.get("name") + ": " + row.get("name"));
            return filled;
        });
    }

    private static void test(Path prepared, Map<String, Object> configuration, Map<String, Object> story) throws IOException {
        StoryWorld world = StoryWorld.copy(prepared, folder.resolve("story.db"), configuration);
        try (world) {
            play(world, story);
            assertEquals(List.of(), world.system.verifyStore());
        }
        world.remove();
    }

    /** Scenes, each once, then steps. */
    private static void play(StoryWorld world, Map<String, Object> story) {
        for (Object scene : StoryValues.list(story.get("with"))) {
            if (world.scenes.add((String) scene)) {
                play(world, Json.map(Json.map(StoryWorld.GROUP.get("scenes")).get(scene)));
            }
        }
        int index = 0;
        for (Map<String, Object> spec : Json.maps(story.get("steps"))) {
            index++;
            try {
                play(world, new StoryStep(world, spec));
            } catch (AssertionError error) {
                throw new AssertionError("step " + index + ": " + StoryValues.text(spec) + "\n    " + error.getMessage(), error);
            }
        }
    }

    private static void play(StoryWorld world, StoryStep step) {
        boolean watched = (step.isRefused() || Json.map(step.spec.get("expect")).containsKey("outcome")) && world.inTransaction.isEmpty();
        Object before = watched ? world.dump() : null;
        step.act();
        StoryChecks.all(step);
        if (watched && (step.error != null || step.decision != null && !step.decision.isYes())) {
            assertEquals(before, world.dump(), "was refused, and changed something all the same");
        }
    }
}
