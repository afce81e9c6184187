package org.libdealer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a case of tests/cases/approval is given, as a host says it: people as a configuration, the flow as a rule file. */
final class ApprovalSetting {
    private static final long FULL_MONEY = 10_000;
    private static final long NO_MONEY = 1;

    /** The case says what no host can bring about. */
    static final class Inexpressible extends RuntimeException {
        Inexpressible(String why) {
            super(why);
        }
    }

    final Object flow;
    final Map<String, Object> people;
    final Set<String> administrators;

    ApprovalSetting(Object flow, Map<String, Object> people, Set<String> administrators) {
        this.flow = flow;
        this.people = people;
        this.administrators = administrators;
    }

    List<String> texts(String member) {
        return StoryValues.list(people.get(member)).stream().map(String.class::cast).toList();
    }

    Map<String, Object> members(String member) {
        return Json.map(people.get(member));
    }

    // -- the flow, as a rule file in Lua --

    private static void each(Object value, Consumer<Object> visit) {
        visit.accept(value);
        Collection<?> items = value instanceof Map<?, ?> members ? members.values() : StoryValues.list(value);
        items.forEach(item -> each(item, visit));
    }

    /** Texts under a name anywhere in the flow. */
    private Set<String> named(String... names) {
        Set<String> found = new TreeSet<>();
        each(flow, part -> {
            for (String name : names) {
                if (part instanceof Map<?, ?> object && object.get(name) instanceof String text) {
                    found.add(text);
                }
            }
        });
        return found;
    }

    private static String lua(Object value) {
        if (value instanceof Map<?, ?> members) {
            return members.entrySet().stream().map(one -> "[" + lua(one.getKey()) + "] = " + lua(one.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof List<?> items) {
            return items.stream().map(ApprovalSetting::lua).collect(Collectors.joining(", ", "{", "}"));
        }
        return StoryValues.text(value);
    }

    /** Titles for what has none, conditions over fields of the document, and what an approval covers. */
    private Object completed(Object value) {
        if (value instanceof List<?> items) {
            return items.stream().map(this::completed).toList();
        }
        if (!(value instanceof Map<?, ?>)) {
            return value;
        }
        Map<String, Object> made = new LinkedHashMap<>();
        Json.map(value).forEach((name, item) -> made.put(name, name.equals("title") ? item : completed(item)));
        Object id = made.get("id");
        if (id != null && !made.containsKey("title")) {
            made.put("title", Map.of("en", id, "zh", id));
        }
        if (made.get("predicate") instanceof String rule) {
            made.put("predicate", Map.of("field", "is_" + rule, "op", "=", "value", true));
        }
        if (Set.of("approve", "rule").contains(String.valueOf(made.get("kind"))) && people.containsKey("content") && id instanceof String) {
            made.put("covers", List.of(contents().containsKey(id) ? "content_" + id : "fixed"));
        }
        if (made.get("field") instanceof String field && !made.containsKey("op")) {
            made.put("field", "who_" + field);
        }
        return made;
    }

    /** What nodes cover, by their own ids, also of those inside another flow. */
    private Map<String, Object> contents() {
        Map<String, Object> found = new LinkedHashMap<>();
        members("content").forEach((node, text) -> found.put(node.substring(node.lastIndexOf('/') + 1), text));
        return found;
    }

    /** The flow, and those that stand inside it, each a file; the note makes another version of them. */
    Map<String, Object> ruleFiles(String note) {
        each(flow, part -> {
            if (part == null || part instanceof Map<?, ?> members && members.isEmpty()) {
                throw new Inexpressible("null and an empty object are nothing that Lua has");
            }
        });
        String functions = named("rule").stream().map(rule -> "[" + lua(rule) + "] = function(input) "
            + (rule.equals("broken") ? "error('broken')" : "return input.document.is_" + rule + " == true") + " end")
            .collect(Collectors.joining(", "));
        Map<String, Object> files = new LinkedHashMap<>();
        String end = " }\n-- " + note + "\n";
        Object outer = flow;
        if (flow instanceof Map<?, ?>) {
            Map<String, Object> rest = new LinkedHashMap<>(Json.map(flow));
            Json.map(rest.remove("sub_flows")).forEach((name, inner) -> {
                Map<String, Object> one = new LinkedHashMap<>(Json.map(inner));
                one.put("sub_only", true);
                files.put("flow/" + name + ".lua", ruleFile(name, functions, one) + end);
            });
            outer = rest;
        }
        files.put("flow/request.lua", ruleFile("flow.request", functions, outer) + end);
        if (people.containsKey("choices")) {
            members("choices").forEach((name, chosen) -> files.put("choice/" + name + ".lua", choice(name, "return { people = {"
                + StoryValues.list(chosen).stream().map(person -> "{ employee = " + lua(person) + ", en = 'chosen by rule', zh = 'chosen by rule' }")
                .collect(Collectors.joining(", ")) + "} }") + end));
            files.put("choice/broken.lua", choice("broken", "error('the rule failed')") + end);
        }
        return files;
    }

    /** A rule that chooses. */
    private static String choice(String id, String body) {
        return "return { id = " + lua(id) + ", title = { en = 'c', zh = 'c' }, type = 'request', choose = function() " + body + " end";
    }

    private String ruleFile(String id, String functions, Object one) {
        return "return { id = " + lua(id) + ", title = { en = 'request', zh = '申请' }, type = 'request',\nconditions = { " + functions
            + " },\nflow = " + lua(completed(one));
    }

    // -- people, as a configuration --

    /** Heads of the document's department upwards; a head of a person is the nearest that is not he. */
    private List<String> heads() {
        Map<String, Object> heads = members("heads");
        List<String> above = !texts("department_heads").isEmpty() || !heads.containsKey("S") ? texts("department_heads")
            : List.of((String) heads.get("S"));
        heads.forEach((person, head) -> {
            if (!head.equals(above.stream().filter(one -> !one.equals(person)).findFirst().orElse(null))) {
                throw new Inexpressible("a head who is no department's");
            }
        });
        return above;
    }

    private List<Map<String, Object>> holdings(String person) {
        List<Map<String, Object>> held = new ArrayList<>();
        boolean first = person.equals(texts("persons").get(0));
        held.add(Map.of("post", first ? "maker" : texts("cannot_read").contains(person) ? "blind" : "member"));
        if (administrators.contains(person)) {
            held.add(Map.of("post", "chief"));
        }
        members("posts").forEach((key, holders) -> {
            String post = key.substring(0, key.indexOf('@'));
            String place = key.substring(key.indexOf('@') + 1);
            boolean inDepartment = place.equals("department");
            if (StoryValues.list(holders).contains(person)) {
                held.add(Map.of("post", post, inDepartment ? "department" : "company",
                    inDepartment ? "D1" : place.equals("company") ? "C" : place));
            }
        });
        return held;
    }

    private static Map<String, Object> post(String code, String scope, String... functions) {
        List<Object> grants = functions.length == 0 ? List.of() : List.of(Map.of("functions", List.of(functions), "scope", scope));
        return Map.of("code", code, "name", code, "grants", grants);
    }

    private List<Object> posts() {
        Set<String> codes = named("post");
        members("posts").keySet().forEach(key -> codes.add(key.substring(0, key.indexOf('@'))));
        codes.remove("");
        List<Object> posts = new ArrayList<>(List.of(
            post("maker", "self", "request.read", "request.create", "request.edit", "request.submit"),
            post("member", "company", "request.read"), post("blind", "company"),
            post("chief", "company", "request.read", "request.administer")));
        codes.forEach(code -> posts.add(post(code, "company")));
        return posts;
    }

    private List<Object> companies() {
        Set<String> codes = named("company");
        members("posts").keySet().forEach(key -> codes.add(key.substring(key.indexOf('@') + 1)));
        codes.removeAll(Set.of("company", "department"));
        return Stream.concat(Stream.of("C"), codes.stream())
            .<Object>map(code -> Map.of("code", code, "name", code, "kinds", List.of("sales"), "currency", "CNY")).toList();
    }

    private List<Object> departments(List<String> heads) {
        List<Object> departments = new ArrayList<>();
        for (int level = 1; level <= Math.max(1, heads.size()); level++) {
            Map<String, Object> one = new LinkedHashMap<>(Map.of("code", "D" + level, "name", "D" + level, "company", "C"));
            if (level < heads.size()) {
                one.put("parent", "D" + (level + 1));
            }
            if (level <= heads.size()) {
                one.put("head", heads.get(level - 1));
            }
            departments.add(one);
        }
        return departments;
    }

    private static Map<String, Object> field(String name, String kind) {
        return Map.of("name", name, "en", name, "zh", name, "kind", kind, "on_way", true, "material", kind.equals("text"));
    }

    /** The document: an amount, who is named in it, what holds of it, what approvals cover. */
    private List<Map<String, Object>> fields() {
        Set<String> names = named("field");
        names.addAll(members("fields").keySet());
        Set<String> rules = named("rule", "predicate");
        rules.addAll(texts("true"));
        Set<String> nodes = named("id");
        nodes.retainAll(contents().keySet());
        List<Map<String, Object>> fields = new ArrayList<>(List.of(field("amount", "money"), field("fixed", "text")));
        names.forEach(name -> fields.add(field("who_" + name, "employee")));
        rules.forEach(name -> fields.add(field("is_" + name, "boolean")));
        nodes.forEach(name -> fields.add(field("content_" + name, "text")));
        return fields;
    }

    Map<String, Object> configuration() {
        List<String> heads = heads();
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("group", Map.of("code", "G", "name", "集团"));
        made.put("companies", companies());
        made.put("departments", departments(heads));
        made.put("types", List.of(Map.of("name", "request", "prefix", "RQ", "en", "request", "zh", "申请", "fields", fields())));
        made.put("posts", posts());
        made.put("employees", texts("persons").stream().map(person -> Map.of("code", person, "name", person, "department", "D1", "posts",
            texts("gone").contains(person) ? List.of() : holdings(person))).toList());
        made.put("limits", IntStream.range(0, heads.size()).mapToObj(level -> Map.of("type", "request", "department", "D" + (level + 1),
            "amount", Money.ofMinor(texts("covers").contains(heads.get(level)) ? FULL_MONEY : NO_MONEY, "CNY"))).toList());
        made.put("calendars", List.of(Map.of("hours", List.of("09:00", "17:00"))));
        return made;
    }

    /** What the setting says of its document; employees by their ids. */
    Map<String, Object> document(Map<String, Long> ids) {
        Map<String, Object> made = new LinkedHashMap<>();
        for (Map<String, Object> field : fields()) {
            String name = (String) field.get("name");
            String rest = name.substring(name.indexOf('_') + 1);
            if (name.startsWith("is_")) {
                made.put(name, texts("true").contains(rest));
            } else if (name.startsWith("who_") && members("fields").containsKey(rest)) {
                made.put(name, ids.get(members("fields").get(rest)));
            } else if (name.startsWith("content_")) {
                made.put(name, contents().get(rest));
            }
        }
        return made;
    }

    /** Whether others work there, in other posts. */
    boolean differsInPeople(ApprovalSetting other) {
        Set<String> names = new TreeSet<>(other.people.keySet());
        names.removeAll(Set.of("content", "true", "fields"));
        return !names.stream().allMatch(name -> Objects.equals(people.get(name), other.people.get(name)));
    }
}
