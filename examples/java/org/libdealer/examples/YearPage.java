package org.libdealer.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.libdealer.Count;
import org.libdealer.Query;
import org.libdealer.Session;

/** The year on a page: which questions and which words is in page.json, here is how they are printed. */
final class YearPage {
    private final PrintStream out;
    private final Session asker;
    private final String language;
    private final int word;

    YearPage(PrintStream out, Session asker, boolean chinese) {
        this.out = out;
        this.asker = asker;
        language = chinese ? "zh" : "en";
        word = chinese ? 1 : 2;
    }

    void print(Path path) throws IOException {
        JsonObject page = JsonParser.parseString(Files.readString(path)).getAsJsonObject();
        out.print(page.get(language).getAsString() + "\n");
        for (JsonElement element : page.getAsJsonArray("sections")) {
            JsonObject section = element.getAsJsonObject();
            out.print("\n" + section.get(language).getAsString() + "\n");
            if (section.has("count")) {
                section.getAsJsonArray("count").forEach(type -> printCount(type.getAsJsonArray()));
            } else if (section.has("overdue")) {
                JsonArray sums = JsonParser.parseString("[[\"count\",\"份\",\"plans\"],[\"overdue\",\"逾期\",\"overdue\",\"money\"]]").getAsJsonArray();
                printRows(asker.claimsOverdue(LocalDate.parse(section.get("overdue").getAsString())).get("tiers"), List.of("tier"), sums);
            } else {
                Map<String, Object> arguments = Year.GSON.fromJson(section.get("arguments"), new TypeToken<Map<String, Object>>() { }.getType());
                Map<String, Object> answer = asker.report(section.get("report").getAsString(), arguments);
                printRows(answer.get("rows"), (List<?>) answer.get("by"), section.getAsJsonArray("sums"));
            }
        }
    }

    private void printCount(JsonArray type) {
        out.print("  " + type.get(word).getAsString() + ": " + grouped(asker.count(Query.of(type.get(0).getAsString()), Count.EXACT).number()) + "\n");
    }

    private void printRows(Object rows, List<?> keys, JsonArray sums) {
        for (Object element : (List<?>) rows) {
            Map<?, ?> row = (Map<?, ?>) element;
            List<String> label = new ArrayList<>();
            List<String> told = new ArrayList<>();
            keys.stream().filter(key -> !key.equals("currency")).forEach(key -> label.add(key(row, key)));
            for (JsonElement one : sums) {
                JsonArray sum = one.getAsJsonArray();
                long value = ((Number) row.get(sum.get(0).getAsString())).longValue();
                told.add(sum.get(word).getAsString() + " " + shown(value, sum.size() > 3 ? sum.get(3).getAsString() : ""));
            }
            out.print("  " + String.join(" / ", label) + ": " + String.join(", ", told) + "\n");
        }
    }

    private static String key(Map<?, ?> row, Object key) {
        Object value = row.containsKey(key + "_name") ? row.get(key + "_name") : row.get(key);
        return value == null ? "—" : value.toString();
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Money in whole units, rounded half away from nothing; milliseconds in hours. */
    private static String shown(long value, String kind) {
        long whole = (Math.abs(value) + 50) / 100;
        return switch (kind) {
            case "money" -> grouped(value < 0 ? -whole : whole);
            case "hours" -> grouped(value / 3_600_000) + " h";
            default -> grouped(value);
        };
    }
}
