#include "real_input/floor.h"
#include "real_input/stage.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The library's clock gave each call that writes a millisecond of its own, so rows of one time are rows of one commit. `select` answers
 * that time first, then the values that `write` takes. An insert without text of its own takes the table's columns as they are. */
static const struct {
    const char *what, *table, *select, *write;
} kinds[FLOOR_STREAMS] = {
    {"document", "document", "SELECT t.created_ms AS at, t.* FROM document AS t", NULL},
    {"customer", "customer", "SELECT d.created_ms AS at, t.* FROM customer AS t JOIN document AS d ON d.id = t.document_id", NULL},
    {"pre_order", "pre_order", "SELECT d.created_ms AS at, t.* FROM pre_order AS t JOIN document AS d ON d.id = t.document_id",
        NULL},
    {"trade_in", "trade_in", "SELECT d.created_ms AS at, t.* FROM trade_in AS t JOIN document AS d ON d.id = t.document_id", NULL},
    {"field_source", "field_source",
        "SELECT d.created_ms AS at, t.* FROM field_source AS t JOIN document AS d ON d.id = t.document", NULL},
    {"approval", "approval", "SELECT t.started_ms AS at, t.* FROM approval AS t", NULL},
    {"participant", "participant",
        "SELECT coalesce((SELECT min(k.opened_ms) FROM task AS k WHERE k.document = t.document AND k.person = t.person), a.started_ms) AS at, t.* "
        "FROM participant AS t JOIN approval AS a ON a.document = t.document",
        NULL},
    {"task", "task", "SELECT t.opened_ms AS at, t.* FROM task AS t", NULL},
    {"decision", "decision", "SELECT t.at_ms AS at, t.* FROM decision AS t", NULL},
    {"journal", "journal", "SELECT t.at_ms AS at, t.* FROM journal AS t WHERE t.kind <> 'market_added'", NULL},
    {"message", "message", "SELECT t.at_ms AS at, t.* FROM message AS t", NULL},
    {"number_sequence, raised", NULL, "SELECT d.created_ms AS at, d.company, d.type FROM document AS d WHERE d.number IS NOT NULL",
        "INSERT INTO number_sequence (company, type, year, last) VALUES (?, ?, 2012, 1) ON CONFLICT DO UPDATE SET last = last + 1"},
    {"document, changed", NULL,
        "SELECT j.at_ms AS at, d.status, d.version, d.updated_ms, d.number, d.id FROM document AS d JOIN ("
        "SELECT document, at_ms, row_number() OVER (PARTITION BY document ORDER BY at_ms) AS turn FROM ("
        "SELECT DISTINCT document, at_ms FROM journal WHERE document <> 0)) AS j ON j.document = d.id "
        "WHERE j.at_ms > d.created_ms AND j.turn <= d.version",
        "UPDATE document SET status = ?, version = ?, updated_ms = ?, number = ? WHERE id = ?"},
    {"task, closed", NULL, "SELECT closed_ms AS at, state, decision, closed_ms, id FROM task WHERE closed_ms IS NOT NULL",
        "UPDATE task SET state = ?, decision = ?, closed_ms = ? WHERE id = ?"},
    {"approval, ended", NULL, "SELECT ended_ms AS at, state, ended_ms, body, id FROM approval WHERE ended_ms IS NOT NULL",
        "UPDATE approval SET state = ?, ended_ms = ?, body = ? WHERE id = ?"},
    {"message, acknowledged", NULL,
        "SELECT acknowledged_ms AS at, acknowledged_ms, id FROM message WHERE acknowledged_ms IS NOT NULL",
        "UPDATE message SET acknowledged_ms = ? WHERE id = ?"},
    {"journal_head", NULL, "SELECT at_ms AS at, max(sequence), mac FROM journal WHERE kind <> 'market_added' GROUP BY at_ms",
        "INSERT INTO journal_head (id, sequence, mac) VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence, mac = excluded.mac"},
};

enum { COLUMNS_MOST = 40, ROWS_AT_ONCE = 20000 };

struct row {
    int64_t at_ms;
    int kind, count;
    size_t order;
    sqlite3_value *values[COLUMNS_MOST];
};

/* Rows of one kind, in the order of their time. */
struct stream {
    sqlite3_stmt *read, *write;
    int there;
};

struct replay {
    const char *store;
    int64_t done_ms; /* up to here everything is written */
    sqlite3 *from, *to;
    struct stream streams[FLOOR_STREAMS];
    sqlite3_stmt *begin, *commit;
    struct row *rows;
    size_t count;
};

static void check(sqlite3 *db, int code) {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    fprintf(stderr, "SQLite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = NULL;
    check(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
    return statement;
}

static void execute(sqlite3 *db, const char *sql) {
    check(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

/* -- the second file -- */

/* The same tables and indexes; no triggers and views, which only guard and show. Organisation rows come along, for the foreign keys. */
static void copy_schema(struct replay *replay) {
    static const char *const copied[] = {"company", "department", "post", "employee"};
    sqlite3_stmt *schema = prepare(replay->from,
        "SELECT sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
        "ORDER BY type DESC, rowid");
    while (sqlite3_step(schema) == SQLITE_ROW) execute(replay->to, (const char *)sqlite3_column_text(schema, 0));
    sqlite3_finalize(schema);
    for (size_t i = 0; i < sizeof copied / sizeof copied[0]; i++) {
        struct text sql = {0};
        text_add(&sql, "INSERT INTO %s SELECT * FROM library.%s", copied[i], copied[i]);
        execute(replay->to, sql.data);
        text_free(&sql);
    }
}

static void open_files(struct replay *replay) {
    static const char *const endings[] = {"", "-wal", "-shm"};
    struct text name = {0}, attach = {0};
    for (size_t i = 3; i-- > 0;) { /* the name itself is the last */
        text_clear(&name);
        text_add(&name, "%s.floor%s", replay->store, endings[i]);
        unlink(name.data);
    }
    check(replay->from, sqlite3_open_v2(replay->store, &replay->from, SQLITE_OPEN_READWRITE, NULL));
    check(replay->to, sqlite3_open(name.data, &replay->to));
    text_add(&attach, "ATTACH '%s' AS library", replay->store);
    execute(replay->to, attach.data);
    execute(replay->to, "PRAGMA main.journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF");
    copy_schema(replay);
    execute(replay->to, "DETACH library; PRAGMA foreign_keys = ON");
    text_free(&attach);
    text_free(&name);
}

static char *insert_text(struct replay *replay, const char *table) {
    struct text sql = {0};
    sqlite3_stmt *probe;
    text_add(&sql, "SELECT * FROM %s", table);
    probe = prepare(replay->to, sql.data);
    int columns = sqlite3_column_count(probe);
    sqlite3_finalize(probe);
    text_clear(&sql);
    text_add(&sql, "INSERT INTO %s VALUES (?", table);
    for (int i = 1; i < columns; i++) text_add(&sql, ",?");
    text_add(&sql, ")");
    return sql.data;
}

static void prepare_all(struct replay *replay) {
    for (int i = 0; i < FLOOR_STREAMS; i++) {
        struct stream *stream = &replay->streams[i];
        struct text sql = {0};
        text_add(&sql, "SELECT * FROM (%s) WHERE at > ? AND at <= ? ORDER BY at", kinds[i].select);
        stream->read = prepare(replay->from, sql.data);
        text_free(&sql);
        char *insert = kinds[i].write == NULL ? insert_text(replay, kinds[i].table) : NULL;
        stream->write = prepare(replay->to, insert != NULL ? insert : kinds[i].write);
        free(insert);
    }
    replay->begin = prepare(replay->to, "BEGIN IMMEDIATE");
    replay->commit = prepare(replay->to, "COMMIT");
}

static void start_streams(struct replay *replay, int64_t to_ms) {
    for (int i = 0; i < FLOOR_STREAMS; i++) {
        struct stream *stream = &replay->streams[i];
        sqlite3_bind_int64(stream->read, 1, replay->done_ms);
        sqlite3_bind_int64(stream->read, 2, to_ms);
        stream->there = sqlite3_step(stream->read) == SQLITE_ROW;
    }
}

/* Nothing may be left open: a reader would keep the library from starting its log anew. */
static void end_streams(struct replay *replay) {
    for (int i = 0; i < FLOOR_STREAMS; i++) sqlite3_reset(replay->streams[i].read);
}

/* -- reading a heap of rows -- */

static void take_row(struct replay *replay, int kind) {
    struct stream *stream = &replay->streams[kind];
    struct row *row = &replay->rows[replay->count];
    *row = (struct row){.at_ms = sqlite3_column_int64(stream->read, 0), .kind = kind, .order = replay->count};
    row->count = sqlite3_column_count(stream->read) - 1;
    if (row->count > COLUMNS_MOST) abort();
    for (int i = 0; i < row->count; i++) row->values[i] = must_have(sqlite3_value_dup(sqlite3_column_value(stream->read, i + 1)));
    replay->count++;
    stream->there = sqlite3_step(stream->read) == SQLITE_ROW;
}

static int by_time(const void *left, const void *right) {
    const struct row *a = left, *b = right;
    if (a->at_ms != b->at_ms) return a->at_ms < b->at_ms ? -1 : 1;
    if (a->kind != b->kind) return a->kind - b->kind;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* All rows of whole milliseconds, until there are enough; 0 at the end. */
static size_t read_rows(struct replay *replay) {
    replay->count = 0;
    for (;;) {
        int64_t next = INT64_MAX;
        for (int i = 0; i < FLOOR_STREAMS; i++) {
            if (!replay->streams[i].there) continue;
            int64_t at = sqlite3_column_int64(replay->streams[i].read, 0);
            if (at < next) next = at;
        }
        if (next == INT64_MAX || replay->count + 1000 > ROWS_AT_ONCE) break;
        for (int i = 0; i < FLOOR_STREAMS; i++) {
            while (replay->streams[i].there && sqlite3_column_int64(replay->streams[i].read, 0) == next &&
                   replay->count < ROWS_AT_ONCE)
                take_row(replay, i);
        }
    }
    qsort(replay->rows, replay->count, sizeof *replay->rows, by_time);
    return replay->count;
}

/* -- writing it, which is what is measured -- */

static void run(sqlite3 *db, sqlite3_stmt *statement) {
    check(db, sqlite3_step(statement));
    sqlite3_reset(statement);
}

static void write_row(struct replay *replay, const struct row *row) {
    sqlite3_stmt *write = replay->streams[row->kind].write;
    for (int i = 0; i < row->count; i++) check(replay->to, sqlite3_bind_value(write, i + 1, row->values[i]));
    run(replay->to, write);
}

static void write_rows(struct floor_result *result, struct replay *replay) {
    double start = seconds_now();
    for (size_t i = 0; i < replay->count;) {
        int64_t at = replay->rows[i].at_ms;
        run(replay->to, replay->begin);
        for (; i < replay->count && replay->rows[i].at_ms == at; i++) write_row(replay, &replay->rows[i]);
        run(replay->to, replay->commit);
        result->commits++;
    }
    result->seconds += seconds_now() - start;
    for (size_t i = 0; i < replay->count; i++) {
        struct row *row = &replay->rows[i];
        result->rows[row->kind]++;
        if (kinds[row->kind].write == NULL)
            result->inserts++;
        else
            result->updates++;
        for (int j = 0; j < row->count; j++) sqlite3_value_free(row->values[j]);
    }
}

/* -- the other process -- */

static void catch_up(struct floor_result *result, struct replay *replay, int64_t to_ms) {
    if (replay->from == NULL) {
        open_files(replay);
        prepare_all(replay);
    }
    start_streams(replay, to_ms);
    while (read_rows(replay) > 0) write_rows(result, replay);
    end_streams(replay);
    replay->done_ms = to_ms;
}

static void must_pass(ssize_t passed, size_t wanted) {
    if (passed == (ssize_t)wanted) return;
    fputs("the two processes lost each other\n", stderr);
    _exit(1);
}

/* Takes times up to which to write, answers what was done so far; ends when nothing more comes. */
static void serve(const struct floor *floor, int commands, int answers) {
    struct replay replay = {
        .store = floor->store, .done_ms = floor->from_ms, .rows = must_have(calloc(ROWS_AT_ONCE, sizeof *replay.rows))};
    struct floor_result result = {0};
    int64_t to_ms;
    while (read(commands, &to_ms, sizeof to_ms) == (ssize_t)sizeof to_ms) {
        catch_up(&result, &replay, to_ms);
        must_pass(write(answers, &result, sizeof result), sizeof result);
    }
    _exit(0);
}

void floor_start(struct floor *floor) {
    int commands[2], answers[2];
    if (pipe(commands) != 0 || pipe(answers) != 0) exit(1);
    fflush(NULL);
    floor->process = fork();
    if (floor->process < 0) exit(1);
    if (floor->process == 0) {
        close(commands[1]);
        close(answers[0]);
        serve(floor, commands[0], answers[1]);
    }
    close(commands[0]);
    close(answers[1]);
    floor->to_child = commands[1];
    floor->from_child = answers[0];
}

static void ask(struct floor *floor, int64_t to_ms, struct floor_result *out) {
    must_pass(write(floor->to_child, &to_ms, sizeof to_ms), sizeof to_ms);
    must_pass(read(floor->from_child, out, sizeof *out), sizeof *out);
}

void floor_catch_up(struct floor *floor, int64_t to_ms) {
    struct floor_result result;
    ask(floor, to_ms, &result);
}

void floor_finish(struct floor *floor, struct floor_result *out) {
    ask(floor, INT64_MAX - 1, out);
    close(floor->to_child);
    close(floor->from_child);
    waitpid(floor->process, NULL, 0);
}

void floor_print_tables(const struct floor_result *result, size_t trade_ins) {
    printf("rows a trade-in");
    for (int i = 0; i < FLOOR_STREAMS; i++)
        printf("%s %s %.2f", i > 0 ? ";" : " ", kinds[i].what, (double)result->rows[i] / (double)trade_ins);
    printf("\n");
}
