/* How fast a document goes through submit and three levels to final approval, durable, against the same row writes in hand-written prepared
 * SQLite in the same run: same schema, same SQLite, same pragmas, same number of commits. Prints a ratio; asserts nothing.
 *
 *   approval [documents] [directory]        default: 300, and a file in the current directory; then once more in memory */
#include "measure.h"
#include "support/store_files.h"

#include <dealer.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 3, PATH_SIZE = 512, COMMITS = 2 + LEVELS };

static const char configuration[] =
    "{\"group\":{\"code\":\"G\",\"name\":\"集团\"},"
    "\"companies\":[{\"code\":\"C\",\"name\":\"公司\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}],"
    "\"departments\":[{\"code\":\"d\",\"name\":\"部门\",\"company\":\"C\"}],"
    "\"types\":[{\"name\":\"request\",\"en\":\"request\",\"zh\":\"申请\",\"prefix\":\"RQ\",\"fields\":["
    "{\"name\":\"amount\",\"en\":\"amount\",\"zh\":\"金额\",\"kind\":\"money\"},"
    "{\"name\":\"note\",\"en\":\"note\",\"zh\":\"说明\",\"kind\":\"text\"}]}],"
    "\"posts\":[{\"code\":\"maker\",\"name\":\"制单\",\"grants\":[{\"functions\":[\"request.*\"],\"scope\":\"company\"}]},"
    "{\"code\":\"one\",\"name\":\"一级\",\"grants\":[]},{\"code\":\"two\",\"name\":\"二级\",\"grants\":[]},{\"code\":\"three\",\"name\":"
    "\"三级\",\"grants\":[]}],"
    "\"employees\":["
    "{\"code\":\"m\",\"name\":\"张伟\",\"department\":\"d\",\"posts\":[{\"post\":\"maker\"}]},"
    "{\"code\":\"a\",\"name\":\"李娜\",\"department\":\"d\",\"posts\":[{\"post\":\"one\"}]},"
    "{\"code\":\"b\",\"name\":\"王强\",\"department\":\"d\",\"posts\":[{\"post\":\"two\"}]},"
    "{\"code\":\"c\",\"name\":\"赵磊\",\"department\":\"d\",\"posts\":[{\"post\":\"three\"}]}]}";

#define LEVEL(id, post) \
    "{id='" id "',kind='approve',title={en='level',zh='审核'},who={post='" post "',['in']='company'},mode='any'},"
static const char rules[] =
    "{\"note\":\"bench\",\"files\":{\"flow/request.lua\":\"return "
    "{id='flow.request',title={en='request',zh='申请'},type='request',flow={id='request',title={en='request',"
    "zh='申请'},nodes={" LEVEL("one", "one") LEVEL("two", "two") LEVEL("three", "three") "}}}\"}}";

static void sql(sqlite3 *db, int result, int wanted) {
    if (result == wanted) return;
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

/* -- through the library -- */

static dealer_session *open_session(dealer_store *store, const char *person) {
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    must(dealer_session_open(store, &session, &error, person), error, person);
    return session;
}

static dealer_store *open_store(const char *path) {
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    dealer_error *error = NULL;
    must(dealer_store_open(&store, &error, path, NULL), error, path);
    must(dealer_session_open_system(store, &system, &error, "bench"), error, "system");
    must(dealer_configuration_apply(system, NULL, configuration, sizeof configuration - 1, 0), dealer_session_error(system),
        "configuration");
    must(dealer_rules_publish(system, NULL, rules, sizeof rules - 1, 0), dealer_session_error(system), "rules");
    dealer_session_close(system);
    return store;
}

/* Tasks are numbered as they are opened: the first document's are 1, 2, 3. */
static void approve_all(dealer_session **approvers, int64_t *task) {
    for (int level = 0; level < LEVELS; level++) {
        dealer_decision *decision = NULL;
        must(dealer_task_approve(approvers[level], &decision, ++*task, NULL), dealer_session_error(approvers[level]), "approve");
        dealer_decision_free(decision);
    }
}

static double through_library(dealer_store *store, int documents) {
    dealer_session *maker = open_session(store, "m");
    dealer_session *approvers[LEVELS] = {open_session(store, "a"), open_session(store, "b"), open_session(store, "c")};
    int64_t task = 0;
    double start = seconds();
    for (int i = 0; i < documents; i++) {
        dealer_document *document = NULL;
        dealer_decision *decision = NULL;
        must(dealer_document_new(maker, &document, "request"), dealer_session_error(maker), "new");
        must(dealer_document_set_money(document, "amount", 100 + i, "CNY"), dealer_document_error(document), "amount");
        must(dealer_document_set_text(document, "note", "n", 1), dealer_document_error(document), "note");
        must(dealer_document_save(maker, document), dealer_session_error(maker), "save");
        must(dealer_document_submit(maker, &decision, document), dealer_session_error(maker), "submit");
        dealer_decision_free(decision);
        dealer_document_free(document);
        approve_all(approvers, &task);
    }
    double used = seconds() - start;
    for (int level = 0; level < LEVELS; level++) dealer_session_close(approvers[level]);
    dealer_session_close(maker);
    return used;
}

/* -- the same rows by hand: what the library wrote for one document is copied as a pattern -- */

struct writer {
    sqlite3 *db;
    sqlite3_stmt *begin, *commit, *document, *field, *touch, *approval, *step, *open, *close, *participant, *journal, *message;
};

static sqlite3_stmt *prepare(sqlite3 *db, const char *text) {
    sqlite3_stmt *statement = NULL;
    sql(db, sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), SQLITE_OK);
    return statement;
}

static void run(struct writer *w, sqlite3_stmt *statement) {
    sql(w->db, sqlite3_step(statement), SQLITE_DONE);
    sqlite3_reset(statement);
}

static void prepare_all(struct writer *w) {
    w->begin = prepare(w->db, "BEGIN IMMEDIATE");
    w->commit = prepare(w->db, "COMMIT");
    w->document = prepare(w->db,
        "INSERT INTO document (type, company, department, owner, status, version, currency, created_ms, updated_ms, locked, period) VALUES ('request', 1, 1, 1, 'draft', 1, 'CNY', ?1, ?1, 0, '2026-03')");
    w->field =
        prepare(w->db, "INSERT INTO document_own_field (document_id, name, integer_value, text_value) VALUES (?1, ?2, ?3, ?4)");
    w->touch = prepare(w->db, "UPDATE document SET status = ?2, version = version + 1, updated_ms = ?3, number = ?4 WHERE id = ?1");
    w->approval = prepare(w->db,
        "INSERT INTO approval (document, flow, rule_set, configuration, state, round, submitter, started_ms, body) VALUES (?1, 'flow.request', 1, 1, 'running', 1, 1, ?2, ?3)");
    w->step = prepare(w->db, "UPDATE approval SET state = ?2, body = ?3, ended_ms = ?4 WHERE id = ?1");
    w->open = prepare(w->db,
        "INSERT INTO task (approval, document, sequence, round, person, node, title_en, title_zh, state, reason_en, reason_zh, opened_ms) VALUES (?1, ?2, ?3, 1, ?4, 'one', 'level', '审核', 'open', 'holds the post 一级 for 公司', '担任公司的一级', ?5)");
    w->close = prepare(
        w->db, "UPDATE task SET state = 'done', decision = 'approved', closed_ms = ?3 WHERE approval = ?1 AND sequence = ?2");
    w->participant = prepare(w->db, "INSERT OR IGNORE INTO participant (person, document) VALUES (?1, ?2)");
    w->journal = prepare(
        w->db, "INSERT INTO journal (at_ms, person, document, kind, detail, mac) VALUES (?1, ?2, ?3, ?4, ?5, zeroblob(32))");
    w->message = prepare(w->db,
        "INSERT INTO message (uid, event, document, person, text_en, text_zh, at_ms, available_ms) VALUES ('00000000-0000-0000-0000-000000000000', 'waits', ?1, ?2, ?3, ?4, ?5, ?5)");
}

static void add_journal(struct writer *w, int64_t document, int count) {
    for (int i = 0; i < count; i++) {
        sqlite3_bind_int64(w->journal, 1, 1700000000000);
        sqlite3_bind_int64(w->journal, 2, 1);
        sqlite3_bind_int64(w->journal, 3, document);
        sqlite3_bind_text(w->journal, 4, "task_opened", -1, SQLITE_STATIC);
        sqlite3_bind_text(w->journal, 5,
            "{\"en\":\"holds the post\",\"name\":\"李娜\",\"node\":\"one\",\"person\":2,\"round\":1,\"task\":1,\"zh\":\"担任\"}",
            -1, SQLITE_STATIC);
        run(w, w->journal);
    }
}

static void open_task(struct writer *w, int64_t document, int64_t approval, int level) {
    sqlite3_bind_int64(w->open, 1, approval);
    sqlite3_bind_int64(w->open, 2, document);
    sqlite3_bind_int64(w->open, 3, level + 1);
    sqlite3_bind_int64(w->open, 4, level + 2);
    sqlite3_bind_int64(w->open, 5, 1700000000000);
    run(w, w->open);
    sqlite3_bind_int64(w->participant, 1, level + 2);
    sqlite3_bind_int64(w->participant, 2, document);
    run(w, w->participant);
    sqlite3_bind_int64(w->message, 1, document);
    sqlite3_bind_int64(w->message, 2, level + 2);
    sqlite3_bind_text(w->message, 3, "request RQ-C-2026-000001 of 张伟 waits for you: level", -1, SQLITE_STATIC);
    sqlite3_bind_text(w->message, 4, "张伟 的申请 RQ-C-2026-000001 等待您处理：审核", -1, SQLITE_STATIC);
    sqlite3_bind_int64(w->message, 5, 1700000000000);
    run(w, w->message);
}

static int64_t create(struct writer *w) {
    run(w, w->begin);
    sqlite3_bind_int64(w->document, 1, 1700000000000);
    run(w, w->document);
    int64_t document = sqlite3_last_insert_rowid(w->db);
    for (int i = 0; i < 2; i++) {
        sqlite3_bind_int64(w->field, 1, document);
        sqlite3_bind_text(w->field, 2, i ? "note" : "amount", -1, SQLITE_STATIC);
        if (i)
            sqlite3_bind_text(w->field, 4, "n", -1, SQLITE_STATIC), sqlite3_bind_null(w->field, 3);
        else
            sqlite3_bind_int64(w->field, 3, 100), sqlite3_bind_null(w->field, 4);
        run(w, w->field);
    }
    add_journal(w, document, 1);
    run(w, w->commit);
    return document;
}

static void touch(struct writer *w, int64_t document, const char *status) {
    char number[40];
    snprintf(number, sizeof number, "RQ-C-2026-%09lld", (long long)document);
    sqlite3_bind_int64(w->touch, 1, document);
    sqlite3_bind_text(w->touch, 2, status, -1, SQLITE_STATIC);
    sqlite3_bind_int64(w->touch, 3, 1700000000001);
    sqlite3_bind_text(w->touch, 4, number, -1, SQLITE_TRANSIENT);
    run(w, w->touch);
}

static void decide(struct writer *w, int64_t document, int64_t approval, int level, const char *body) {
    bool last = level == LEVELS - 1;
    if (last) touch(w, document, "approved");
    sqlite3_bind_int64(w->step, 1, approval);
    sqlite3_bind_text(w->step, 2, last ? "approved" : "running", -1, SQLITE_STATIC);
    sqlite3_bind_text(w->step, 3, body, -1, SQLITE_STATIC);
    if (last)
        sqlite3_bind_int64(w->step, 4, 1700000000002);
    else
        sqlite3_bind_null(w->step, 4);
    run(w, w->step);
    sqlite3_bind_int64(w->close, 1, approval);
    sqlite3_bind_int64(w->close, 2, level + 1);
    sqlite3_bind_int64(w->close, 3, 1700000000002);
    run(w, w->close);
    if (!last) open_task(w, document, approval, level + 1);
    add_journal(w, document, last ? 3 : 4);
}

static void decide_durably(struct writer *w, int64_t document, int64_t approval, int level, const char *body) {
    run(w, w->begin);
    decide(w, document, approval, level, body);
    run(w, w->commit);
}

static void finish_all(struct writer *w) {
    sqlite3_stmt *all[] = {w->begin, w->commit, w->document, w->field, w->touch, w->approval, w->step, w->open, w->close,
        w->participant, w->journal, w->message};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) sqlite3_finalize(all[i]);
}

/* Begins the document's approval; its id. */
static int64_t submit(struct writer *w, int64_t document, const char *body) {
    run(w, w->begin);
    touch(w, document, "in_approval");
    sqlite3_bind_int64(w->approval, 1, document);
    sqlite3_bind_int64(w->approval, 2, 1700000000001);
    sqlite3_bind_text(w->approval, 3, body, -1, SQLITE_STATIC);
    run(w, w->approval);
    int64_t approval = sqlite3_last_insert_rowid(w->db);
    open_task(w, document, approval, 0);
    sqlite3_bind_int64(w->participant, 1, 1);
    sqlite3_bind_int64(w->participant, 2, document);
    run(w, w->participant);
    add_journal(w, document, 3);
    run(w, w->commit);
    return approval;
}

static double by_hand(sqlite3 *db, int documents, const char *body) {
    struct writer w = {.db = db};
    prepare_all(&w);
    double start = seconds();
    for (int i = 0; i < documents; i++) {
        int64_t document = create(&w), approval = submit(&w, document, body);
        for (int level = 0; level < LEVELS; level++) decide_durably(&w, document, approval, level, body);
    }
    double used = seconds() - start;
    finish_all(&w);
    return used;
}

/* The engine's state as the library stores it, from the store itself: so that the floor writes as many bytes. */
static char *stored_body(sqlite3 *db) {
    sqlite3_stmt *statement = prepare(db, "SELECT body FROM approval ORDER BY id DESC LIMIT 1");
    sql(db, sqlite3_step(statement), SQLITE_ROW);
    char *body = strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return body;
}

static sqlite3 *open_raw(const char *path) {
    sqlite3 *db = NULL;
    sql(db, sqlite3_open(path, &db), SQLITE_OK);
    sql(db, sqlite3_exec(db, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

/* The same store, as it stands, in memory. */
static sqlite3 *copy_to_memory(sqlite3 *from) {
    sqlite3 *db = NULL;
    sql(db, sqlite3_open(":memory:", &db), SQLITE_OK);
    sqlite3_backup *backup = sqlite3_backup_init(db, "main", from, "main");
    if (!backup || sqlite3_backup_step(backup, -1) != SQLITE_DONE) exit(1);
    sql(db, sqlite3_backup_finish(backup), SQLITE_OK);
    return db;
}

/* -- many approvals in one call, against their rows in one transaction -- */

static double many_through_library(dealer_store *store, int documents) {
    dealer_session *maker = open_session(store, "m"), *approver = open_session(store, "a");
    int64_t *tasks = calloc((size_t)documents, sizeof *tasks);
    for (int i = 0; i < documents; i++) {
        dealer_document *document = NULL;
        dealer_decision *decision = NULL;
        must(dealer_document_new(maker, &document, "request"), dealer_session_error(maker), "new");
        must(dealer_document_set_money(document, "amount", 100 + i, "CNY"), dealer_document_error(document), "amount");
        must(dealer_document_submit(maker, &decision, document), dealer_session_error(maker), "submit");
        dealer_decision_free(decision);
        dealer_document_free(document);
        tasks[i] = i + 1;
    }
    dealer_text *results = NULL;
    double start = seconds();
    must(dealer_tasks_approve_many(approver, &results, tasks, (size_t)documents, NULL), dealer_session_error(approver), "many");
    double used = seconds() - start;
    if (strstr(dealer_text_data(results), "\"ok\":false") != NULL) exit(1);
    dealer_text_free(results);
    dealer_session_close(approver);
    dealer_session_close(maker);
    free(tasks);
    return used;
}

static double many_by_hand(sqlite3 *db, int documents, const char *body) {
    struct writer w = {.db = db};
    int64_t *approvals = calloc((size_t)documents, 2 * sizeof *approvals);
    prepare_all(&w);
    for (int i = 0; i < documents; i++) {
        approvals[2 * i] = create(&w);
        approvals[2 * i + 1] = submit(&w, approvals[2 * i], body);
    }
    double start = seconds();
    run(&w, w.begin);
    for (int i = 0; i < documents; i++) decide(&w, approvals[2 * i], approvals[2 * i + 1], 0, body);
    run(&w, w.commit);
    double used = seconds() - start;
    finish_all(&w);
    free(approvals);
    return used;
}

/* Raw bulk takes what one statement writes; ours runs the engine, its journal and its permissions for each. */
static void measure_many(const char *body) {
    enum { MANY = 1000 };
    dealer_store *store = open_store(":memory:");
    double library = many_through_library(store, MANY);
    dealer_store_close(store);
    sqlite3 *db = NULL;
    char path[] = "bench-approval-many.db";
    remove(path);
    store = open_store(path);
    dealer_store_close(store);
    sqlite3 *file = open_raw(path);
    db = copy_to_memory(file);
    sqlite3_close(file);
    remove_store(path);
    double hand = many_by_hand(db, MANY, body);
    sqlite3_close(db);
    printf("%d approvals in one call, in memory\n  libdealer        %8.0f approvals/s\n  by hand          %8.0f approvals/s\n"
           "  share            %8.2f  (budget 0.6 or more)\n",
        MANY, MANY / library, MANY / hand, hand / library);
}

int main(int count, char **arguments) {
    int documents = count > 1 ? atoi(arguments[1]) : 300;
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/bench-approval.db", count > 2 ? arguments[2] : ".");
    remove_store(path);
    dealer_store *store = open_store(path);
    double library = through_library(store, documents);
    dealer_store_close(store);
    sqlite3 *db = open_raw(path);
    char *body = stored_body(db);
    double hand = by_hand(db, documents, body);
    printf("submit and %d levels, durable (%zu bytes of state, %d commits each)\n", LEVELS, strlen(body), COMMITS);
    printf("  libdealer        %8.0f documents/s\n  by hand          %8.0f documents/s\n  ratio            %8.2f  (budget 1.15)\n",
        documents / library, documents / hand, library / hand);
    sqlite3 *memory = copy_to_memory(db);
    sqlite3_close(db);
    remove_store(path);

    store = open_store(":memory:");
    library = through_library(store, documents * 10);
    dealer_store_close(store);
    hand = by_hand(memory, documents * 10, body);
    sqlite3_close(memory);
    printf(
        "in memory\n  libdealer        %8.0f documents/s\n  by hand          %8.0f documents/s\n  ratio            %8.2f  (budget 1.6)\n",
        10 * documents / library, 10 * documents / hand, library / hand);
    measure_many(body);
    free(body);
    return 0;
}
