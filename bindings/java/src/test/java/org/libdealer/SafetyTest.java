package org.libdealer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.libdealer.examples.FirstProgram;
import org.libdealer.internal.Native;

/** What a host may do wrong, and what its garbage collector and threads do on their own: never a crash, never a leak. */
class SafetyTest {
    private static final String EXTRAORDINARY = "𠮷田 🚜👩‍🔧 ﷽";

    private static Store small() {
        Store store = Store.inMemory(StoreOptions.defaults().withClock(new FirstProgram.Clock()));
        try (SystemSession system = store.system("tests")) {
            FirstProgram.configure(system);
        }
        return store;
    }

    @Test
    @DisplayName("statuses and outcomes are the library's")
    void statuses() throws IOException {
        assertEquals(Native.status_count(), Status.values().length - 1);
        for (Status status : Status.values()) {
            String name = Text.of(Native.status_name(status.number()));
            assertEquals(status == Status.UNKNOWN ? null : status == Status.OK ? "DEALER_OK" : "DEALER_E_" + status, name);
        }
        String header = Files.readString(Path.of(System.getProperty("repository.root"), "libdealer/include/dealer/decision.h"));
        assertEquals(4, header.split("DEALER_OUTCOME_[A-Z]+ = \\d,", -1).length - 1);
        assertEquals(Outcome.UNKNOWN, Outcome.of("perhaps"));
        assertEquals(Status.UNKNOWN, Status.of(99));
        assertEquals(Status.values().length - 1, DealerException.class.getPermittedSubclasses().length);
    }

    // -- texts --

    @Test
    @DisplayName("text outside the basic plane comes back as it was")
    void extraordinary() {
        try (Store store = small(); Session zhang = store.session("zhang")) {
            Document customer = zhang.create("customer", Map.of("name", EXTRAORDINARY)).save();
            assertEquals(EXTRAORDINARY, zhang.open(customer.id()).text("name").orElseThrow());
            assertEquals(1, zhang.count(Query.of("customer").where(Where.field("name", "=", EXTRAORDINARY))).number());
            assertTrue(customer.toJson().contains(EXTRAORDINARY));
        }
    }

    @Test
    @DisplayName("NUL, lone surrogates and null are refused everywhere")
    void badTexts() {
        try (Store store = small(); Session zhang = store.session("zhang")) {
            Document customer = zhang.create("customer", Map.of("name", "甲"));
            for (String bad : List.of("a\0b", "\0", "\ud800", "a\udfffb")) {
                for (Executable call : List.<Executable>of(() -> customer.set("name", bad), () -> zhang.create(bad), () -> customer.get(bad),
                    () -> store.session(bad), () -> zhang.check(bad, 1), () -> zhang.approve(1, bad), () -> customer.mergeJson(bad),
                    () -> zhang.count(Query.of("customer").where(Where.field("name", "=", bad))), () -> Store.open(Path.of(bad)))) {
                    assertThrows(RuntimeException.class, call);
                }
            }
            for (Executable call : List.<Executable>of(() -> zhang.create(null), () -> customer.get(null), () -> store.session(null),
                () -> zhang.check(null, 1), () -> customer.mergeJson(null), () -> store.system(null))) {
                assertThrows(RuntimeException.class, call);
            }
            assertEquals("甲", customer.text("name").orElseThrow());
        }
    }

    @Test
    @DisplayName("the generated layer refuses null everywhere")
    void nulls() throws IllegalAccessException {
        for (Method method : Native.class.getMethods()) {
            if (method.getDeclaringClass() != Native.class || method.getName().equals("seams_new")) {
                continue;
            }
            Object[] arguments = Stream.of(method.getParameterTypes())
                .map(type -> type == long.class ? (Object) 0L : type == int.class ? (Object) 0 : null).toArray();
            try {
                method.invoke(null, arguments);
            } catch (InvocationTargetException error) {
                assertTrue(error.getCause() instanceof DealerException.Misuse, () -> method + ": " + error.getCause());
            }
        }
    }

    @Test
    @DisplayName("huge and deep JSON comes through or is refused")
    void huge() {
        try (Store store = small(); Session zhang = store.session("zhang")) {
            List<Map<String, Object>> lines = Collections.nCopies(200_000, Map.of("brand", "卡特"));
            assertThrows(DealerException.class, () -> zhang.create("visit", Map.of("competitors", lines)));
            assertThrows(DealerException.class, () -> zhang.create("visit").mergeJson("[".repeat(1_000_000)));
            List<Object> loop = new ArrayList<>();
            loop.add(loop);
            assertThrows(DealerException.Invalid.class, () -> zhang.create("visit").setAll(Map.of("nonsense", loop)));
            String big = "长".repeat(1300);
            assertEquals(big, zhang.create("visit", Map.of("note", big)).text("note").orElseThrow());
            assertThrows(DealerException.class, () -> zhang.open(Long.MAX_VALUE));
            assertThrows(DealerException.class, () -> zhang.open(-1));
        }
    }

    // -- closing --

    @Test
    @DisplayName("use after close is misuse")
    void useAfterClose() {
        Store store = small();
        Session session = store.session("zhang");
        Document customer = session.create("customer", Map.of("name", "甲")).save();
        customer.close();
        customer.close();
        for (Executable call : List.<Executable>of(customer::id, customer::save, customer::toMap, () -> customer.set("name", "乙"))) {
            assertThrows(DealerException.Misuse.class, call);
        }
        assertTrue(customer.toString().contains("closed"));
        Document other = session.create("customer");
        session.close();
        session.close();
        for (Executable call : List.<Executable>of(session::person, other::save, () -> session.create("customer"), () -> session.inbox(true))) {
            assertThrows(DealerException.Misuse.class, call);
        }
        other.set("name", "a copy in memory needs no session");
        Session late = store.session("zhang");
        store.close();
        assertThrows(DealerException.Misuse.class, () -> late.create("customer"));
        assertThrows(DealerException.Misuse.class, () -> store.session("zhang"));
        late.close();
    }

    @Test
    @DisplayName("what is dropped is freed in any order, and a thousand opens leak nothing")
    void leaks() throws IOException, InterruptedException {
        for (int i = 0; i < 100; i++) {
            openAndFail(true);
        }
        long before = residentKib();
        for (int i = 0; i < 1000; i++) {
            openAndFail(i % 10 != 0);
            if (i % 100 == 99) {
                System.gc();
                Thread.sleep(20);
            }
        }
        assertTrue(residentKib() - before < 64 * 1024, () -> "resident memory grew from " + before + " KiB");
    }

    private static void openAndFail(boolean closes) {
        Store store = Store.inMemory(StoreOptions.defaults());
        SystemSession system = store.system("leak");
        system.applyConfiguration(Map.of("group", Map.of("code", "G", "name", "集团")));
        assertThrows(DealerException.class, () -> system.applyConfiguration(Map.of("group", 1)));
        assertThrows(DealerException.NotFound.class, () -> store.session("nobody"));
        if (closes) {
            store.close();
            system.close();
        }
    }

    private static long residentKib() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return Long.parseLong(lines.filter(line -> line.startsWith("VmRSS:")).findFirst().orElseThrow().replaceAll("\\D", ""));
        }
    }

    // -- threads --

    private static void inThreads(int count, ThrowingWork work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int index = i;
                futures.add(threads.submit(() -> {
                    work.run(index);
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    interface ThrowingWork {
        void run(int index) throws Exception;
    }

    @Test
    @DisplayName("threads work on one store with a session each")
    void threads(@TempDir Path folder) throws Exception {
        try (Store store = Store.open(folder.resolve("threads.db"), StoreOptions.defaults().withBusyTimeout(Duration.ofMinutes(1)))) {
            try (SystemSession system = store.system("threads")) {
                FirstProgram.configure(system);
            }
            inThreads(8, index -> {
                try (Session session = store.session(index % 2 == 0 ? "zhang" : "li")) {
                    for (int number = 0; number < 10; number++) {
                        session.create("customer", Map.of("name", index + "-" + number)).save();
                    }
                }
            });
            try (Session session = store.session("zhang")) {
                assertEquals(80, session.count(Query.of("customer")).number());
            }
        }
    }

    @Test
    @DisplayName("threads that share a session take turns")
    void sharedSession() throws Exception {
        try (Store store = small(); Session zhang = store.session("zhang")) {
            Document customer = zhang.create("customer", Map.of("name", "甲")).save();
            inThreads(6, index -> {
                for (int i = 0; i < 50; i++) {
                    zhang.count(Query.of("customer"));
                    customer.set("name", "乙");
                    assertEquals("乙", customer.text("name").orElseThrow());
                    assertThrows(DealerException.NotFound.class, () -> zhang.open(999));
                }
            });
        }
    }

    @Test
    @DisplayName("closing in another thread is misuse at worst")
    void closingMeanwhile() throws Exception {
        for (int i = 0; i < 10; i++) {
            Store store = small();
            Session session = store.session("zhang");
            CountDownLatch started = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                started.countDown();
                assertThrows(DealerException.Misuse.class, () -> {
                    while (true) {
                        session.count(Query.of("customer"));
                    }
                });
            });
            thread.start();
            started.await();
            (i % 2 == 0 ? (AutoCloseable) store : session).close();
            thread.join();
        }
    }

    // -- callbacks --

    @Test
    @DisplayName("a clock that throws stands still")
    void brokenClock() {
        Instant moment = Instant.parse("2026-03-02T00:00:00Z");
        boolean[] broken = {false};
        StoreOptions options = StoreOptions.defaults().withClock(() -> {
            if (broken[0]) {
                throw new IllegalStateException("the battery is empty");
            }
            return moment;
        });
        try (Store store = Store.inMemory(options)) {
            try (SystemSession system = store.system("clock")) {
                FirstProgram.configure(system);
            }
            try (Session zhang = store.session("zhang")) {
                broken[0] = true;
                assertEquals(moment, zhang.create("customer", Map.of("name", "甲")).save().instant("created").orElseThrow());
            }
        }
    }

    @Test
    @DisplayName("a callback that calls its own session is misuse")
    void reentry() {
        List<SystemSession> held = new ArrayList<>();
        List<Throwable> caught = new ArrayList<>();
        StoreOptions options = StoreOptions.defaults().withClock(() -> {
            for (SystemSession system : held) {
                try {
                    system.configuration();
                } catch (DealerException.Misuse error) {
                    caught.add(error);
                }
            }
            return Instant.EPOCH.plusSeconds(1_800_000_000);
        });
        try (Store store = Store.inMemory(options); SystemSession system = store.system("callback")) {
            held.add(system);
            system.configuration();
            held.clear();
        }
        assertTrue(!caught.isEmpty());
    }

    @Test
    @DisplayName("randomness is asked for, and a wrong answer is no crash")
    void randomness() {
        for (int wrong = 0; wrong < 3; wrong++) {
            int way = wrong;
            StoreOptions options = StoreOptions.defaults().withRandom(length -> {
                if (way == 2) {
                    throw new IllegalStateException("no entropy");
                }
                return new byte[way == 0 ? length : 1];
            });
            try (Store store = Store.inMemory(options); SystemSession system = store.system("random")) {
                FirstProgram.configure(system);
                try (Session zhang = store.session("zhang")) {
                    FirstProgram.visit(zhang);
                }
            } catch (DealerException error) {
                assertTrue(way != 0, error::toString);
            }
        }
    }

    // -- stores that are none --

    @Test
    @DisplayName("opening what is no store says so")
    void noStore(@TempDir Path folder) throws IOException {
        assertThrows(DealerException.NotFound.class, () -> Store.open(folder.resolve("none.db"), StoreOptions.defaults().withMustExist()));
        Files.writeString(folder.resolve("text.db"), "this is no database, but it is long enough to be looked at ".repeat(20));
        assertThrows(DealerException.NotAStore.class, () -> Store.open(folder.resolve("text.db")));
        assertThrows(DealerException.class, () -> Store.open(folder.resolve("no/folder/a.db")));
        byte[] key = {1, 0, 2};
        Store.open(folder.resolve("good.db"), StoreOptions.defaults().withJournalKey(key)).close();
        try (Store store = Store.open(folder.resolve("good.db"), StoreOptions.defaults().withJournalKey(key).withReadOnly())) {
            try (SystemSession system = store.system("reads")) {
                assertThrows(DealerException.ReadOnly.class, () -> system.applyConfiguration(Map.of()));
            }
            assertEquals(Store.libraryVersion(), store.information().get("libdealer"));
        }
    }

    // -- money --

    @Test
    @DisplayName("money is exact")
    void money() {
        assertEquals(120050, Money.of("1200.50", "CNY").minor());
        assertEquals(Money.of("-0.05", "CNY"), Money.ofMinor(-5, "CNY"));
        assertEquals(1200, Money.of(1200, "JPY").minor());
        assertEquals(1234, Money.of("1.234", "KWD").minor());
        assertEquals("7.00 CNY", Money.of(7, "CNY").toString());
        assertEquals(Money.of("7.0", "CNY").hashCode(), Money.of(7, "CNY").hashCode());
        assertEquals(Money.of(1, "CNY"), Money.of("1.05", "CNY").minus(Money.of("0.05", "CNY")));
        assertEquals(Long.MAX_VALUE, Money.ofMinor(Long.MAX_VALUE, "CNY").minor());
        for (Executable call : List.<Executable>of(() -> Money.of("1.234", "CNY"), () -> Money.of(1, "cny"), () -> Money.of(1, "CN"),
            () -> Money.of(1, "ＣＮＹ"), () -> Money.of(1, "CNY").plus(Money.of(1, "USD")), () -> new Money(new BigDecimal("1E+999999999"), "CNY"),
            () -> new Money(new BigDecimal("1E-999999999"), "CNY"))) {
            assertThrows(DealerException.Invalid.class, call);
        }
    }

    @Test
    @DisplayName("JSON is read and written as it is")
    void json() {
        String text = "{\"a\":[1,-2.50,true,null,\"\\\"\\\\\\n\\u00e9𠮷\"],\"m\":{\"amount_minor\":5,\"currency\":\"CNY\"},\"big\":123456789012345678901234567890}";
        Map<String, Object> read = Json.map(Text.utf8(text));
        assertEquals(Money.ofMinor(5, "CNY"), read.get("m"));
        assertEquals("\"\\\n\u00e9𠮷", ((List<?>) read.get("a")).get(4));
        assertNull(((List<?>) read.get("a")).get(3));
        assertEquals(read, Json.map(Json.write(read)));
        for (String bad : List.of("", "{", "[1,]", "{\"a\"}", "tru", "1 2", "\"\\x\"", "\"", "--1", "[".repeat(2000))) {
            assertThrows(IllegalArgumentException.class, () -> Json.read(bad), bad);
        }
    }
}
