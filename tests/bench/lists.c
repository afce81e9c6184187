/* A page of the 50 newest documents that somebody may see, among a million, for each scope, against the best of two hand-written
 * statements on the same file in the same run (each reads every column of its rows); the first page, and one far behind by keyset.
 * Twice: a group of 400 departments, and one company of 44,704 (the provinces, cities, counties and streets of a country). Prints
 * ratios; asserts nothing but that both bring the same documents.
 *
 *   lists [directory] [documents]        default: the current directory, 1,000,000 */
#include "measure.h"
#include "support/store_files.h"

#include <dealer.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 50, ROUNDS = 9, REPEATS = 20, MOST = 44704, COLUMNS_MOST = 64 };

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

/* -- two groups -- */

struct tree {
    const char *title;
    int departments, companies;
    int parent[MOST], company[MOST];
};
static struct tree tree;

static void make_group(void) {
    tree.title = "20 companies, 400 departments";
    tree.departments = 400;
    tree.companies = 20;
    for (int d = 0; d < 400; d++) {
        int within = d % 20, base = d - within;
        tree.company[d] = d / 20;
        tree.parent[d] = within == 0 ? -1 : within < 5 ? base : base + 1 + (within - 5) % 4;
    }
}

static void make_country(void) {
    static const int levels[4] = {31, 342, 2978, 41353};
    tree.title = "1 company, 44,704 departments";
    tree.departments = MOST;
    tree.companies = 1;
    int first = 0, above = 0;
    for (int level = 0; level < 4; level++) {
        for (int i = 0; i < levels[level]; i++) {
            tree.company[first + i] = 0;
            tree.parent[first + i] = level == 0 ? -1 : above + i % levels[level - 1];
        }
        above = first;
        first += levels[level];
    }
}

/* People, each with one scope over trade-ins. */
struct person {
    const char *code, *scope;
    int department;
};
static struct person people[8];
static int people_count;

static int leaf_above(int steps) {
    int d = tree.departments - 1;
    for (; steps > 0 && tree.parent[d] >= 0; steps--) d = tree.parent[d];
    return d;
}

static void make_people(void) {
    people_count = 0;
    people[people_count++] = (struct person){"own", "self", leaf_above(0)};
    people[people_count++] = (struct person){"dept", "department", leaf_above(0)};
    people[people_count++] = (struct person){"below1", "department_and_below", leaf_above(1)};
    people[people_count++] = (struct person){"below2", "department_and_below", leaf_above(2)};
    if (tree.departments == MOST) people[people_count++] = (struct person){"below3", "department_and_below", leaf_above(3)};
    people[people_count++] = (struct person){"comp", "company", leaf_above(0)};
    people[people_count++] = (struct person){"all", "group", leaf_above(0)};
}

static void configure(dealer_session *system) {
    used = 0;
    add("{\"group\":{\"code\":\"G\",\"name\":\"g\"},\"companies\":[");
    for (int c = 0; c < tree.companies; c++)
        add("%s{\"code\":\"c%d\",\"name\":\"c\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}", c ? "," : "", c);
    add("],\"departments\":[");
    for (int d = 0; d < tree.departments; d++) {
        add("%s{\"code\":\"d%d\",\"name\":\"d\",\"company\":\"c%d\"", d ? "," : "", d, tree.company[d]);
        if (tree.parent[d] >= 0) add(",\"parent\":\"d%d\"", tree.parent[d]);
        add("}");
    }
    add("],\"posts\":[");
    for (int p = 0; p < people_count; p++)
        add("%s{\"code\":\"%s\",\"name\":\"p\",\"grants\":[{\"functions\":[\"trade_in.*\"],\"scope\":\"%s\"}]}", p ? "," : "",
            people[p].code, people[p].scope);
    add("],\"employees\":[");
    for (int p = 0; p < people_count; p++)
        add("%s{\"code\":\"%s\",\"name\":\"e\",\"department\":\"d%d\",\"posts\":[{\"post\":\"%s\"}]}", p ? "," : "", people[p].code,
            people[p].department, people[p].code);
    add("]}");
    must(dealer_configuration_apply(system, NULL, text, used, 0), dealer_session_error(system), "configuration");
}

/* -- a million documents, by SQL -- */

static void run(sqlite3 *db, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK) return;
    fprintf(stderr, "sqlite: %s\n", message);
    exit(1);
}

static int64_t ask(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) exit(1);
    sqlite3_step(statement);
    int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

static void fill(sqlite3 *db, int count) {
    char sql[1024];
    run(db, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN");
    snprintf(sql, sizeof sql,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
        "INSERT INTO document (type, company, department, owner, status, version, currency, created_ms, updated_ms, locked, period) "
        "SELECT 'trade_in', d.company, d.id, CASE d.company WHEN (SELECT department.company FROM department ORDER BY tree_order DESC LIMIT 1) THEN 1 + abs(random()) %% 25 "
        "ELSE 30 + abs(random()) %% 500 END, 'draft', 1, 'CNY', 1780000000000 + i, 1780000000000 + i, 0, '2026-06' "
        "FROM n JOIN department AS d ON d.id = 1 + abs(random() + i) %% %d",
        count, tree.departments);
    run(db, sql);
    run(db, "INSERT INTO trade_in (document_id, brand, model, year, hours) "
            "SELECT id, 'brand', 'model ' || (id % 100), 2015 + id % 10, id % 20000 FROM document WHERE type = 'trade_in'");
    run(db, "COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
}

/* -- hand-written -- */

static const char columns[] = "SELECT d.*, t.* FROM document AS d JOIN trade_in AS t ON t.document_id = d.id ";

static int64_t step_page(sqlite3_stmt *statement, int64_t after, int64_t *sum) {
    int64_t last = 0;
    *sum = 0;
    sqlite3_bind_int64(statement, 1, after);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        int count = sqlite3_column_count(statement);
        for (int c = 0; c < count; c++) (void)sqlite3_column_text(statement, c);
        last = sqlite3_column_int64(statement, 0);
        *sum += last;
    }
    sqlite3_reset(statement);
    return last;
}

/* The scope's WHERE; second: the other way that may be faster. */
static char *hand_written(sqlite3 *db, const struct person *person, bool second) {
    char where[256], company[128];
    int64_t department =
        ask(db, (snprintf(where, sizeof where, "SELECT id FROM department WHERE code = 'd%d'", person->department), where));
    int64_t low =
        ask(db, (snprintf(where, sizeof where, "SELECT tree_order FROM department WHERE id = %lld", (long long)department), where));
    int64_t high =
        ask(db, (snprintf(where, sizeof where, "SELECT tree_last FROM department WHERE id = %lld", (long long)department), where));
    int64_t in_company =
        ask(db, (snprintf(where, sizeof where, "SELECT company FROM department WHERE id = %lld", (long long)department), where));
    int64_t owner = ask(db, (snprintf(where, sizeof where, "SELECT id FROM employee WHERE code = '%s'", person->code), where));
    snprintf(company, sizeof company, "d.company = %lld", (long long)in_company);
    used = 0;
    if (strcmp(person->scope, "department_and_below") != 0) {
        add("%sWHERE d.type = 'trade_in' AND d.id < ?1 AND ", columns);
        if (strcmp(person->scope, "self") == 0) add("d.owner = %lld AND %s", (long long)owner, company);
        if (strcmp(person->scope, "department") == 0) add("d.department = %lld", (long long)department);
        if (strcmp(person->scope, "company") == 0) add("%s", company);
        if (strcmp(person->scope, "group") == 0) add("1");
        add(" ORDER BY d.id DESC LIMIT %d", PAGE);
    } else if (second || high - low >= 400) { /* from the newest backwards, until enough lie below */
        add("%sWHERE +d.type = 'trade_in' AND d.id < ?1 AND (SELECT tree_order FROM department WHERE id = d.department) BETWEEN %lld AND "
            "%lld ORDER BY d.id DESC LIMIT %d",
            columns, (long long)low, (long long)high, PAGE);
    } else { /* the departments' own orders, merged */
        add("%sWHERE d.id IN (SELECT id FROM (", columns);
        for (int64_t order = low; order <= high; order++) {
            snprintf(where, sizeof where, "SELECT id FROM department WHERE tree_order = %lld", (long long)order);
            add("%sSELECT id FROM document WHERE type = 'trade_in' AND department = %lld AND id < ?1",
                order > low ? " UNION ALL " : "", (long long)ask(db, where));
        }
        add(" ORDER BY id DESC LIMIT %d)) ORDER BY d.id DESC", PAGE);
    }
    return text;
}

static double time_hand(sqlite3 *db, const char *sql, int64_t after, int64_t *sum) {
    double times[ROUNDS];
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
    step_page(statement, after, sum);
    for (int r = 0; r < ROUNDS; r++) {
        double start = busy_seconds();
        for (int i = 0; i < REPEATS; i++) step_page(statement, after, sum);
        times[r] = (busy_seconds() - start) / REPEATS * 1e6;
    }
    sqlite3_finalize(statement);
    return median(times, ROUNDS);
}

static void read_page(dealer_session *session, const char *query, int64_t *sum) {
    dealer_list *list = NULL;
    dealer_document *document;
    must(dealer_list_open(session, &list, query, strlen(query)), dealer_session_error(session), "list");
    *sum = 0;
    while ((document = dealer_list_next(list)) != NULL) {
        *sum += dealer_document_id(document);
        dealer_document_free(document);
    }
    dealer_list_free(list);
}

static double time_library(dealer_session *session, int64_t after, int64_t *sum) {
    double times[ROUNDS];
    char query[160];
    if (after == INT64_MAX)
        snprintf(query, sizeof query, "{\"type\":\"trade_in\",\"limit\":%d}", PAGE);
    else
        snprintf(query, sizeof query, "{\"type\":\"trade_in\",\"limit\":%d,\"after\":\"[null,%lld]\"}", PAGE, (long long)after);
    read_page(session, query, sum);
    for (int r = 0; r < ROUNDS; r++) {
        double start = busy_seconds();
        for (int i = 0; i < REPEATS; i++) read_page(session, query, sum);
        times[r] = (busy_seconds() - start) / REPEATS * 1e6;
    }
    return median(times, ROUNDS);
}

static void compare(dealer_store *store, sqlite3 *db, const struct person *person, int64_t after, const char *page) {
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    int64_t hand_sum = 0, other_sum = 0, library_sum = 0;
    must(dealer_session_open(store, &session, &error, person->code), error, "session");
    double hand = time_hand(db, hand_written(db, person, false), after, &hand_sum);
    double other = time_hand(db, hand_written(db, person, true), after, &other_sum);
    double library = time_library(session, after, &library_sum), best = hand < other ? hand : other;
    if (hand_sum != library_sum || other_sum != library_sum) {
        fprintf(stderr, "%s: they bring different documents\n", person->code);
        exit(1);
    }
    printf("  %-22s %-6s %-5s hand-written %7.1f us, dealer_list_open %7.1f us, ratio %.2f\n", person->scope, person->code, page,
        best, library, library / best);
    dealer_session_close(session);
}

static void measure(const char *folder, int count) {
    char path[512];
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    dealer_error *error = NULL;
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/lists_bench.db", folder);
    remove_store(path);
    make_people();
    must(dealer_store_open(&store, &error, path, NULL), error, "open");
    must(dealer_session_open_system(store, &system, &error, "bench"), error, "system");
    configure(system);
    dealer_session_close(system);
    dealer_store_close(store);
    if (sqlite3_open(path, &db) != SQLITE_OK) exit(1);
    fill(db, count);
    must(dealer_store_open(&store, &error, path, NULL), error, "open");
    printf("%s, %d documents, page of %d:\n", tree.title, count, PAGE);
    for (int p = 0; p < people_count; p++) {
        compare(store, db, &people[p], INT64_MAX, "first");
        compare(store, db, &people[p], count / 2, "later");
    }
    dealer_store_close(store);
    sqlite3_close(db);
    remove_store(path);
}

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : ".";
    int count = argc > 2 ? atoi(argv[2]) : 1000000;
    make_group();
    measure(folder, count);
    make_country();
    measure(folder, count);
    free(text);
    return 0;
}
