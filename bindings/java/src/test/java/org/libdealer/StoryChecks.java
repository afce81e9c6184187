package org.libdealer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What came of a step, held against what the story expects. */
final class StoryChecks {
    private static final Pattern HOLE = Pattern.compile("\\{[a-z_]+\\}");

    private final StoryStep step;

    private StoryChecks(StoryStep step) {
        this.step = step;
    }

    static void that(boolean holds, String what, Object found, Object wanted) {
        if (!holds) {
            throw new AssertionError(what + ": found " + found + ", expected " + wanted);
        }
    }

    static void same(Object found, Object wanted, String what) {
        that(wanted.equals(found), what, found, wanted);
    }

    /** Everything that the story expects of the step. */
    static void all(StoryStep step) {
        StoryChecks checks = new StoryChecks(step);
        Map<String, Object> expect = Json.map(step.spec.get("expect"));
        if (step.isRefused()) {
            checks.refusal(Json.map(step.spec.get("refused")));
        } else {
            that(step.error == null, "status of the call", step.error, "OK");
            checks.outcome((String) expect.get("outcome"));
        }
        checks.document(expect);
        expect.forEach(checks::member);
    }

    // -- refusals and decisions --

    private static List<DealerException.Cause> levels(DealerException error) {
        List<DealerException.Cause> levels = new ArrayList<>(List.of(new DealerException.Cause(error.id(), error.en(), error.zh())));
        levels.addAll(error.causes());
        return levels;
    }

    private static boolean isWhole(String sentence) {
        return sentence != null && !sentence.isEmpty() && !HOLE.matcher(sentence).find();
    }

    private void refusal(Map<String, Object> wanted) {
        that(step.error != null, "refusal", step.decision != null ? step.decision : step.answer, wanted);
        List<DealerException.Cause> levels = levels(step.error);
        String status = "DEALER_E_" + step.error.status().name();
        String id = (String) wanted.get("id");
        String words = (String) wanted.get("says");
        that(status.equals(wanted.get("status")), "refusal", step.error, wanted);
        that(id == null || levels.stream().anyMatch(level -> level.id().equals(id)), "id", levels, id);
        that(words == null || levels.stream().anyMatch(level -> level.en().contains(words) || level.zh().contains(words)), "words", levels, words);
        that(levels.stream().allMatch(level -> isWhole(level.en()) && isWhole(level.zh())), "says what is wrong, in two languages", levels, wanted);
    }

    private void outcome(String wanted) {
        if (step.decision == null) {
            that(wanted == null, "outcome", null, wanted);
            return;
        }
        String found = step.decision.outcome().name().toLowerCase(Locale.ROOT);
        that(wanted == null ? step.decision.isYes() : found.equals(wanted), "outcome", step.decision, wanted);
        same(step.decision.data().get("outcome"), found, "outcome in the decision's JSON");
        that(!step.decision.en().isEmpty() || step.decision.reasons().isEmpty(), "sentence", step.decision, "words");
    }

    private void reasons(Object wanted) {
        List<String> found = step.decision.reasons().stream().map(Decision.Reason::id).toList();
        that(found.containsAll(StoryValues.list(wanted)), "reasons", found, wanted);
    }

    // -- documents --

    private void document(Map<String, Object> expect) {
        if (!expect.containsKey("status") && !expect.containsKey("number") && !expect.containsKey("fields")) {
            return;
        }
        Map<String, Object> wanted = new LinkedHashMap<>(Json.map(resolved(expect.get("fields"))));
        try (Document document = step.world.reader(step.person()).open(step.id())) {
            Map<String, Object> found = Json.map(Text.utf8(document.toJson()));
            that(StoryValues.matches(found, wanted), "fields", found, wanted);
            if (expect.containsKey("status")) {
                same(document.status().name().toLowerCase(Locale.ROOT), expect.get("status"), "status");
            }
            if (expect.containsKey("number")) {
                that(StoryValues.matches(document.number().orElse(null), expect.get("number")), "number", document.number(), expect.get("number"));
            }
        }
    }

    private Object resolved(Object wanted) {
        return StoryValues.resolve(wanted, step.world.documents);
    }

    private List<String> codes(Object rows) {
        List<String> codes = new ArrayList<>();
        Json.maps(rows).forEach(row -> codes.add(step.world.codeOf(row.get("person"))));
        return codes;
    }

    private void awaited(Object wanted) {
        List<String> found = codes(step.world.reader(step.person()).history(step.id()).get("awaited"));
        that(StoryValues.sameItems(found, StoryValues.list(wanted)), "awaited", found, wanted);
    }

    // -- answers --

    private void documents(Object wanted) {
        List<Object> found = new ArrayList<>();
        StoryValues.list(step.answer).forEach(item -> found.add(item instanceof Map<?, ?> task ? task.get("document") : item));
        List<Object> ids = new ArrayList<>();
        StoryValues.list(wanted).forEach(name -> ids.add(step.world.document((String) name)));
        same(found, ids, "documents");
    }

    private void messages(Object wanted) {
        List<Object> named = new ArrayList<>();
        for (Map<String, Object> one : Json.maps(wanted)) {
            Map<String, Object> copy = new LinkedHashMap<>(one);
            copy.computeIfPresent("document", (key, name) -> step.world.document((String) name));
            named.add(copy);
        }
        that(StoryValues.sameItems(StoryValues.list(step.answer), named), "messages", step.answer, named);
    }

    /** Items of a history, by their kind or by members, in this order among others. */
    private void kinds(Object wanted) {
        List<?> kinds = StoryValues.list(resolved(wanted));
        int at = 0;
        for (Map<String, Object> entry : Json.maps(Json.map(step.answer).get("history"))) {
            Object found = at < kinds.size() && kinds.get(at) instanceof String ? entry.get("kind") : entry;
            at += at < kinds.size() && StoryValues.matches(found, kinds.get(at)) ? 1 : 0;
        }
        that(at == kinds.size(), "items of the history", step.answer, wanted);
    }

    private void containing(Object found, Object wanted, boolean should) {
        for (Object one : StoryValues.list(resolved(wanted))) {
            boolean has = StoryValues.list(found).stream().anyMatch(item -> StoryValues.matches(item, one));
            that(has == should, should ? "includes" : "excludes", found, one);
        }
    }

    /** Words anywhere in the answer, or nowhere. */
    private void words(Object wanted, boolean should) {
        for (Object one : StoryValues.list(wanted)) {
            that(String.valueOf(step.answer).contains((String) one) == should, should ? "says" : "silent", step.answer, one);
        }
    }

    private void route(Object wanted) {
        List<Object> found = new ArrayList<>();
        Json.maps(step.answer).forEach(node -> found.add(codes(node.get("people"))));
        same(found, wanted, "people of the route");
    }

    private void member(String key, Object wanted) {
        switch (key) {
            case "outcome", "status", "number", "fields" -> { } // told before
            case "reasons" -> reasons(wanted);
            case "decision" -> that(StoryValues.matches(step.decision.data(), resolved(wanted)), key, step.decision, wanted);
            case "awaited" -> awaited(wanted);
            case "count", "answer" -> that(StoryValues.matches(step.answer, resolved(wanted)), key, step.answer, wanted);
            case "documents" -> documents(wanted);
            case "messages" -> messages(wanted);
            case "kinds" -> kinds(wanted);
            case "without" -> containing(Json.map(step.answer).get("history"), wanted, false);
            case "sources" -> containing(Json.map(step.answer).get("sources"), wanted, true);
            case "includes" -> containing(step.answer, wanted, true);
            case "excludes" -> containing(step.answer, wanted, false);
            case "says" -> words(wanted, true);
            case "silent" -> words(wanted, false);
            case "route" -> route(wanted);
            default -> throw new AssertionError("the story expects what no runner knows: " + key);
        }
    }
}
