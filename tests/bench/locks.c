/* Finance's lock over a month of many documents: taking and lifting it, and the refusal that every one of them then gets, against
 * hand-written SQL on the same file in the same run. Prints ratios; asserts nothing but that both do it.
 *
 *   locks [directory] [documents]        default: the current directory, 100,000 */
#include "measure.h"
#include "support/store_files.h"

#include <dealer.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 41, CHECKS = 2000 };

static void run(sqlite3 *db, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK) return;
    fprintf(stderr, "sqlite: %s\n", message);
    exit(1);
}

static double middle(double times[ROUNDS]) {
    return median(times, ROUNDS) * 1e6;
}

/* -- a company, a salesperson, a finance manager, and many contracts of one month -- */

static const char configuration[] =
    "{\"group\":{\"code\":\"G\",\"name\":\"g\"},\"companies\":[{\"code\":\"C\",\"name\":\"c\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}],"
    "\"departments\":[{\"code\":\"D\",\"name\":\"d\",\"company\":\"C\"}],\"posts\":[{\"code\":\"office\",\"name\":\"o\",\"grants\":[{\"functions\":"
    "[\"contract.*\"],\"scope\":\"company\"}]},{\"code\":\"finance\",\"name\":\"f\",\"grants\":[{\"functions\":[\"*.read\",\"*.lock\"],"
    "\"scope\":\"group\"}]}],\"employees\":[{\"code\":\"liu\",\"name\":\"l\",\"department\":\"D\",\"posts\":[{\"post\":\"office\"}]},"
    "{\"code\":\"feng\",\"name\":\"f\",\"department\":\"D\",\"posts\":[{\"post\":\"finance\"}]}]}";

static void fill(sqlite3 *db, int count) {
    char sql[700];
    snprintf(sql, sizeof sql,
        "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
        "INSERT INTO document (type, company, department, owner, status, version, currency, created_ms, updated_ms, locked, period) "
        "SELECT 'contract', 1, 1, 1, 'draft', 1, 'CNY', 1780000000000 + i, 1780000000000 + i, 0, '2026-06' FROM n;"
        "INSERT INTO contract (document_id, signed_on) SELECT id, '2026-06-15' FROM document; COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)",
        count);
    run(db, sql);
}

struct place {
    dealer_store *store;
    dealer_session *liu, *feng;
    sqlite3 *db;
    int count;
};

static void open_place(struct place *place, const char *path, int count) {
    dealer_error *error = NULL;
    dealer_session *system = NULL;
    place->count = count;
    must(dealer_store_open(&place->store, &error, path, NULL), error, "open");
    must(dealer_session_open_system(place->store, &system, &error, "bench"), error, "system");
    must(dealer_configuration_apply(system, NULL, configuration, strlen(configuration), 0), dealer_session_error(system), "apply");
    dealer_session_close(system);
    if (sqlite3_open(path, &place->db) != SQLITE_OK) exit(1);
    run(place->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000");
    fill(place->db, count);
    must(dealer_session_open(place->store, &place->liu, &error, "liu"), error, "liu");
    must(dealer_session_open(place->store, &place->feng, &error, "feng"), error, "feng");
}

/* -- the month -- */

static void set_month(struct place *place, const char *state) {
    must(dealer_period_set(place->feng, "C", "contract", "2026-06", state), dealer_session_error(place->feng), state);
}

static double time_library_month(struct place *place) {
    double times[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        double start = seconds();
        set_month(place, "held");
        times[r] = seconds() - start;
        set_month(place, "open");
    }
    return middle(times);
}

/* The same effect by the same row, with an entry in a plain log. */
static double time_hand_row(struct place *place) {
    double times[ROUNDS];
    run(place->db,
        "CREATE TABLE hand_lock (company INTEGER, type TEXT, period TEXT, PRIMARY KEY (company, type, period)) WITHOUT ROWID;"
        "CREATE TABLE hand_log (id INTEGER PRIMARY KEY, at_ms INTEGER, person INTEGER, kind TEXT, detail TEXT, mac BLOB)");
    for (int r = 0; r < ROUNDS; r++) {
        double start = seconds();
        run(place->db,
            "BEGIN IMMEDIATE; INSERT INTO hand_lock VALUES (1, 'contract', '2026-06'); INSERT INTO hand_log (at_ms, person, kind, "
            "detail, mac) VALUES (1780000000000, 2, 'period_held', '{\"company\":\"C\"}', zeroblob(32)); COMMIT");
        times[r] = seconds() - start;
        run(place->db, "DELETE FROM hand_lock");
    }
    return middle(times);
}

/* A mark on every document, as it is mostly done. */
static double time_hand_marks(struct place *place) {
    double start = seconds();
    run(place->db, "UPDATE document SET locked = 1 WHERE type = 'contract' AND company = 1 AND period = '2026-06'");
    double taken = (seconds() - start) * 1e6;
    run(place->db, "UPDATE document SET locked = 0 WHERE locked = 1; PRAGMA wal_checkpoint(TRUNCATE)");
    return taken;
}

/* -- the refusal -- */

static int64_t nth(const struct place *place, int i) {
    return 1 + (int64_t)i * 7919 % place->count;
}

static double time_library_refusal(struct place *place) {
    double times[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        double taken = 0;
        for (int i = 0; i < CHECKS / ROUNDS; i++) {
            dealer_document *document = NULL;
            must(dealer_document_open(place->liu, &document, nth(place, i)), dealer_session_error(place->liu), "open");
            double start = seconds();
            if (dealer_document_save(place->liu, document) != DEALER_E_LOCKED) exit(1);
            taken += seconds() - start;
            dealer_document_free(document);
        }
        times[r] = taken / (CHECKS / ROUNDS);
    }
    return middle(times);
}

/* The document with the state of its month, read under the lock for writing. */
static double time_hand_refusal(struct place *place) {
    double times[ROUNDS];
    sqlite3_stmt *select = NULL;
    static const char sql[] =
        "SELECT d.*, t.*, (SELECT state FROM period_lock AS l WHERE l.company = d.company AND l.type = d.type AND "
        "l.period = d.period) FROM document AS d JOIN contract AS t ON t.document_id = d.id WHERE d.id = ?";
    if (sqlite3_prepare_v2(place->db, sql, -1, &select, NULL) != SQLITE_OK) exit(1);
    for (int r = 0; r < ROUNDS; r++) {
        double start = seconds();
        for (int i = 0; i < CHECKS / ROUNDS; i++) {
            run(place->db, "BEGIN IMMEDIATE");
            sqlite3_bind_int64(select, 1, nth(place, i));
            if (sqlite3_step(select) != SQLITE_ROW) exit(1);
            int columns = sqlite3_column_count(select);
            for (int c = 0; c < columns; c++) (void)sqlite3_column_text(select, c);
            if (strcmp((const char *)sqlite3_column_text(select, columns - 1), "held") != 0) exit(1);
            sqlite3_reset(select);
            run(place->db, "ROLLBACK");
        }
        times[r] = (seconds() - start) / (CHECKS / ROUNDS);
    }
    sqlite3_finalize(select);
    return middle(times);
}

int main(int argc, char **argv) {
    char path[512];
    struct place place = {0};
    snprintf(path, sizeof path, "%s/locks_bench.db", argc > 1 ? argv[1] : ".");
    remove_store(path);
    open_place(&place, path, argc > 2 ? atoi(argv[2]) : 100000);
    double library = time_library_month(&place), row = time_hand_row(&place), marks = time_hand_marks(&place);
    printf(
        "a month of %d documents: dealer_period_set %.0f us; hand-written: one row and a log entry %.0f us, ratio %.2f; a mark on each "
        "%.0f us, ratio %.4f\n",
        place.count, library, row, library / row, marks, library / marks);
    set_month(&place, "held");
    library = time_library_refusal(&place), row = time_hand_refusal(&place);
    printf("a change of one of them refused: dealer_document_save %.1f us, hand-written %.1f us, ratio %.2f\n", library, row,
        library / row);
    dealer_session_close(place.liu);
    dealer_session_close(place.feng);
    dealer_store_close(place.store);
    sqlite3_close(place.db);
    remove_store(path);
    return 0;
}
