/* How fast a document goes through submit and three levels to final approval, durable, against the same row writes in hand-written prepared
 * SQLite: same schema, same SQLite, same pragmas, same commits, and the texts that the library itself has stored for such a document. What
 * the floor leaves out: reading, the engine, permission, and the journal's HMAC. Rounds are interleaved, medians told: on the wall on disk,
 * of processor time in memory. Prints ratios; asserts nothing.
 *
 *   approval [documents a round] [directory]        default: 60, and a file in the current directory; then ten times as many in memory */
#include "measure.h"
#include "support/store_files.h"

#include <dealer.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 3, STAGES = 1 + LEVELS, ENTRIES = 8, PATH_SIZE = 512, ROUNDS = 9, MANY = 1000 };

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

struct library {
    dealer_store *store;
    dealer_session *maker, *approvers[LEVELS];
    int64_t tasks; /* numbered as they are opened */
};

static void set_up(dealer_store *store) {
    dealer_session *system = NULL;
    dealer_error *error = NULL;
    must(dealer_session_open_system(store, &system, &error, "bench"), error, "system");
    must(dealer_configuration_apply(system, NULL, configuration, sizeof configuration - 1, 0), dealer_session_error(system),
        "configuration");
    must(dealer_rules_publish(system, NULL, rules, sizeof rules - 1, 0), dealer_session_error(system), "rules");
    dealer_session_close(system);
}

static void open_library(struct library *this, const char *path, bool fresh) {
    dealer_error *error = NULL;
    *this = (struct library){NULL};
    must(dealer_store_open(&this->store, &error, path, NULL), error, path);
    if (fresh) set_up(this->store);
    this->maker = open_session(this->store, "m");
    this->approvers[0] = open_session(this->store, "a");
    this->approvers[1] = open_session(this->store, "b");
    this->approvers[2] = open_session(this->store, "c");
}

static void close_library(struct library *this) {
    for (int level = 0; level < LEVELS; level++) dealer_session_close(this->approvers[level]);
    dealer_session_close(this->maker);
    dealer_store_close(this->store);
}

static void submit_one(struct library *this, int amount) {
    dealer_session *maker = this->maker;
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    must(dealer_document_new(maker, &document, "request"), dealer_session_error(maker), "new");
    must(dealer_document_set_money(document, "amount", amount, "CNY"), dealer_document_error(document), "amount");
    must(dealer_document_set_text(document, "note", "n", 1), dealer_document_error(document), "note");
    must(dealer_document_submit(maker, &decision, document), dealer_session_error(maker), "submit");
    dealer_decision_free(decision);
    dealer_document_free(document);
}

static void approve_one(struct library *this, int level) {
    dealer_session *approver = this->approvers[level];
    dealer_decision *decision = NULL;
    must(dealer_task_approve(approver, &decision, ++this->tasks, NULL), dealer_session_error(approver), "approve");
    dealer_decision_free(decision);
}

static double through_library(struct library *this, int documents, double (*clock)(void)) {
    double start = clock();
    for (int i = 0; i < documents; i++) {
        submit_one(this, 100 + i);
        for (int level = 0; level < LEVELS; level++) approve_one(this, level);
    }
    return clock() - start;
}

static double many_through_library(struct library *this, double (*clock)(void)) {
    static int64_t tasks[MANY];
    dealer_text *results = NULL;
    for (int i = 0; i < MANY; i++) {
        submit_one(this, 100 + i);
        tasks[i] = ++this->tasks;
    }
    double start = clock();
    must(dealer_tasks_approve_many(this->approvers[0], &results, tasks, MANY, NULL), dealer_session_error(this->approvers[0]),
        "many");
    double used = clock() - start;
    if (strstr(dealer_text_data(results), "\"ok\":false") != NULL) exit(1);
    dealer_text_free(results);
    this->tasks += MANY; /* of the second level */
    return used;
}

/* -- what the library wrote for one document, stage by stage: the floor writes the same texts -- */

struct pattern {
    char *body[STAGES]; /* the engine's state */
    struct {
        char *kind, *detail;
    } journal[STAGES][ENTRIES];
    int entries[STAGES];
};

static sqlite3_stmt *prepare(sqlite3 *db, const char *text) {
    sqlite3_stmt *statement = NULL;
    sql(db, sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), SQLITE_OK);
    return statement;
}

static char *copy_column(sqlite3_stmt *statement, int column) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? strdup(text) : NULL;
}

/* What has come since the stage before. */
static void read_stage(struct pattern *pattern, int stage, const char *path) {
    sqlite3 *db = NULL;
    int earlier = 0;
    for (int i = 0; i < stage; i++) earlier += pattern->entries[i];
    sql(db, sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_stmt *select = prepare(db, "SELECT body FROM approval");
    sql(db, sqlite3_step(select), SQLITE_ROW);
    pattern->body[stage] = copy_column(select, 0);
    sqlite3_finalize(select);
    select =
        prepare(db, "SELECT kind, detail FROM journal WHERE document = 1 AND document <> 0 ORDER BY sequence LIMIT -1 OFFSET ?1");
    sqlite3_bind_int(select, 1, earlier);
    while (sqlite3_step(select) == SQLITE_ROW && pattern->entries[stage] < ENTRIES) {
        int entry = pattern->entries[stage]++;
        pattern->journal[stage][entry].kind = copy_column(select, 0);
        pattern->journal[stage][entry].detail = copy_column(select, 1);
    }
    sqlite3_finalize(select);
    sqlite3_close(db);
}

/* The store is closed before this program's own SQLite looks at it: of one process only one may have it open. */
static void read_pattern(struct pattern *pattern, const char *path) {
    struct library library;
    for (int stage = 0; stage < STAGES; stage++) {
        open_library(&library, path, stage == 0);
        library.tasks = stage - 1;
        if (stage == 0)
            submit_one(&library, 100);
        else
            approve_one(&library, stage - 1);
        close_library(&library);
        read_stage(pattern, stage, path);
    }
    remove_store(path);
}

static void free_pattern(struct pattern *pattern) {
    for (int stage = 0; stage < STAGES; stage++) {
        free(pattern->body[stage]);
        for (int i = 0; i < pattern->entries[stage]; i++) {
            free(pattern->journal[stage][i].kind);
            free(pattern->journal[stage][i].detail);
        }
    }
}

/* -- the same rows by hand -- */

struct writer {
    sqlite3 *db;
    const struct pattern *pattern;
    sqlite3_stmt *begin, *commit, *document, *field, *number, *touch, *end, *approval, *step, *open, *close, *participant, *journal,
        *head, *message;
    int64_t sequence;
};

static void run(struct writer *w, sqlite3_stmt *statement) {
    sql(w->db, sqlite3_step(statement), SQLITE_DONE);
    sqlite3_reset(statement);
}

static void prepare_all(struct writer *w) {
    w->begin = prepare(w->db, "BEGIN IMMEDIATE");
    w->commit = prepare(w->db, "COMMIT");
    w->document = prepare(w->db,
        "INSERT INTO document (type, company, department, owner, status, version, currency, created_ms, updated_ms, locked, period) VALUES ('request', 1, 1, 4, 'draft', 1, 'CNY', ?1, ?1, 0, '2026-03')");
    w->field =
        prepare(w->db, "INSERT INTO document_own_field (document_id, name, integer_value, text_value) VALUES (?1, ?2, ?3, ?4)");
    w->number = prepare(w->db,
        "INSERT INTO number_sequence (company, type, year, last) VALUES (1, 'request', 2026, 1) ON CONFLICT (company, type, year) DO UPDATE SET last = last + 1");
    w->touch = prepare(w->db,
        "UPDATE document SET status = 'in_approval', review = 'approval', version = version + 1, updated_ms = ?2, number = ?3 WHERE id = ?1");
    w->end = prepare(w->db, "UPDATE document SET status = 'approved', version = version + 1, updated_ms = ?2 WHERE id = ?1");
    w->approval = prepare(w->db,
        "INSERT INTO approval (document, flow, rule_set, configuration, state, round, submitter, started_ms, body) VALUES (?1, 'flow.request', 1, 1, 'running', 1, 4, ?2, ?3)");
    w->step = prepare(w->db, "UPDATE approval SET state = ?2, body = ?3, ended_ms = ?4 WHERE id = ?1");
    w->open = prepare(w->db,
        "INSERT INTO task (approval, document, sequence, round, person, node, title_en, title_zh, state, reason_en, reason_zh, opened_ms) VALUES (?1, ?2, ?3, 1, ?4, 'one', 'level', '审核', 'open', 'holds the post 一级 for 公司', '担任公司的一级', ?5)");
    w->close = prepare(
        w->db, "UPDATE task SET state = 'done', decision = 'approved', closed_ms = ?3 WHERE approval = ?1 AND sequence = ?2");
    w->participant = prepare(w->db, "INSERT INTO participant (person, document) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
    w->journal = prepare(w->db,
        "INSERT INTO journal (sequence, at_ms, person, document, kind, detail, mac) VALUES (?1, ?2, ?3, ?4, ?5, ?6, zeroblob(32))");
    w->head = prepare(w->db,
        "INSERT INTO journal_head (id, sequence, mac) VALUES (1, ?1, zeroblob(32)) ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, mac = excluded.mac");
    w->message = prepare(w->db,
        "INSERT INTO message (uid, event, type, document, person, text_en, text_zh, at_ms, available_ms) VALUES ('00000000-0000-0000-0000-000000000000', 'waits', 'request', ?1, ?2, ?3, ?4, ?5, ?5)");
}

static void finish_all(struct writer *w) {
    sqlite3_stmt *all[] = {w->begin, w->commit, w->document, w->field, w->number, w->touch, w->end, w->approval, w->step, w->open,
        w->close, w->participant, w->journal, w->head, w->message};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) sqlite3_finalize(all[i]);
}

static void open_writer(struct writer *w, sqlite3 *db, const struct pattern *pattern) {
    *w = (struct writer){.db = db, .pattern = pattern};
    sqlite3_stmt *last = prepare(db, "SELECT max(sequence) FROM journal");
    sql(db, sqlite3_step(last), SQLITE_ROW);
    w->sequence = sqlite3_column_int64(last, 0);
    sqlite3_finalize(last);
    prepare_all(w);
}

static void commit(struct writer *w) {
    sqlite3_bind_int64(w->head, 1, w->sequence);
    run(w, w->head);
    run(w, w->commit);
}

static void add_journal(struct writer *w, int64_t document, int stage) {
    for (int i = 0; i < w->pattern->entries[stage]; i++) {
        sqlite3_bind_int64(w->journal, 1, ++w->sequence);
        sqlite3_bind_int64(w->journal, 2, 1700000000000);
        sqlite3_bind_int64(w->journal, 3, 1);
        sqlite3_bind_int64(w->journal, 4, document);
        sqlite3_bind_text(w->journal, 5, w->pattern->journal[stage][i].kind, -1, SQLITE_STATIC);
        sqlite3_bind_text(w->journal, 6, w->pattern->journal[stage][i].detail, -1, SQLITE_STATIC);
        run(w, w->journal);
    }
}

static void add_participant(struct writer *w, int64_t document, int64_t person) {
    sqlite3_bind_int64(w->participant, 1, person);
    sqlite3_bind_int64(w->participant, 2, document);
    run(w, w->participant);
}

static void open_task(struct writer *w, int64_t document, int64_t approval, int level) {
    sqlite3_bind_int64(w->open, 1, approval);
    sqlite3_bind_int64(w->open, 2, document);
    sqlite3_bind_int64(w->open, 3, level + 1);
    sqlite3_bind_int64(w->open, 4, level + 1);
    sqlite3_bind_int64(w->open, 5, 1700000000000);
    run(w, w->open);
    add_participant(w, document, level + 1);
    sqlite3_bind_int64(w->message, 1, document);
    sqlite3_bind_int64(w->message, 2, level + 1);
    sqlite3_bind_text(w->message, 3, "request RQ-C-2026-000001 of 张伟 waits for you: level", -1, SQLITE_STATIC);
    sqlite3_bind_text(w->message, 4, "张伟 的申请 RQ-C-2026-000001 等待您处理：审核", -1, SQLITE_STATIC);
    sqlite3_bind_int64(w->message, 5, 1700000000000);
    run(w, w->message);
}

static void put_field(struct writer *w, int64_t document, const char *name) {
    bool text = strcmp(name, "note") == 0;
    sqlite3_bind_int64(w->field, 1, document);
    sqlite3_bind_text(w->field, 2, name, -1, SQLITE_STATIC);
    if (text) {
        sqlite3_bind_null(w->field, 3);
        sqlite3_bind_text(w->field, 4, "n", -1, SQLITE_STATIC);
    } else {
        sqlite3_bind_int64(w->field, 3, 100);
        sqlite3_bind_null(w->field, 4);
    }
    run(w, w->field);
}

static int64_t create(struct writer *w) {
    sqlite3_bind_int64(w->document, 1, 1700000000000);
    run(w, w->document);
    int64_t document = sqlite3_last_insert_rowid(w->db);
    put_field(w, document, "amount");
    put_field(w, document, "note");
    return document;
}

static void number_it(struct writer *w, int64_t document) {
    char number[40];
    run(w, w->number);
    snprintf(number, sizeof number, "RQ-C-2026-%06lld", (long long)document);
    sqlite3_bind_int64(w->touch, 1, document);
    sqlite3_bind_int64(w->touch, 2, 1700000000001);
    sqlite3_bind_text(w->touch, 3, number, -1, SQLITE_TRANSIENT);
    run(w, w->touch);
}

struct under_way {
    int64_t document, approval;
};

static struct under_way submit(struct writer *w) {
    struct under_way it;
    run(w, w->begin);
    it.document = create(w);
    number_it(w, it.document);
    sqlite3_bind_int64(w->approval, 1, it.document);
    sqlite3_bind_int64(w->approval, 2, 1700000000001);
    sqlite3_bind_text(w->approval, 3, w->pattern->body[0], -1, SQLITE_STATIC);
    run(w, w->approval);
    it.approval = sqlite3_last_insert_rowid(w->db);
    open_task(w, it.document, it.approval, 0);
    add_participant(w, it.document, 4);
    add_journal(w, it.document, 0);
    commit(w);
    return it;
}

static void decide(struct writer *w, struct under_way it, int level) {
    bool last = level == LEVELS - 1;
    if (last) {
        sqlite3_bind_int64(w->end, 1, it.document);
        sqlite3_bind_int64(w->end, 2, 1700000000002);
        run(w, w->end);
    }
    sqlite3_bind_int64(w->step, 1, it.approval);
    sqlite3_bind_text(w->step, 2, last ? "approved" : "running", -1, SQLITE_STATIC);
    sqlite3_bind_text(w->step, 3, w->pattern->body[1 + level], -1, SQLITE_STATIC);
    if (last)
        sqlite3_bind_int64(w->step, 4, 1700000000002);
    else
        sqlite3_bind_null(w->step, 4);
    run(w, w->step);
    sqlite3_bind_int64(w->close, 1, it.approval);
    sqlite3_bind_int64(w->close, 2, level + 1);
    sqlite3_bind_int64(w->close, 3, 1700000000002);
    run(w, w->close);
    if (!last) open_task(w, it.document, it.approval, level + 1);
    add_journal(w, it.document, 1 + level);
}

static double by_hand(struct writer *w, int documents, double (*clock)(void)) {
    double start = clock();
    for (int i = 0; i < documents; i++) {
        struct under_way it = submit(w);
        for (int level = 0; level < LEVELS; level++) {
            run(w, w->begin);
            decide(w, it, level);
            commit(w);
        }
    }
    return clock() - start;
}

static double many_by_hand(struct writer *w, double (*clock)(void)) {
    static struct under_way all[MANY];
    for (int i = 0; i < MANY; i++) all[i] = submit(w);
    double start = clock();
    run(w, w->begin);
    for (int i = 0; i < MANY; i++) decide(w, all[i], 0);
    commit(w);
    return clock() - start;
}

/* -- both, in turns -- */

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
    sql(db, sqlite3_exec(db, "PRAGMA foreign_keys=ON;", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

struct pair {
    struct library library;
    struct writer hand;
};

/* Each with a store of its own; the hand's was set up by the library. path NULL: in memory. */
static void open_pair(struct pair *pair, const struct pattern *pattern, const char *path, const char *other) {
    struct library before;
    remove_store(other);
    open_library(&before, other, true);
    close_library(&before);
    sqlite3 *file = open_raw(other), *db = path ? file : copy_to_memory(file);
    if (path) remove_store(path);
    open_library(&pair->library, path ? path : ":memory:", true);
    open_writer(&pair->hand, db, pattern);
    if (!path) sqlite3_close(file);
}

static void close_pair(struct pair *pair, const char *path, const char *other) {
    close_library(&pair->library);
    finish_all(&pair->hand);
    sqlite3_close(pair->hand.db);
    if (path) remove_store(path);
    remove_store(other);
}

static void measure(struct pair *pair, int documents, double (*clock)(void), const char *budget) {
    double library[ROUNDS], hand[ROUNDS], ratio[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        library[i] = through_library(&pair->library, documents, clock);
        hand[i] = by_hand(&pair->hand, documents, clock);
        ratio[i] = library[i] / hand[i];
    }
    double middle = median(ratio, ROUNDS);
    printf(
        "  libdealer        %8.0f documents/s\n  by hand          %8.0f documents/s\n  ratio            %8.2f  (%.2f to %.2f; budget %s)\n",
        documents / median(library, ROUNDS), documents / median(hand, ROUNDS), middle, ratio[0], ratio[ROUNDS - 1], budget);
}

static void measure_many(struct pair *pair, double (*clock)(void)) {
    double library[ROUNDS], hand[ROUNDS], share[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        library[i] = many_through_library(&pair->library, clock);
        hand[i] = many_by_hand(&pair->hand, clock);
        share[i] = hand[i] / library[i];
    }
    double middle = median(share, ROUNDS);
    printf("%d approvals in one call\n  libdealer        %8.0f approvals/s\n  by hand          %8.0f approvals/s\n"
           "  share            %8.2f  (%.2f to %.2f; budget 0.6 or more)\n",
        MANY, MANY / median(library, ROUNDS), MANY / median(hand, ROUNDS), middle, share[0], share[ROUNDS - 1]);
}

int main(int count, char **arguments) {
    int documents = count > 1 ? atoi(arguments[1]) : 60;
    const char *folder = count > 2 ? arguments[2] : ".";
    char path[PATH_SIZE], other[PATH_SIZE];
    struct pattern pattern = {0};
    struct pair pair;
    snprintf(path, sizeof path, "%s/bench-approval.db", folder);
    snprintf(other, sizeof other, "%s/bench-approval-by-hand.db", folder);
    remove_store(path);
    read_pattern(&pattern, path);
    printf("submit and %d levels, %d commits each, durable at FULL\n", LEVELS, STAGES);
    open_pair(&pair, &pattern, path, other);
    measure(&pair, documents, seconds, "1.15");
    measure_many(&pair, seconds);
    close_pair(&pair, path, other);
    printf("in memory\n");
    open_pair(&pair, &pattern, NULL, other);
    measure(&pair, documents * 10, busy_seconds, "1.6");
    measure_many(&pair, busy_seconds);
    close_pair(&pair, NULL, other);
    free_pattern(&pattern);
    return 0;
}
