package org.libdealer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.libdealer.examples.FirstProgram;

/** The first program runs, and so does what it leaves out: refusals, transactions, lists, rules. */
class StoryTest {
    private FirstProgram.Clock clock;
    private Store store;
    private SystemSession system;
    private Session zhang;

    @BeforeEach
    void open() {
        clock = new FirstProgram.Clock();
        store = Store.inMemory(StoreOptions.defaults().withClock(clock));
        system = store.system("tests");
        FirstProgram.configure(system);
        zhang = store.session("zhang");
    }

    @AfterEach
    void close() {
        zhang.close();
        system.close();
        store.close();
    }

    @Test
    @DisplayName("the first program runs to its end")
    void firstProgram() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FirstProgram.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        String printed = bytes.toString(StandardCharsets.UTF_8);
        assertTrue(printed.contains("预购自动生成") && printed.contains("𠮷田 🚜") && printed.contains("APPROVED"), printed);
    }

    @Test
    @DisplayName("a sales application without a pre-order is refused by its gate")
    void gate() {
        Document customer = zhang.create("customer", Map.of("name", "江南")).save();
        Document sales = zhang.create("sales", Map.of("customer", customer, "payment_way", "cash", "price", Money.of(1, "CNY")));
        DealerException.GateShut error = assertThrows(DealerException.GateShut.class, sales::submit);
        assertEquals(Status.GATE, error.status());
        assertTrue(error.id().startsWith("E_"));
        assertNotEquals(error.en(), error.zh());
    }

    private void publishPolicy(String decide) {
        Map<String, Object> rules = system.starterRules();
        Json.map(rules.get("files")).put("policy/extra.lua", "return {id = \"policy.extra\", title = {en = \"extra\", zh = \"额外\"}, type = \"trade_in\", "
            + "order = 1, decide = function(input) " + decide + " end, cases = {}}");
        system.publishRules(rules);
    }

    private Document oldMachine() {
        return zhang.derive("trade_in", FirstProgram.visit(zhang).id(), Map.of("category", "excavator", "brand", "小松", "model", "PC200-8",
            "serial_number", "X", "year", 2020, "size_class", "19.0 to 21.0 Metric Tons", "offered_on", LocalDate.of(2026, 3, 3)));
    }

    @Test
    @DisplayName("a rule that refuses gives a decision that is no")
    void refusal() {
        publishPolicy("return {outcome = \"refuse\", reasons = {{id = \"monday\", en = \"never on a Monday\", zh = \"周一不收\"}}}");
        Document tradeIn = oldMachine();
        Decision decision = tradeIn.submit();
        assertEquals(Outcome.NO, decision.outcome());
        assertFalse(decision.isYes());
        assertTrue(decision.reasons().stream().anyMatch(reason -> "周一不收".equals(reason.zh())));
        assertEquals(DocumentStatus.DRAFT, tradeIn.status());
    }

    @Test
    @DisplayName("a rule that runs for ever never approves")
    void failure() {
        publishPolicy("while true do end");
        Document tradeIn = oldMachine();
        assertEquals(Outcome.FAILED, tradeIn.submit().outcome());
        assertEquals(DocumentStatus.DRAFT, tradeIn.status());
    }

    @Test
    @DisplayName("a transaction commits at its end and rolls back on an exception")
    void transactions() {
        long id = zhang.transaction(() -> zhang.create("customer", Map.of("name", "甲")).save().id());
        assertEquals("甲", zhang.open(id).text("name").orElseThrow());
        assertThrows(IllegalStateException.class, () -> zhang.transaction(() -> {
            zhang.create("customer", Map.of("name", "乙")).save();
            throw new IllegalStateException("stop");
        }));
        assertEquals(1, zhang.count(Query.of("customer")).number());
        zhang.transaction(() -> {
            zhang.create("customer", Map.of("name", "丙")).save();
            assertThrows(DealerException.Misuse.class, () -> zhang.transaction(() -> { }));
        });
        assertEquals(2, zhang.count(Query.of("customer")).number());
    }

    @Test
    @DisplayName("saving over somebody else's change is a conflict")
    void conflict() {
        Document customer = zhang.create("customer", Map.of("name", "甲")).save();
        try (Session li = store.session("li")) {
            li.open(customer.id()).set("name", "乙").save();
        }
        assertThrows(DealerException.Conflict.class, () -> customer.set("name", "丙").save());
    }

    @Test
    @DisplayName("a stream goes through all pages")
    void pages() {
        IntStream.range(0, 25).forEach(i -> zhang.create("customer", Map.of("name", String.format("客户 %02d", i))).save());
        List<String> names = zhang.documents(Query.of("customer").order("name").page(10)).map(one -> one.text("name").orElseThrow()).toList();
        assertEquals(IntStream.range(0, 25).mapToObj(i -> String.format("客户 %02d", i)).toList(), names);
        assertEquals(10, zhang.documents(Query.of("customer").where(Where.field("name", "starts_with", "客户 1")).page(3)).count());
        assertEquals(new Count(7, true), zhang.count(Query.of("customer"), 7));
        assertEquals(new Count(25, false), zhang.count(Query.of("customer"), Count.EXACT));
        assertEquals(new Count(25, false), zhang.count(Query.of("customer")));
        assertEquals(1, zhang.documents("customer").limit(1).count());
    }

    @Test
    @DisplayName("conditions take Java values")
    void conditions() {
        FirstProgram.visit(zhang);
        assertEquals(1, zhang.count(Query.of("visit").where(Where.field("visited_on", "=", LocalDate.of(2026, 3, 2)))).number());
        assertEquals(0, zhang.count(Query.of("visit").where(Where.field("visited_on", "in", List.of(LocalDate.of(2026, 3, 1))))).number());
        assertEquals(1, zhang.count(Query.of("visit").where(Where.all(Where.field("budget", ">=", Money.of(1_200_000, "CNY")),
            Where.not(Where.field("way", "=", "phone")), Where.empty("note")))).number());
        assertEquals(0, zhang.count(Query.of("visit").where(Where.field("created", "<", Instant.parse("2026-03-01T00:00:00Z")))).number());
        assertEquals(1L, zhang.sums(Query.of("visit"), "budget", null).get(0).get("count"));
    }

    @Test
    @DisplayName("values keep their kinds")
    void kinds() {
        Document preOrder = FirstProgram.visit(zhang);
        Document visit = zhang.documents("visit").findFirst().orElseThrow();
        assertEquals(LocalDate.of(2026, 3, 2), visit.date("visited_on").orElseThrow());
        assertEquals(Money.of("1200000.00", "CNY"), visit.money("budget").orElseThrow());
        assertEquals(true, visit.bool("wants_pre_order").orElseThrow());
        assertEquals("on_site", visit.text("way").orElseThrow());
        assertEquals(List.of(Map.of("brand", "卡特彼勒", "model", "320GC", "price", Money.of(1_165_000, "CNY"))), visit.lines("competitors"));
        assertEquals(clock.instant(), visit.instant("created").orElseThrow());
        assertEquals(preOrder.id(), visit.integer("pre_order").orElseThrow());
        assertTrue(visit.text("note").isEmpty() && !visit.has("note"));
        assertThrows(DealerException.Invalid.class, () -> visit.money("way"));
        assertEquals(new BigDecimal("70.25"), zhang.create("visit").set("likelihood", new BigDecimal("70.25")).percent("likelihood").orElseThrow());
        assertTrue(zhang.create("visit").set("likelihood", 7).clear("likelihood").percent("likelihood").isEmpty());
    }

    static Stream<Arguments> wrongValues() {
        return Stream.of(Arguments.of("budget", 1.5), Arguments.of("budget", 100), Arguments.of("budget", Money.of(1, "USD")),
            Arguments.of("visited_on", "2026-03-02"), Arguments.of("visited_on", Instant.EPOCH), Arguments.of("quantity", true),
            Arguments.of("quantity", 0), Arguments.of("quantity", Long.MAX_VALUE), Arguments.of("wants_pre_order", 1),
            Arguments.of("likelihood", 0.7), Arguments.of("likelihood", new BigDecimal("0.001")), Arguments.of("likelihood", new BigDecimal("1E+99")),
            Arguments.of("category", "boat"), Arguments.of("competitors", "CAT"), Arguments.of("competitors", List.of(1)),
            Arguments.of("note", new byte[1]), Arguments.of("customer", "KM"), Arguments.of("visit_on", 1), Arguments.of("status", "approved"));
    }

    @ParameterizedTest(name = "{0} is not {1}")
    @MethodSource("wrongValues")
    void wrongValue(String field, Object value) {
        Document visit = zhang.create("visit", Map.of("way", "phone"));
        String before = visit.toJson();
        assertThrows(DealerException.Invalid.class, () -> visit.set(field, value));
        Map<String, Object> several = new LinkedHashMap<>(Map.of("way", "show"));
        several.put(field, value);
        assertThrows(DealerException.Invalid.class, () -> visit.setAll(several));
        assertEquals(before, visit.toJson());
    }

    @Test
    @DisplayName("a check tells why")
    void check() {
        Document preOrder = FirstProgram.visit(zhang);
        assertTrue(zhang.check("pre_order.read", preOrder.id()).isYes());
        Decision refused = zhang.check("customer.lock", preOrder.integer("customer").orElseThrow());
        assertEquals(Outcome.NO, refused.outcome());
        assertFalse(refused.zh().isEmpty() || refused.reasons().isEmpty());
        assertTrue(zhang.allows("pre_order.read", preOrder) && zhang.functions().contains("pre_order.read"));
        assertTrue(zhang.whoCan("pre_order.read", preOrder.id()).contains("zhang"));
        assertEquals(Arrays.asList(true, null), zhang.checkMany("pre_order.read", preOrder.id(), 999));
        assertEquals(List.of(), zhang.checkMany("pre_order.read"));
        assertFalse(system.checkFor("ji", "pre_order.read", preOrder.id()).isYes());
        assertThrows(DealerException.Denied.class, () -> zhang.checkFor("wang", "pre_order.read", preOrder.id()));
        assertEquals(zhang.functions(), system.functionsOf("zhang"));
        assertEquals(false, zhang.visibleDepartments("pre_order.read").get("all"));
        assertEquals(0L, system.selftestPermission(0).get("differences"));
    }

    @Test
    @DisplayName("a dealer's own type works like any other")
    void ownType() {
        Map<String, Object> configuration = system.configuration();
        configuration.put("types", List.of(Map.of("name", "complaint", "en", "complaint", "zh", "投诉", "prefix", "CP", "no_approval", true, "fields",
            List.of(Map.of("name", "grade", "en", "grade", "zh", "等级", "kind", "integer", "min", 1, "max", 5)))));
        Map<String, Object> post = Json.maps(configuration.get("posts")).get(0);
        List<Object> grants = new ArrayList<>(Json.maps(post.get("grants")));
        grants.add(Map.of("functions", List.of("complaint.*"), "scope", "group"));
        post.put("grants", grants);
        List<Object> employees = new ArrayList<>(Json.maps(configuration.get("employees")));
        employees.add(Map.of("code", "ou", "name", "欧阳", "department", "sales", "posts", List.of(Map.of("post", post.get("code"), "company", "HT-SH"))));
        configuration.put("employees", employees);
        List<Object> kept = new ArrayList<>();
        for (Object grant : grants) {
            if (!"department".equals(Json.map(grant).get("scope"))) {
                kept.add(grant);
            }
        }
        post.put("grants", kept);
        system.applyConfiguration(configuration);
        try (Session ou = store.session("ou")) {
            Document complaint = ou.create("complaint", Map.of("grade", 3));
            assertTrue(complaint.submit().isYes());
            assertTrue(complaint.number().orElseThrow().startsWith("CP-"));
            Field field = ou.catalogue().get("complaint").fields().get("grade");
            assertEquals(Kind.INTEGER, field.kind());
            assertTrue(field.own());
        }
    }

    @Test
    @DisplayName("a bad configuration brings every finding")
    void badConfiguration() {
        Map<String, Object> configuration = system.configuration();
        Json.maps(configuration.get("employees")).get(0).put("department", "nowhere");
        Json.maps(configuration.get("departments")).get(0).put("head", "nobody");
        DealerException.BadConfiguration error =
            assertThrows(DealerException.BadConfiguration.class, () -> system.applyConfiguration(configuration));
        assertTrue(error.findings().size() >= 2);
        assertTrue(error.findings().get(0).keySet().containsAll(List.of("path", "id", "en", "zh")));
        assertInstanceOf(DealerException.class, assertThrows(DealerException.class, () -> system.applyConfiguration("{")));
    }

    @Test
    @DisplayName("an approval is drawn and explained")
    void picture() {
        Document tradeIn = oldMachine();
        tradeIn.submit();
        assertTrue(tradeIn.picture("svg", true).contains("部门负责人审核"));
        assertTrue(zhang.flowPicture("flow.trade_in", "mermaid", false).startsWith("flowchart"));
        assertEquals("running", tradeIn.explain("zhang").get("state"));
        assertTrue(zhang.migrateApprovals(true, null, 0, 10).isEmpty());
    }

    @Test
    @DisplayName("a backup is a store of its own, stopped it leaves nothing, and it never writes over a file")
    void backup(@TempDir Path folder) throws IOException {
        Document tradeIn = oldMachine();
        tradeIn.submit();
        Path copy = folder.resolve("backup.db");
        assertEquals(true, system.backup(copy, (done, total) -> done < total).get("cancelled"));
        assertFalse(Files.exists(copy));
        Map<String, Object> report = system.backup(copy, null);
        assertEquals(Files.size(copy), report.get("bytes"));
        assertThrows(DealerException.Conflict.class, () -> system.backup(copy, null));
        try (Store other = Store.open(copy, StoreOptions.defaults().withClock(clock)); Session reader = other.session("zhang")) {
            assertEquals(tradeIn.number(), reader.open(tradeIn.id()).number());
        }
    }

    @Test
    @DisplayName("messages are delivered and read, a rejection needs a comment")
    void messages() {
        Document tradeIn = oldMachine();
        tradeIn.submit();
        try (Session li = store.session("li")) {
            Task task = li.tasks().findFirst().orElseThrow();
            assertThrows(DealerException.class, () -> li.reject(task.id(), null));
            assertTrue(li.reject(task.id(), "照片不清楚").isYes());
            assertThrows(DealerException.Conflict.class, () -> li.approve(task.id(), null));
            assertEquals(1, li.tasks(true).count());
        }
        assertEquals(DocumentStatus.REJECTED, zhang.open(tradeIn.id()).status());
        List<Message> sent = system.outbox().toList();
        assertFalse(sent.isEmpty());
        sent.forEach(message -> system.acknowledge(message.id()));
        assertEquals(0, system.outbox().count());
        List<Message> inbox = zhang.inbox(true).toList();
        zhang.setRead(inbox.get(0).id(), true);
        assertEquals(inbox.size() - 1, zhang.inbox(true).count());
        assertTrue(system.verifyJournal().isWhole());
        assertEquals(List.of(), system.verifyStore());
        assertFalse(Json.maps(tradeIn.history().get("history")).isEmpty());
    }

    @Test
    @DisplayName("a substitute acts for who named him")
    void substitute() {
        Map<String, Object> configuration = system.configuration();
        for (Map<String, Object> employee : Json.maps(configuration.get("employees"))) {
            if (employee.get("code").equals("li")) {
                employee.put("substitutes", List.of(Map.of("person", "sun", "from", "2026-01-01", "to", "2026-12-31")));
            }
        }
        system.applyConfiguration(configuration);
        Document tradeIn = oldMachine();
        tradeIn.submit();
        try (Session session = store.substitute("sun", "li")) {
            assertNotEquals(session.person(), session.acting());
            assertEquals(tradeIn.id(), session.tasks().findFirst().orElseThrow().document());
        }
        assertThrows(DealerException.Denied.class, () -> store.substitute("ji", "li"));
        assertEquals(0, zhang.acting());
    }

    @Test
    @DisplayName("a preview says who gains and loses")
    void preview() {
        FirstProgram.visit(zhang);
        Map<String, Object> configuration = system.configuration();
        for (Map<String, Object> employee : Json.maps(configuration.get("employees"))) {
            if (employee.get("code").equals("zhang")) {
                employee.put("posts", List.of());
            }
        }
        Map<String, Object> preview = system.previewConfiguration(configuration, 0);
        assertTrue(Json.maps(preview.get("people")).stream().anyMatch(change -> "zhang".equals(change.get("person")) && "loses".equals(change.get("change"))));
        assertEquals(1, zhang.count(Query.of("visit")).number());
    }

    @Test
    @DisplayName("sales are imported from CSV, and counted")
    void market() throws IOException {
        Map<String, Object> mapping = Map.of("source", Map.of("value", "csv"), "date", "日期", "price", Map.of("column", "价格", "currency", "CNY"),
            "category", "品类", "model", "型号");
        byte[] csv = "日期,价格,品类,型号\n2025-06-01,310000,excavator,PC200-8\n2025-13-01,1,excavator,PC200-8\n".getBytes(StandardCharsets.UTF_8);
        Map<String, Object> report = system.importMarket(new ByteArrayInputStream(csv), mapping);
        assertEquals(List.of(2L, 1L, 1L), List.of(report.get("rows"), report.get("added"), report.get("refused")));
        assertThrows(DealerException.Invalid.class, () -> system.importMarket(new ByteArrayInputStream(csv), Map.of()));
        assertTrue((Long) system.marketStatistics(Map.of("currency", "CNY", "model", "PC200-8")).get("count") >= 1);
        assertEquals(Map.of(), system.marketStatistics(Map.of("currency", "USD")));
    }

    @Test
    @DisplayName("stock, claims and policies are asked for by day")
    void machines() {
        LocalDate day = LocalDate.of(2026, 3, 2);
        assertEquals(List.of(), system.stockAge(day).get("rows"));
        assertEquals("2026-03-02", system.claimsOverdue(day).get("as_of"));
        assertEquals(List.of(), system.claimsOverdue(null).get("rows"));
        assertEquals(List.of(), system.insuranceDue(day, day.plusDays(30)).get("rows"));
        assertThrows(DealerException.NotFound.class, () -> system.machineLife(4711));
    }

    @Test
    @DisplayName("reports are listed, and asked for with their parameters")
    void reports() {
        List<Object> names = system.reports().stream().map(report -> report.get("report")).toList();
        assertTrue(names.containsAll(List.of("forecast", "competition", "waiting", "stock", "trade_ins", "decisions")));
        Map<String, Object> stock = system.report("stock", Map.of("as_of", LocalDate.of(2026, 3, 2), "by", List.of("warehouse")));
        assertEquals("2026-03-02", stock.get("as_of"));
        assertEquals(List.of("warehouse", "currency"), stock.get("by"));
        assertThrows(DealerException.Invalid.class, () -> system.report("forecast", Map.of("by", List.of("weather"))));
    }

    @Test
    @DisplayName("rules are tried on the past, and what a progress throws comes out")
    void trials() {
        Document tradeIn = oldMachine();
        tradeIn.submit();
        Map<String, Object> rules = system.starterRules();
        List<Long> told = new ArrayList<>();
        BacktestOptions options = BacktestOptions.defaults().withQuery(Query.of("trade_in")).withThreads(1).withGroup("owner").withProgress((done, total) -> {
            told.add(total);
            return false;
        });
        assertEquals(0L, system.backtest(rules, options).get("changed"));
        assertFalse(told.isEmpty());
        assertTrue(system.backtestCsv(rules, BacktestOptions.defaults()).contains(","));
        assertEquals(true, system.backtest(rules, BacktestOptions.defaults().withProgress((done, total) -> true)).get("cancelled"));
        Progress thrower = (done, total) -> {
            throw new IllegalStateException("stop");
        };
        assertThrows(IllegalStateException.class, () -> system.backtest(rules, BacktestOptions.defaults().withProgress(thrower)));
        assertThrows(IllegalStateException.class, () -> system.replayAll(thrower));
        Map<String, Object> all = system.replayAll(null);
        assertEquals(all.get("decisions"), all.get("same"));
        long decision = (Long) Json.maps(tradeIn.history().get("history")).stream()
            .filter(item -> item.get("of").equals("rule")).findFirst().orElseThrow().get("id");
        assertEquals(true, zhang.replay(decision).get("same"));
        assertEquals(List.of(), system.tradeInOutcomes().get("rows"));
    }
}
