package org.libdealer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Values of the stories of tests/cases/story. */
final class StoryValues {
    static final Path STORIES = Path.of(System.getProperty("repository.root"), "tests", "cases", "story");

    private StoryValues() {
    }

    static Map<String, Object> read(Path path) {
        try {
            return Json.map(Files.readAllBytes(path));
        } catch (IOException error) {
            throw new AssertionError(error);
        }
    }

    static String text(Object value) {
        return Text.of(Json.write(value));
    }

    /** A copy that shares nothing. */
    static Map<String, Object> copy(Map<String, Object> value) {
        return Json.map(Json.write(value));
    }

    static List<?> list(Object value) {
        return value instanceof List<?> items ? items : List.of();
    }

    static Object each(Object value, UnaryOperator<Object> change) {
        if (value instanceof Map<?, ?> members) {
            Map<String, Object> result = new LinkedHashMap<>();
            members.forEach((key, item) -> result.put((String) key, change.apply(item)));
            return result;
        }
        if (value instanceof List<?> items) {
            List<Object> result = new ArrayList<>();
            items.forEach(item -> result.add(change.apply(item)));
            return result;
        }
        return value;
    }

    /** "$x" is the row's x. */
    static Object fill(Object value, Map<String, Object> row) {
        if (value instanceof String text && text.startsWith("$") && row.containsKey(text.substring(1))) {
            return row.get(text.substring(1));
        }
        return each(value, item -> fill(item, row));
    }

    /** "@name" is the id of that document, {"yuan": 12} and {"fen": 1200} are money. */
    static Object resolve(Object value, Map<String, Long> documents) {
        if (value instanceof String text && text.startsWith("@") && documents.containsKey(text.substring(1))) {
            return documents.get(text.substring(1));
        }
        if (value instanceof Map<?, ?> members && members.size() == 1) {
            if (members.get("yuan") instanceof Long yuan) {
                return Money.ofMinor(yuan * 100, "CNY");
            }
            if (members.get("fen") instanceof Long fen) {
                return Money.ofMinor(fen, "CNY");
            }
        }
        return each(value, item -> resolve(item, documents));
    }

    /** Objects have what is asked for (null: that it is absent); lists match element by element. */
    static boolean matches(Object found, Object wanted) {
        if (wanted instanceof Map<?, ?> members) {
            return found instanceof Map<?, ?> there
                && members.entrySet().stream().allMatch(member -> matches(there.get(member.getKey()), member.getValue()));
        }
        if (wanted instanceof List<?> items) {
            return found instanceof List<?> there && there.size() == items.size() && sameOrder(there, items);
        }
        return Objects.equals(found, wanted);
    }

    private static boolean sameOrder(List<?> found, List<?> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            if (!matches(found.get(i), wanted.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** In any order; each of wanted matches one of found, and there are no more. */
    static boolean sameItems(List<?> found, List<?> wanted) {
        List<Object> left = new ArrayList<>(found);
        for (Object item : wanted) {
            int at = 0;
            while (at < left.size() && !matches(left.get(at), item)) {
                at++;
            }
            if (at == left.size()) {
                return false;
            }
            left.remove(at);
        }
        return left.isEmpty();
    }

    // -- changes to a configuration --

    private static Object key(Object element) {
        return element instanceof Map<?, ?> members ? Objects.requireNonNullElse(members.get("code"), members.get("name")) : null;
    }

    private static boolean hasKey(Object element) {
        return element instanceof Map<?, ?> members && (members.get("code") != null || members.get("name") != null);
    }

    private static void changeElement(List<Object> list, Object element) {
        for (int i = 0; hasKey(element) && i < list.size(); i++) {
            if (!hasKey(list.get(i)) || !key(list.get(i)).equals(key(element))) {
                continue;
            }
            if (Json.map(element).get("remove") == Boolean.TRUE) {
                list.remove(i);
            } else {
                change(Json.map(list.get(i)), Json.map(element));
            }
            return;
        }
        list.add(Json.read(Json.write(element)));
    }

    @SuppressWarnings("unchecked")
    private static List<Object> open(Object list) {
        return (List<Object>) list;
    }

    private static void changeMember(Map<String, Object> target, String name, Object item) {
        Object there = target.get(name);
        boolean grows = name.equals("messages") || name.equals("reviews");
        if (item instanceof List<?> items && there instanceof List<?> && (grows || !items.isEmpty() && hasKey(items.get(0)))) {
            items.forEach(element -> changeElement(open(there), element));
        } else if (item instanceof Map<?, ?> && there instanceof Map<?, ?>) {
            change(Json.map(there), Json.map(item));
        } else if (item == null) {
            target.remove(name);
        } else {
            target.put(name, Json.read(Json.write(item)));
        }
    }

    /** Changes a configuration, as README.md of the stories says. */
    static void change(Map<String, Object> target, Map<String, Object> changes) {
        changes.forEach((name, item) -> changeMember(target, name, item));
    }
}
