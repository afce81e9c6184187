#include "real_input/floor.h"
#include "real_input/stage.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The library's clock gave each call that writes a millisecond of its own, so rows of one time are rows of one commit. `select` answers
 * that time first, then the values that `write` takes. An insert without text of its own takes the table's columns as they are. */
static const struct {
    const char *what, *table, *select, *write;
} kinds[FLOOR_STREAMS] = {
    {"document", "document", "SELECT t.created_ms, t.* FROM document AS t", NULL},
    {"customer", "customer", "SELECT d.created_ms, t.* FROM customer AS t JOIN document AS d ON d.id = t.document_id", NULL},
    {"pre_order", "pre_order", "SELECT d.created_ms, t.* FROM pre_order AS t JOIN document AS d ON d.id = t.document_id", NULL},
    {"trade_in", "trade_in", "SELECT d.created_ms, t.* FROM trade_in AS t JOIN document AS d ON d.id = t.document_id", NULL},
    {"field_source", "field_source", "SELECT d.created_ms, t.* FROM field_source AS t JOIN document AS d ON d.id = t.document",
        NULL},
    {"approval", "approval", "SELECT t.started_ms, t.* FROM approval AS t", NULL},
    {"participant", "participant",
        "SELECT coalesce((SELECT min(k.opened_ms) FROM task AS k WHERE k.document = t.document AND k.person = t.person), a.started_ms), t.* "
        "FROM participant AS t JOIN approval AS a ON a.document = t.document",
        NULL},
    {"task", "task", "SELECT t.opened_ms, t.* FROM task AS t", NULL},
    {"approval_event", "approval_event", "SELECT t.at_ms, t.* FROM approval_event AS t", NULL},
    {"decision", "decision", "SELECT t.at_ms, t.* FROM decision AS t", NULL},
    {"journal", "journal", "SELECT t.at_ms, t.* FROM journal AS t WHERE t.kind <> 'market_added'", NULL},
    {"message", "message", "SELECT t.at_ms, t.* FROM message AS t", NULL},
    {"number_sequence, raised", NULL, "SELECT d.created_ms, d.company, d.type FROM document AS d WHERE d.number IS NOT NULL",
        "INSERT INTO number_sequence (company, type, year, last) VALUES (?, ?, 2012, 1) ON CONFLICT DO UPDATE SET last = last + 1"},
    {"document, changed", NULL,
        "SELECT j.at_ms, d.status, d.version, d.updated_ms, d.number, d.id FROM document AS d JOIN ("
        "SELECT document, at_ms, row_number() OVER (PARTITION BY document ORDER BY at_ms) AS turn FROM ("
        "SELECT DISTINCT document, at_ms FROM journal WHERE document <> 0)) AS j ON j.document = d.id "
        "WHERE j.at_ms > d.created_ms AND j.turn <= d.version",
        "UPDATE document SET status = ?, version = ?, updated_ms = ?, number = ? WHERE id = ?"},
    {"task, closed", NULL, "SELECT closed_ms, state, decision, closed_ms, id FROM task WHERE closed_ms IS NOT NULL",
        "UPDATE task SET state = ?, decision = ?, closed_ms = ? WHERE id = ?"},
    {"approval, ended", NULL, "SELECT ended_ms, state, ended_ms, body, id FROM approval WHERE ended_ms IS NOT NULL",
        "UPDATE approval SET state = ?, ended_ms = ?, body = ? WHERE id = ?"},
    {"message, acknowledged", NULL, "SELECT acknowledged_ms, acknowledged_ms, id FROM message WHERE acknowledged_ms IS NOT NULL",
        "UPDATE message SET acknowledged_ms = ? WHERE id = ?"},
    {"journal_head", NULL, "SELECT at_ms, max(sequence), mac FROM journal WHERE kind <> 'market_added' GROUP BY at_ms",
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

static char *second_name(const struct floor *floor) {
    struct text name = {0};
    text_add(&name, "%s.floor", floor->store);
    return name.data;
}

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

static void open_files(struct floor *floor, struct replay *replay) {
    char *name = second_name(floor);
    struct text sql = {0};
    unlink(name);
    check(replay->from, sqlite3_open_v2(floor->store, &replay->from, SQLITE_OPEN_READWRITE, NULL));
    check(replay->to, sqlite3_open(name, &replay->to));
    text_add(&sql, "ATTACH '%s' AS library", floor->store);
    execute(replay->to, sql.data);
    execute(replay->to, "PRAGMA main.journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF");
    copy_schema(replay);
    execute(replay->to, "DETACH library; PRAGMA foreign_keys = ON");
    snprintf(floor->mode, sizeof floor->mode, "WAL, synchronous FULL");
    text_free(&sql);
    free(name);
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

static void start_streams(struct floor *floor, struct replay *replay) {
    for (int i = 0; i < FLOOR_STREAMS; i++) {
        struct stream *stream = &replay->streams[i];
        struct text sql = {0};
        text_add(&sql, "SELECT * FROM (%s) WHERE 1 ORDER BY 1", kinds[i].select);
        stream->read = prepare(replay->from, sql.data);
        text_free(&sql);
        char *insert = kinds[i].write == NULL ? insert_text(replay, kinds[i].table) : NULL;
        stream->write = prepare(replay->to, insert != NULL ? insert : kinds[i].write);
        free(insert);
        do stream->there = sqlite3_step(stream->read) == SQLITE_ROW;
        while (stream->there && sqlite3_column_int64(stream->read, 0) < floor->first_ms);
    }
    replay->begin = prepare(replay->to, "BEGIN IMMEDIATE");
    replay->commit = prepare(replay->to, "COMMIT");
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
static size_t read_rows(const struct floor *floor, struct replay *replay) {
    replay->count = 0;
    for (;;) {
        int64_t next = INT64_MAX;
        for (int i = 0; i < FLOOR_STREAMS; i++) {
            if (!replay->streams[i].there) continue;
            int64_t at = sqlite3_column_int64(replay->streams[i].read, 0);
            if (at < next) next = at;
        }
        if (next > floor->last_ms || replay->count + 1000 > ROWS_AT_ONCE) break;
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

static void write_rows(struct floor *floor, struct replay *replay) {
    double start = seconds_now();
    for (size_t i = 0; i < replay->count;) {
        int64_t at = replay->rows[i].at_ms;
        run(replay->to, replay->begin);
        for (; i < replay->count && replay->rows[i].at_ms == at; i++) write_row(replay, &replay->rows[i]);
        run(replay->to, replay->commit);
        floor->commits++;
    }
    floor->seconds += seconds_now() - start;
    for (size_t i = 0; i < replay->count; i++) {
        struct row *row = &replay->rows[i];
        floor->rows[row->kind]++;
        if (kinds[row->kind].write == NULL)
            floor->inserts++;
        else
            floor->updates++;
        for (int j = 0; j < row->count; j++) sqlite3_value_free(row->values[j]);
    }
}

void floor_measure(struct floor *floor) {
    struct replay replay = {.rows = must_have(calloc(ROWS_AT_ONCE, sizeof *replay.rows))};
    open_files(floor, &replay);
    start_streams(floor, &replay);
    while (read_rows(floor, &replay) > 0) write_rows(floor, &replay);
    for (int i = 0; i < FLOOR_STREAMS; i++) {
        sqlite3_finalize(replay.streams[i].read);
        sqlite3_finalize(replay.streams[i].write);
    }
    sqlite3_finalize(replay.begin);
    sqlite3_finalize(replay.commit);
    sqlite3_close(replay.from);
    sqlite3_close(replay.to);
    free(replay.rows);
}

void floor_print_tables(const struct floor *floor, size_t trade_ins) {
    printf("rows a trade-in");
    for (int i = 0; i < FLOOR_STREAMS; i++)
        printf("%s %s %.2f", i > 0 ? ";" : " ", kinds[i].what, (double)floor->rows[i] / (double)trade_ins);
    printf("\n");
}
