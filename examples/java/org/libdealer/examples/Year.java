package org.libdealer.examples;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.libdealer.DealerException;
import org.libdealer.Decision;
import org.libdealer.Document;
import org.libdealer.Outcome;
import org.libdealer.Session;
import org.libdealer.Store;
import org.libdealer.StoreOptions;
import org.libdealer.SystemSession;
import org.libdealer.Task;

/**
 * Plays a year at a dealer group through libdealer, checks everything that must hold, and prints the year on a page. The script comes from
 * {@code examples/year/make_year.py} on standard input; arguments: {@code page.json [zh|en] [store]}.
 */
public final class Year implements AutoCloseable {
    static final Gson GSON = new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE).create();

    private final Store store;
    private final SystemSession system;
    private final Map<String, Session> people = new HashMap<>();
    private final Map<String, Long> names = new HashMap<>();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /** A store in memory, or in a file. */
    public Year(Path path) {
        StoreOptions options = StoreOptions.defaults().withClock(() -> now);
        store = path == null ? Store.inMemory(options) : Store.open(path, options);
        system = store.system("a year at a dealer");
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        try (Year year = new Year(arguments.length > 2 ? Path.of(arguments[2]) : null)) {
            year.play(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
            year.check();
            PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            year.print(out, Path.of(arguments[0]), arguments.length < 2 || !arguments[1].equals("en"));
        }
    }

    @Override
    public void close() {
        people.values().forEach(Session::close);
        system.close();
        store.close();
    }

    /** A person's session, opened when he first acts. */
    public Session session(String person) {
        return people.computeIfAbsent(person, store::session);
    }

    // -- values --

    private long id(String name) {
        return Optional.ofNullable(names.get(name)).orElseThrow(() -> new IllegalStateException("no document is called " + name));
    }

    /** "@plan.instalments.0.amount": what a document says of itself. */
    private JsonElement lookUp(Session session, String path) {
        String[] steps = path.substring(1).split("\\.");
        try (Document document = session.open(id(steps[0]))) {
            JsonElement at = JsonParser.parseString(document.toJson());
            for (int i = 1; i < steps.length; i++) {
                at = at.isJsonArray() ? at.getAsJsonArray().get(Integer.parseInt(steps[i])) : at.getAsJsonObject().get(steps[i]);
            }
            return at;
        }
    }

    private JsonElement amount(Session session, JsonObject value) {
        long less = value.has("less") ? lookUp(session, text(value, "less")).getAsJsonObject().get("amount_minor").getAsLong() : 0;
        JsonObject money = new JsonObject();
        money.addProperty("amount_minor", value.get("fen").getAsLong() - less);
        money.addProperty("currency", "CNY");
        return money;
    }

    private JsonElement resolve(Session session, JsonElement value) {
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString() && value.getAsString().startsWith("@")) {
            return new JsonPrimitive(id(value.getAsString().substring(1)));
        }
        if (value.isJsonArray()) {
            JsonArray made = new JsonArray();
            value.getAsJsonArray().forEach(item -> made.add(resolve(session, item)));
            return made;
        }
        if (!value.isJsonObject()) {
            return value;
        }
        JsonObject object = value.getAsJsonObject();
        if (object.has("of")) {
            return lookUp(session, text(object, "of"));
        }
        if (object.has("fen")) {
            return amount(session, object);
        }
        JsonObject made = new JsonObject();
        object.entrySet().forEach(member -> made.add(member.getKey(), resolve(session, member.getValue())));
        return made;
    }

    private static String text(JsonObject line, String key) {
        return line.has(key) ? line.get(key).getAsString() : null;
    }

    // -- what the lines say --

    /** All lines. */
    public void play(BufferedReader lines) throws IOException {
        int number = 1;
        for (String text = lines.readLine(); text != null; text = lines.readLine(), number++) {
            JsonObject line = JsonParser.parseString(text).getAsJsonObject();
            now = Instant.ofEpochMilli(line.get("at").getAsLong());
            String refused = Optional.ofNullable(text(line, "refused")).map(status -> status.substring("DEALER_E_".length())).orElse("");
            String found = "";
            try {
                play(line);
            } catch (DealerException error) {
                found = error.status().name();
                if (!found.equals(refused)) {
                    throw new IllegalStateException("line " + number + ": " + text, error);
                }
            }
            if (!found.equals(refused)) {
                throw new IllegalStateException("line " + number + " should have been refused: " + text);
            }
        }
    }

    private void play(JsonObject line) {
        switch (text(line, "do")) {
            case "begin" -> begin(line);
            case "new", "derive" -> make(session(text(line, "as")), line);
            case "approve", "reject" -> decide(session(text(line, "as")), line);
            case "period" -> session(text(line, "as"))
                .setPeriod(text(line, "company"), text(line, "type"), text(line, "month"), text(line, "state"));
            case "lock_many" -> lockMany(session(text(line, "as")), line);
            default -> act(session(text(line, "as")), line);
        }
    }

    private void begin(JsonObject line) {
        system.applyConfiguration(line.get("configuration").toString());
        system.publishRules(system.starterRules());
        system.addMarket(GSON.fromJson(line.get("market"), new TypeToken<List<Map<String, Object>>>() { }.getType()));
    }

    private void make(Session session, JsonObject line) {
        String type = text(line, "type");
        try (Document document = line.has("from") ? session.derive(type, id(text(line, "from")), Map.of()) : session.create(type)) {
            finish(fill(session, document, line), text(line, "then"));
            names.put(text(line, "document"), document.id());
        }
    }

    private Document fill(Session session, Document document, JsonObject line) {
        return document.mergeJson(resolve(session, line.get("fields")).toString());
    }

    private static void finish(Document document, String then) {
        if (then == null) {
            document.save();
            return;
        }
        Decision decision = then.equals("enter") ? document.enter() : document.submit();
        if (decision.outcome() != Outcome.YES && decision.outcome() != Outcome.REFERRED) {
            throw new IllegalStateException("a rule says no: " + decision.en());
        }
    }

    private void decide(Session session, JsonObject line) {
        long document = id(text(line, "document"));
        Optional<Task> task = session.tasks().filter(one -> one.document() == document).findFirst();
        if (task.isEmpty() && !line.has("may")) {
            throw new IllegalStateException("nobody is asked: " + line);
        }
        String comment = text(line, "comment");
        task.ifPresent(one -> {
            if (text(line, "do").equals("approve")) {
                session.approve(one.id(), comment);
            } else {
                session.reject(one.id(), comment);
            }
        });
    }

    /** Each has its result; all must have been locked. */
    private void lockMany(Session session, JsonObject line) {
        long[] ids = line.getAsJsonArray("documents").asList().stream().mapToLong(name -> id(name.getAsString())).toArray();
        if (!session.setLocked(true, ids).stream().allMatch(one -> one.get("ok").equals(true))) {
            throw new IllegalStateException("not all could be locked: " + line);
        }
    }

    private void act(Session session, JsonObject line) {
        try (Document document = session.open(id(text(line, "document")))) {
            switch (text(line, "do")) {
                case "set" -> finish(fill(session, document, line), text(line, "then"));
                case "submit" -> finish(document, "submit");
                case "follow" -> names.put(text(line, "name"), document.integer(text(line, "field")).orElseThrow());
                case "lose" -> document.lose(text(line, "reason"));
                case "void" -> document.makeVoid(text(line, "reason"));
                case "confirm" -> document.confirm(true);
                case "unconfirm" -> document.confirm(false);
                case "lock" -> document.setLocked(true);
                case "unlock" -> document.setLocked(false);
                case "review" -> document.review(true);
                case "recall" -> document.recall(text(line, "comment"));
                default -> throw new IllegalStateException("no player knows " + line);
            }
        }
    }

    /** The page, as the group's owner may see it. */
    public void print(PrintStream out, Path page, boolean chinese) throws IOException {
        new YearPage(out, session("owner"), chinese).print(page);
    }

    // -- what must hold --

    /** Rows, chain and rules: nothing may be found. */
    public void check() {
        Map<String, Object> replay = system.replayAll(null);
        if (!system.verifyStore().isEmpty() || !system.verifyJournal().isWhole() || !replay.get("decisions").equals(replay.get("same"))) {
            throw new IllegalStateException("the store is not sound: " + system.verifyStore() + replay);
        }
    }
}
