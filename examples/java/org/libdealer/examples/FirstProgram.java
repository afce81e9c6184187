package org.libdealer.examples;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.libdealer.DealerException;
import org.libdealer.Decision;
import org.libdealer.Document;
import org.libdealer.DocumentStatus;
import org.libdealer.Message;
import org.libdealer.Money;
import org.libdealer.Session;
import org.libdealer.Store;
import org.libdealer.StoreOptions;
import org.libdealer.SystemSession;
import org.libdealer.Task;

/** A first program: a small dealer group, and a sale from the visit to an approved trade-in. Its store is in memory. */
public final class FirstProgram {

    /** The host's clock: the program lets time pass by itself. */
    public static final class Clock implements InstantSource {
        private volatile Instant now = Instant.parse("2026-03-02T01:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        /** Lets hours pass. */
        public void passHours(int hours) {
            now = now.plus(Duration.ofHours(hours));
        }
    }

    private final PrintStream out;

    private FirstProgram(PrintStream out) {
        this.out = out;
    }

    /** Runs it, printing in Chinese. */
    public static void main(String[] arguments) {
        run(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    }

    /** Runs it. */
    public static void run(PrintStream out) {
        Clock clock = new Clock();
        try (Store store = Store.inMemory(StoreOptions.defaults().withClock(clock))) {
            try (SystemSession system = store.system("first program")) {
                configure(system);
            }
            new FirstProgram(out).play(store, clock);
        }
    }

    private void play(Store store, Clock clock) {
        try (Session zhang = store.session("zhang")) {
            Document preOrder = visit(zhang);
            out.printf("预购自动生成：%s %s %s%n", preOrder.number().orElseThrow(), preOrder.text("model").orElseThrow(),
                preOrder.money("budget").orElseThrow());
            clock.passHours(20);
            Document old = tradeIn(zhang, preOrder);
            refuse(store, old.id());
            for (String person : List.of("li", "wang", "sun")) {
                clock.passHours(2);
                approve(store, person, old.id(), "同意");
            }
            DocumentStatus status = zhang.open(old.id()).status();
            out.println("置换现在的状态：" + status);
            if (status != DocumentStatus.APPROVED) {
                throw new AssertionError("the trade-in should be approved");
            }
            for (Message message : zhang.inbox(true).toList()) {
                out.println("✉ " + message.zh());
                zhang.setRead(message.id(), true);
            }
        }
    }

    // -- the group --

    private static Map<String, Object> person(String code, String name, String department, String post, String company) {
        Map<String, Object> holding = new LinkedHashMap<>(Map.of("post", post, "from", "2025-01-01"));
        if (company != null) {
            holding.put("company", company);
        }
        return Map.of("code", code, "name", name, "department", department, "posts", List.of(holding));
    }

    /** The posts, reviews and messages that libdealer brings along, and an organisation of our own. */
    public static void configure(SystemSession system) {
        Map<String, Object> configuration = system.starterConfiguration();
        configuration.put("group", Map.of("code", "HT", "name", "华泰机械集团"));
        configuration.put("companies", List.of(Map.of("code", "HT-SH", "name", "华泰工程机械（上海）", "kinds", List.of("sales"), "currency", "CNY")));
        configuration.put("departments", List.of(
            Map.of("code", "sales", "name", "挖掘机销售部", "company", "HT-SH", "head", "wang"),
            Map.of("code", "sales-1", "name", "销售一组", "company", "HT-SH", "parent", "sales", "head", "li")));
        configuration.put("employees", List.of(
            person("zhang", "张伟", "sales-1", "salesperson", null),
            person("li", "李娜", "sales-1", "salesperson", null),
            person("wang", "王强", "sales", "sales_manager", "HT-SH"),
            person("sun", "孙丽", "sales", "used_machine_manager", "HT-SH"),
            person("ji", "𠮷田 🚜", "sales-1", "salesperson", null)));
        system.applyConfiguration(configuration);
        system.publishRules(system.starterRules());
        system.addMarket(market());
    }

    /** Sales made up for this program: the older, the cheaper. */
    private static List<Map<String, Object>> market() {
        List<Map<String, Object>> sales = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            int year = 2015 + i % 8;
            Map<String, Object> sale = new LinkedHashMap<>();
            sale.put("source", "example");
            sale.put("key", "sale-" + i);
            sale.put("date", LocalDate.of(2025, 3 + i % 10, 1 + i * 7 % 28));
            sale.put("price", yuan(420_000 - (2026 - year) * 27_000 + (i * 53 % 17 - 8) * 2_000));
            sale.put("category", "excavator");
            sale.put("size_class", "19.0 to 21.0 Metric Tons");
            sale.put("model", "PC200-8");
            sale.put("base_model", "PC200");
            sale.put("region", "江苏");
            sale.put("year", year);
            sale.put("hours", (2026 - year) * 1400);
            sales.add(sale);
        }
        return sales;
    }

    private static Money yuan(long amount) {
        return Money.of(amount, "CNY");
    }

    // -- the sale --

    /** The visit makes the pre-order by itself. */
    public static Document visit(Session session) {
        Document customer = session.create("customer", Map.of("name", "江南建筑工程公司", "kind", "company", "region", "江苏")).save();
        Document report = session.create("visit")
            .set("customer", customer)
            .set("visited_on", LocalDate.of(2026, 3, 2))
            .set("way", "on_site")
            .set("wants_pre_order", true)
            .set("category", "excavator")
            .set("brand", "小松")
            .set("model", "PC210-11")
            .set("quantity", 1)
            .set("budget", yuan(1_200_000))
            .set("expected_month", "2026-04")
            .set("has_trade_in", true)
            .set("competitors", List.of(Map.of("brand", "卡特彼勒", "model", "320GC", "price", yuan(1_165_000))));
        report.submit();
        return session.open(report.integer("pre_order").orElseThrow());
    }

    /** The customer's old machine: valued by rules, then reviewed by people. */
    private Document tradeIn(Session session, Document preOrder) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("category", "excavator");
        fields.put("brand", "小松");
        fields.put("model", "PC200-8");
        fields.put("base_model", "PC200");
        fields.put("size_class", "19.0 to 21.0 Metric Tons");
        fields.put("serial_number", "KM-308812");
        fields.put("year", 2018);
        fields.put("hours", 9_200);
        fields.put("region", "江苏");
        fields.put("offered_on", LocalDate.of(2026, 3, 3));
        fields.put("asking_price", yuan(260_000));
        fields.put("conditions", List.of(Map.of("component", "engine", "rating", 4), Map.of("component", "undercarriage", "rating", 2)));
        Document old = session.derive("trade_in", preOrder.id(), fields);
        Decision decision = old.submit();
        out.printf("张伟提交置换 %s，估值 %s，冲抵 %s：%n", old.number().orElse(""), old.money("valuation").orElse(null),
            old.money("allowance").orElse(null));
        decision.reasons().forEach(reason -> out.println("  · " + reason.zh()));
        return old;
    }

    /** Whose post does not reach it does not even learn that the document is there. */
    private void refuse(Store store, long document) {
        try (Session ji = store.session("ji")) {
            ji.open(document);
        } catch (DealerException.NotFound error) {
            out.println("𠮷田 🚜 查看该置换：" + error.zh());
        }
    }

    /** Decides the person's task for this document, if there is one. */
    private void approve(Store store, String person, long document, String comment) {
        try (Session session = store.session(person)) {
            for (Task task : session.tasks().filter(task -> task.document() == document).toList()) {
                Decision decision = session.approve(task.id(), comment);
                out.printf("%s 在「%s」同意：%s%n", person, task.zh(), decision.zh());
            }
        }
    }
}
