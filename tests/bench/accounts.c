/* Confirming a receipt over 100 open items, and the ageing of 100,000 items for people of different scopes, each against the best of two
 * hand-written ways on the same file in the same run. By hand means the same rows of the ledger and of the receipt in one transaction,
 * with neither permission nor journal nor messages. Prints ratios; asserts nothing but that both leave the same open.
 *
 *   accounts [directory] [items]        default: the current directory, 100,000 */
#include "measure.h"
#include "support/store_files.h"

#include <dealer.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Due around a day that no clock has reached: nothing is booked after it. */
enum { ROUNDS = 21, WAYS = 3, OPEN = 100, CUSTOMERS = 2000, PAYERS = (ROUNDS + 1) * WAYS };

static double middle(double *times) {
    return median(times, ROUNDS) * 1e3;
}

/* -- the group, and its documents by SQL -- */

static const struct person {
    const char *code, *scope, *where;
} people[] = {
    {NULL, "the system", NULL},
    {"all", "group", NULL},
    {"comp", "company", "d.company = (SELECT company FROM department WHERE code = 'd1')"},
    {"dept", "department", "d.department = (SELECT id FROM department WHERE code = 'd1')"},
};
enum { PEOPLE = sizeof people / sizeof people[0] };

static const char configuration[] =
    "{\"group\":{\"code\":\"G\",\"name\":\"g\"},\"companies\":[{\"code\":\"c0\",\"name\":\"c\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"},"
    "{\"code\":\"c1\",\"name\":\"c\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}],\"departments\":["
    "{\"code\":\"d0\",\"name\":\"d\",\"company\":\"c0\"},{\"code\":\"d1\",\"name\":\"d\",\"company\":\"c1\"},"
    "{\"code\":\"d2\",\"name\":\"d\",\"company\":\"c0\"},{\"code\":\"d3\",\"name\":\"d\",\"company\":\"c1\"}],\"posts\":["
    "{\"code\":\"all\",\"name\":\"p\",\"grants\":[{\"functions\":[\"*.read\",\"receipt.confirm\"],\"scope\":\"group\"}]},"
    "{\"code\":\"comp\",\"name\":\"p\",\"grants\":[{\"functions\":[\"*.read\"],\"scope\":\"company\"}]},"
    "{\"code\":\"dept\",\"name\":\"p\",\"grants\":[{\"functions\":[\"*.read\"],\"scope\":\"department\"}]}],\"employees\":["
    "{\"code\":\"all\",\"name\":\"e\",\"department\":\"d1\",\"posts\":[{\"post\":\"all\"}]},"
    "{\"code\":\"comp\",\"name\":\"e\",\"department\":\"d1\",\"posts\":[{\"post\":\"comp\"}]},"
    "{\"code\":\"dept\",\"name\":\"e\",\"department\":\"d1\",\"posts\":[{\"post\":\"dept\"}]}]}";

static void run(sqlite3 *db, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK) return;
    fprintf(stderr, "sqlite: %s\n%s\n", message, sql);
    exit(1);
}

static void run_with(sqlite3 *db, const char *format, int number) {
    char sql[1600];
    snprintf(sql, sizeof sql, format, number);
    run(db, sql);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK) return statement;
    fprintf(stderr, "sqlite: %s\n%s\n", sqlite3_errmsg(db), sql);
    exit(1);
}

static int64_t ask(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = prepare(db, sql);
    sqlite3_step(statement);
    int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

#define DOCUMENT \
    "INSERT INTO document (type, number, company, department, owner, customer, status, version, currency, period, created_ms, updated_ms, locked) "
#define NUMBERS "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d) "
/* The department at a number, 0 .. 3. */
#define AT      " JOIN department AS p ON p.code = 'd' || "

/* Customers; service orders of most of them; and those who will pay, each with some of a hundred items and a receipt. */
static void fill(sqlite3 *db, int items) {
    run(db, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN");
    run_with(db,
        NUMBERS DOCUMENT "SELECT 'customer', 'C' || i, p.company, p.id, 1, NULL, 'approved', 1, 'CNY', '2026-03', i, i, 0 FROM n" AT
                         "(i % 4)",
        CUSTOMERS + PAYERS);
    run(db, "INSERT INTO customer (document_id, name) SELECT id, number FROM document WHERE type = 'customer'");
    run_with(db,
        NUMBERS DOCUMENT
        "SELECT 'service_order', 'S' || i, p.company, p.id, 1, c.id, 'approved', 1, 'CNY', '2026-03', i, i, 0 FROM n" AT
        "(i * 7 % 4) JOIN document AS c ON c.number = 'C' || (i % 2000)",
        items);
    run_with(db,
        NUMBERS DOCUMENT
        "SELECT 'service_order', 'T' || i, p.company, p.id, 1, c.id, 'approved', 1, 'CNY', '2026-03', i, i, 0 FROM n" AT
        "1 JOIN document AS c ON c.number = 'C' || (2000 + i / 100)",
        PAYERS * OPEN);
    run_with(db,
        NUMBERS DOCUMENT "SELECT 'receipt', 'R' || i, p.company, p.id, 1, c.id, 'approved', 1, 'CNY', '2026-03', i, i, 0 FROM n" AT
                         "1 JOIN document AS c ON c.number = 'C' || (2000 + i)",
        PAYERS);
    run(db,
        "INSERT INTO service_order (document_id, site, work, amount) SELECT id, 's', 'w', 1000 + id % 977 FROM document WHERE type = 'service_order'");
    run(db,
        "INSERT INTO receipt (document_id, received_on, amount) SELECT id, '2026-03-01', 10000000 FROM document WHERE type = 'receipt'");
    run(db,
        "INSERT INTO account_item (company, customer, direction, kind, document, type, under, currency, amount, due_on, opened_on) "
        "SELECT d.company, d.customer, 'receivable', 'service', d.id, 'service_order', d.id, 'CNY', t.amount, "
        "date('2096-07-01', '+' || (d.id * 31 % 300) || ' days'), '2026-01-01' FROM service_order AS t JOIN document AS d ON d.id = t.document_id");
    run(db,
        "INSERT INTO account_movement (item, document, kind, amount, day, at_ms) SELECT id, document, 'open', amount, opened_on, 0 FROM account_item");
    run(db, "COMMIT; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
}

/* -- a receipt by hand -- */

static const char take_item[] =
    "INSERT INTO account_item (company, customer, direction, kind, document, type, under, currency, amount, due_on, opened_on) "
    "SELECT d.company, d.customer, 'payable', 'receipt', d.id, 'receipt', d.id, 'CNY', t.amount, '2026-11-24', '2026-11-24' "
    "FROM document AS d JOIN receipt AS t ON t.document_id = d.id WHERE d.id = ?1";
static const char take_money[] = "INSERT INTO account_movement (item, document, kind, amount, day, at_ms) "
                                 "SELECT id, document, 'open', amount, opened_on, 0 FROM account_item WHERE document = ?1";
static const char find_due[] =
    "SELECT i.id, i.open FROM account_item AS i WHERE i.customer = (SELECT customer FROM document WHERE id = ?1) AND i.party IS NULL AND "
    "i.company = (SELECT company FROM document WHERE id = ?1) AND i.direction = 'receivable' AND i.currency = 'CNY' AND i.open > 0 AND "
    "i.due_on IS NOT NULL ORDER BY i.due_on, i.id";
static const char note[] = "UPDATE receipt SET confirmed = 1, confirmed_on = '2026-11-24', applied = ?2 WHERE document_id = ?1";
static const char count_up[] = "UPDATE document SET version = version + 1, updated_ms = 1 WHERE id = ?1";

static void step_with(sqlite3_stmt *statement, int64_t first, int64_t second) {
    sqlite3_bind_int64(statement, 1, first);
    if (sqlite3_bind_parameter_count(statement) > 1) sqlite3_bind_int64(statement, 2, second);
    if (sqlite3_step(statement) != SQLITE_DONE) {
        fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(sqlite3_db_handle(statement)));
        exit(1);
    }
    sqlite3_reset(statement);
}

static struct { sqlite3_stmt *item, *money, *due, *note, *count_up, *movement, *both; } hand;

static void prepare_by_hand(sqlite3 *db) {
    hand.item = prepare(db, take_item);
    hand.money = prepare(db, take_money);
    hand.due = prepare(db, find_due);
    hand.note = prepare(db, note);
    hand.count_up = prepare(db, count_up);
    hand.movement = prepare(db,
        "INSERT INTO account_movement (item, document, kind, other, amount, day, at_ms) VALUES (?1, ?2, 'apply', ?3, ?4, '2026-11-24', 0)");
    /* All pairs in one statement: each item takes what is left of the receipt after those before it. */
    hand.both = prepare(db,
        "INSERT INTO account_movement (item, document, kind, other, amount, day, at_ms) "
        "WITH i AS MATERIALIZED (SELECT i.id, i.open, sum(i.open) OVER (ORDER BY i.due_on, i.id) - i.open AS before FROM account_item AS i "
        "WHERE i.customer = (SELECT customer FROM document WHERE id = ?1) AND i.party IS NULL AND i.company = (SELECT company FROM document "
        "WHERE id = ?1) AND i.direction = 'receivable' AND i.currency = 'CNY' AND i.open > 0 AND i.due_on IS NOT NULL), "
        "r AS MATERIALIZED (SELECT id, open FROM account_item WHERE document = ?1) "
        "SELECT iif(s.n, i.id, r.id), ?1, 'apply', iif(s.n, r.id, i.id), -min(i.open, r.open - i.before), '2026-11-24', 0 "
        "FROM i JOIN r JOIN (SELECT 0 AS n UNION ALL SELECT 1) AS s WHERE i.before < r.open");
}

static void finish_by_hand(void) {
    sqlite3_stmt *all[] = {hand.item, hand.money, hand.due, hand.note, hand.count_up, hand.movement, hand.both};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) sqlite3_finalize(all[i]);
}

static int64_t apply_rows(int64_t receipt, int64_t own) {
    int64_t ids[OPEN], open[OPEN], sum = 0;
    int count = 0;
    sqlite3_bind_int64(hand.due, 1, receipt);
    for (; count < OPEN && sqlite3_step(hand.due) == SQLITE_ROW; count++) {
        ids[count] = sqlite3_column_int64(hand.due, 0);
        open[count] = sqlite3_column_int64(hand.due, 1);
    }
    sqlite3_reset(hand.due);
    for (int i = 0; i < count; i++) {
        sqlite3_bind_int64(hand.movement, 4, -open[i]);
        sqlite3_bind_int64(hand.movement, 3, own);
        step_with(hand.movement, ids[i], receipt);
        sqlite3_bind_int64(hand.movement, 3, ids[i]);
        step_with(hand.movement, own, receipt);
        sum += open[i];
    }
    return sum;
}

static void confirm_by_hand(sqlite3 *db, int64_t receipt, bool at_once) {
    int64_t sum = 0;
    run(db, "BEGIN IMMEDIATE");
    step_with(hand.item, receipt, 0);
    int64_t own = sqlite3_last_insert_rowid(db);
    step_with(hand.money, receipt, 0);
    if (at_once)
        step_with(hand.both, receipt, 0);
    else
        sum = apply_rows(receipt, own);
    step_with(hand.note, receipt, sum);
    step_with(hand.count_up, receipt, 0);
    run(db, "COMMIT");
}

static void confirm_by_library(dealer_session *session, int64_t receipt) {
    dealer_document *document = NULL;
    must(dealer_document_open(session, &document, receipt), dealer_session_error(session), "open");
    must(dealer_document_confirm(session, document, 1), dealer_session_error(session), "confirm");
    dealer_document_free(document);
}

/* The rounds of all three are interleaved, so that what else runs on the machine meets them alike. */
static void measure_confirm(dealer_store *store, sqlite3 *db) {
    double times[WAYS][ROUNDS];
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    int64_t first = ask(db, "SELECT min(document_id) FROM receipt");
    must(dealer_session_open(store, &session, &error, "all"), error, "session");
    prepare_by_hand(db);
    for (int r = -1; r < ROUNDS; r++)
        for (int way = 0; way < WAYS; way++) {
            int64_t receipt = first + (r + 1) * WAYS + way;
            double start = seconds();
            if (way == 2)
                confirm_by_library(session, receipt);
            else
                confirm_by_hand(db, receipt, way == 1);
            if (r >= 0) times[way][r] = seconds() - start;
        }
    finish_by_hand();
    dealer_session_close(session);
    int64_t left = ask(
        db, "SELECT count(*) FROM account_item WHERE open > 0 AND document IN (SELECT id FROM document WHERE number GLOB 'T*')");
    int64_t pairs = ask(db, "SELECT count(*) FROM account_movement WHERE kind = 'apply'");
    if (left != 0 || pairs != 2 * PAYERS * OPEN) {
        fprintf(stderr, "they differ: %lld open, %lld applied\n", (long long)left, (long long)pairs);
        exit(1);
    }
    double rows = middle(times[0]), once = middle(times[1]), library = middle(times[2]), best = rows < once ? rows : once;
    printf(
        "a receipt over %d items: hand-written row by row %.2f ms, in one statement %.2f ms, dealer_document_confirm %.2f ms, ratio %.2f\n",
        OPEN, rows, once, library, library / best);
}

/* -- ageing -- */

static const char *const buckets =
    "count(*), sum(iif(i.due_on IS NULL, i.open, 0)), sum(iif(i.due_on >= '2096-12-31', i.open, 0)), "
    "sum(iif(i.due_on >= '2096-12-01' AND i.due_on < '2096-12-31', i.open, 0)), sum(iif(i.due_on >= '2096-11-01' AND i.due_on < "
    "'2096-12-01', i.open, 0)), sum(iif(i.due_on >= '2096-10-02' AND i.due_on < '2096-11-01', i.open, 0)), sum(iif(i.due_on < '2096-10-02', "
    "i.open, 0)) ";

/* second: from the documents, else from the items. */
static sqlite3_stmt *age_by_hand(sqlite3 *db, const struct person *person, bool second) {
    char sql[2000];
    const char *from = !person->where ? "account_item AS i"
                       : second       ? "document AS d CROSS JOIN account_item AS i ON i.document = d.id"
                                      : "account_item AS i CROSS JOIN document AS d ON d.id = i.document";
    snprintf(sql, sizeof sql,
        "SELECT i.customer, i.party, i.direction, i.currency, %s FROM %s WHERE i.open > 0 AND %s GROUP BY 1, 2, 3, 4", buckets,
        from, person->where ? person->where : "1");
    return prepare(db, sql);
}

static int64_t rows_of(sqlite3_stmt *statement, char *text, size_t size) {
    int64_t sum = 0;
    size_t used = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        int64_t open = 0;
        for (int c = 5; c < 11; c++) open += sqlite3_column_int64(statement, c);
        sum += open;
        used += (size_t)snprintf(text + used, size - used,
            "{\"1-30\":%lld,\"31-60\":%lld,\"61-90\":%lld,\"91+\":%lld,\"count\":%lld,\"currency\":\"%s\",\"customer\":%lld,\"direction\":\"%s\","
            "\"held\":%lld,\"not_due\":%lld,\"open\":%lld},",
            (long long)sqlite3_column_int64(statement, 7), (long long)sqlite3_column_int64(statement, 8),
            (long long)sqlite3_column_int64(statement, 9), (long long)sqlite3_column_int64(statement, 10),
            (long long)sqlite3_column_int64(statement, 4), (const char *)sqlite3_column_text(statement, 3),
            (long long)sqlite3_column_int64(statement, 0), (const char *)sqlite3_column_text(statement, 2),
            (long long)sqlite3_column_int64(statement, 5), (long long)sqlite3_column_int64(statement, 6), (long long)open);
    }
    sqlite3_reset(statement);
    return sum;
}

static void measure_ageing(dealer_session *session, sqlite3 *db, const struct person *person) {
    enum { SIZE = 4 << 20 };
    double times[WAYS][ROUNDS];
    sqlite3_stmt *by[2] = {age_by_hand(db, person, false), age_by_hand(db, person, true)};
    char *text = malloc(SIZE);
    for (int r = -1; r < ROUNDS; r++)
        for (int way = 0; way < WAYS; way++) {
            dealer_text *answer = NULL;
            double start = busy_seconds();
            if (way == 2)
                must(dealer_account_ageing(session, &answer, "2096-12-31"), dealer_session_error(session), "ageing");
            else
                rows_of(by[way], text, SIZE);
            if (r >= 0) times[way][r] = busy_seconds() - start;
            text[strlen(text) - (way < 2 && text[0] && text[strlen(text) - 1] == ',')] = '\0';
            if (way == 2 && r < 0 && !strstr(dealer_text_data(answer), text)) {
                fprintf(stderr, "they differ:\n%.600s\n%.600s\n", dealer_text_data(answer), text);
                exit(1);
            }
            dealer_text_free(answer);
        }
    double first = middle(times[0]), second = middle(times[1]), library = middle(times[2]), best = first < second ? first : second;
    printf("  %-12s hand-written %7.2f ms, dealer_account_ageing %7.2f ms, ratio %.2f\n", person->scope, best, library,
        library / best);
    sqlite3_finalize(by[0]);
    sqlite3_finalize(by[1]);
    free(text);
}

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : ".";
    int items = argc > 2 ? atoi(argv[2]) : 100000;
    char path[512];
    dealer_store *store = NULL;
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/accounts_bench.db", folder);
    remove_store(path);
    must(dealer_store_open(&store, &error, path, NULL), error, "open");
    must(dealer_session_open_system(store, &session, &error, "bench"), error, "system");
    must(dealer_configuration_apply(session, NULL, configuration, sizeof configuration - 1, 0), dealer_session_error(session),
        "configuration");
    dealer_session_close(session);
    dealer_store_close(store);
    if (sqlite3_open(path, &db) != SQLITE_OK) exit(1);
    fill(db, items);
    must(dealer_store_open(&store, &error, path, NULL), error, "open");
    measure_confirm(store, db);
    printf("ageing of %lld items, %d parties\n", (long long)ask(db, "SELECT count(*) FROM account_item WHERE open > 0"), CUSTOMERS);
    for (int p = 0; p < PEOPLE; p++) {
        must(people[p].code ? dealer_session_open(store, &session, &error, people[p].code)
                            : dealer_session_open_system(store, &session, &error, "bench"),
            error, "session");
        measure_ageing(session, db, &people[p]);
        dealer_session_close(session);
    }
    dealer_store_close(store);
    sqlite3_close(db);
    remove_store(path);
    return 0;
}
