/* The forecast over many pre-orders, through the permission of people with different scopes, against the best of two hand-written
 * statements on the same file in the same run. Both make the same JSON of their rows, which is compared first. Prints ratios.
 *
 *   reports [directory] [pre-orders]        default: the current directory, 100,000 (and as many trade-ins beside them) */
#include "measure.h"
#include "support/store_files.h"

#include <dealer.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 9, DEPARTMENTS = 400, OWNERS = 500 };

static char *text;
static size_t used, size;
static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void add(const char *format, ...) {
    va_list list;
    if (used + 4096 > size) text = realloc(text, size = size * 2 + 65536);
    va_start(list, format);
    used += (size_t)vsnprintf(text + used, size - used, format, list);
    va_end(list);
}

/* -- a group: departments of 20 in a company, five of them below another -- */

static const struct person {
    const char *code, *scope, *where;
} people[] = {
    {NULL, "the system", "1"},
    {"all", "group", "1"},
    {"comp", "company", "d.company = (SELECT company FROM department WHERE code = 'd61')"},
    {"below", "department_and_below",
        "d.department IN (SELECT id FROM department WHERE code IN ('d61', 'd65', 'd69', 'd73', 'd77'))"},
    {"dept", "department", "d.department = (SELECT id FROM department WHERE code = 'd61')"},
    {"own", "self",
        "d.owner = (SELECT id FROM employee WHERE code = 'own') AND d.company = (SELECT company FROM department WHERE code = 'd61')"},
};
enum { PEOPLE = sizeof people / sizeof people[0] };

static void configure(dealer_session *system, int companies) {
    used = 0;
    add("{\"group\":{\"code\":\"G\",\"name\":\"g\"},\"companies\":[");
    for (int c = 0; c < companies; c++)
        add("%s{\"code\":\"c%d\",\"name\":\"c\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}", c ? "," : "", c);
    add("],\"departments\":[");
    for (int d = 0; d < DEPARTMENTS; d++) {
        int within = d % 20, base = d - within;
        add("%s{\"code\":\"d%d\",\"name\":\"d\",\"company\":\"c%d\"", d ? "," : "", d, d / (DEPARTMENTS / companies));
        if (within) add(",\"parent\":\"d%d\"", within < 5 ? base : base + 1 + (within - 5) % 4);
        add("}");
    }
    add("],\"posts\":[");
    for (int p = 1; p < PEOPLE; p++)
        add("%s{\"code\":\"%s\",\"name\":\"p\",\"grants\":[{\"functions\":[\"pre_order.*\"],\"scope\":\"%s\"}]}", p > 1 ? "," : "",
            people[p].code, people[p].scope);
    add("],\"employees\":[");
    for (int e = 0; e < OWNERS; e++)
        add("%s{\"code\":\"e%d\",\"name\":\"e\",\"department\":\"d%d\"}", e ? "," : "", e, e % DEPARTMENTS);
    for (int p = 1; p < PEOPLE; p++)
        add(",{\"code\":\"%s\",\"name\":\"e\",\"department\":\"d61\",\"posts\":[{\"post\":\"%s\"}]}", people[p].code,
            people[p].code);
    add("]}");
    must(dealer_configuration_apply(system, NULL, text, used, 0), dealer_session_error(system), "configuration");
}

/* -- documents, by SQL -- */

static void run(sqlite3 *db, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK) return;
    fprintf(stderr, "sqlite: %s\n", message);
    exit(1);
}

static void fill(sqlite3 *db, int count) {
    char sql[1024];
    run(db, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN");
    snprintf(sql, sizeof sql,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
        "INSERT INTO document (type, company, department, owner, status, version, currency, created_ms, updated_ms, locked, period) "
        "SELECT iif(i %% 2, 'pre_order', 'trade_in'), d.company, d.id, 1 + i / 2 * 7919 %% (SELECT count(*) FROM employee), "
        "iif(i %% 22 > 1, 'approved', 'draft'), 1, 'CNY', 1780000000000 + i, 1780000000000 + i, 0, '2026-06' "
        "FROM n JOIN department AS d ON d.id = 1 + i / 2 * 104729 %% %d",
        2 * count, DEPARTMENTS);
    run(db, sql);
    run(db, "INSERT INTO trade_in (document_id, brand, model) SELECT id, 'brand', 'model' FROM document WHERE type = 'trade_in'");
    run(db,
        "INSERT INTO pre_order (document_id, category, brand, model, quantity, budget, expected_month, payment_way, likelihood, "
        "competitors, note, outcome) SELECT id, 'excavator', 'brand', 'model ' || (id % 100), 1 + id % 4, 100000000 + id * 97, "
        "printf('2026-%02d', 1 + id / 3 % 12), 'cash', id * 31 % 10001, "
        "'[{\"brand\":\"other\",\"model\":\"m\",\"price\":{\"amount_minor\":110000000,\"currency\":\"CNY\"}}]', 'needs it soon', "
        "CASE id / 7 % 4 WHEN 0 THEN 'won' WHEN 1 THEN 'lost' ELSE 'open' END FROM document WHERE type = 'pre_order'");
    run(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}

/* -- by hand -- */

/* by: JSON name and column of one key. second: from the indexes of documents, else from the pre-orders. */
static sqlite3_stmt *by_hand(sqlite3 *db, const struct person *person, const char *column, bool second) {
    sqlite3_stmt *statement = NULL;
    used = 0;
    add("SELECT %s, d.currency, count(*), sum(t.quantity), sum(t.budget), "
        "sum(t.budget / 10000 * t.likelihood + (t.budget %% 10000 * t.likelihood + 5000) / 10000) FROM ",
        column);
    add(second ? "document AS d CROSS JOIN pre_order AS t ON t.document_id = d.id WHERE d.type = 'pre_order' AND "
               : "pre_order AS t CROSS JOIN document AS d ON d.id = t.document_id WHERE ");
    add("d.status = 'approved' AND t.outcome = 'open' AND %s GROUP BY 1, 2 ORDER BY 1, 2", person->where);
    if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) == SQLITE_OK) return statement;
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void rows_by_hand(sqlite3_stmt *statement, const char *key) {
    used = 0;
    add("\"rows\":[");
    for (bool first = true; sqlite3_step(statement) == SQLITE_ROW; first = false) {
        add("%s{\"budget\":%lld,\"count\":%lld,\"currency\":\"%s\"", first ? "" : ",",
            (long long)sqlite3_column_int64(statement, 4), (long long)sqlite3_column_int64(statement, 2),
            (const char *)sqlite3_column_text(statement, 1));
        bool early = strcmp(key, "machines") < 0; /* members are in the order of their names */
        if (early) add(",\"%s\":%lld", key, (long long)sqlite3_column_int64(statement, 0));
        add(",\"machines\":%lld", (long long)sqlite3_column_int64(statement, 3));
        if (!early) add(",\"%s\":\"%s\"", key, (const char *)sqlite3_column_text(statement, 0));
        add(",\"weighted\":%lld}", (long long)sqlite3_column_int64(statement, 5));
    }
    add("]");
    sqlite3_reset(statement);
}

static double middle(double *times) {
    return median(times, ROUNDS) * 1e3;
}

static dealer_text *ask(dealer_session *session, const char *parameters) {
    dealer_text *answer = NULL;
    must(dealer_report(session, &answer, "forecast", parameters, strlen(parameters)), dealer_session_error(session), "forecast");
    return answer;
}

/* The rounds of all three are interleaved, so that what else runs on the machine meets them alike. */
static void compare(dealer_session *session, sqlite3 *db, const struct person *person, const char *key, const char *column) {
    double times[3][ROUNDS];
    char parameters[64];
    sqlite3_stmt *hand[2] = {by_hand(db, person, column, false), by_hand(db, person, column, true)};
    snprintf(parameters, sizeof parameters, "{\"by\":[\"%s\"]}", key);
    for (int r = -1; r < ROUNDS; r++) {
        dealer_text *answer = NULL;
        for (int way = 0; way < 3; way++) {
            double start = seconds();
            if (way == 2)
                answer = ask(session, parameters);
            else
                rows_by_hand(hand[way], key);
            if (r >= 0) times[way][r] = seconds() - start;
        }
        if (r < 0 && !strstr(dealer_text_data(answer), text)) {
            fprintf(stderr, "they differ:\n%.2000s\n%.2000s\n", dealer_text_data(answer), text);
            exit(1);
        }
        dealer_text_free(answer);
    }
    double first = middle(times[0]), second = middle(times[1]), library = middle(times[2]), best = first < second ? first : second;
    printf("  %-22s by %-10s hand-written %7.2f ms, dealer_report %7.2f ms, ratio %.2f\n", person->scope, key, best, library,
        library / best);
    sqlite3_finalize(hand[0]);
    sqlite3_finalize(hand[1]);
}

static void measure(const char *folder, int count, int companies) {
    char path[512];
    dealer_store *store = NULL;
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/reports_bench.db", folder);
    remove_store(path);
    must(dealer_store_open(&store, &error, path, NULL), error, "open");
    must(dealer_session_open_system(store, &session, &error, "bench"), error, "system");
    configure(session, companies);
    dealer_session_close(session);
    dealer_store_close(store);
    if (sqlite3_open(path, &db) != SQLITE_OK) exit(1);
    fill(db, count);
    must(dealer_store_open(&store, &error, path, NULL), error, "open");
    printf("forecast over %d pre-orders, companies: %d\n", count, companies);
    for (int p = 0; p < PEOPLE; p++) {
        must(people[p].code ? dealer_session_open(store, &session, &error, people[p].code)
                            : dealer_session_open_system(store, &session, &error, "bench"),
            error, "session");
        compare(session, db, &people[p], "month", "t.expected_month");
        compare(session, db, &people[p], "model", "t.model");
        compare(session, db, &people[p], "likelihood", "t.likelihood / 1000 * 1000");
        dealer_session_close(session);
    }
    dealer_store_close(store);
    sqlite3_close(db);
    remove_store(path);
}

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : ".";
    int count = argc > 2 ? atoi(argv[2]) : 100000;
    measure(folder, count, 20);
    measure(folder, count, 1);
    free(text);
    return 0;
}
