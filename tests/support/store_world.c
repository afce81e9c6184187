#include "support/store_world.h"
#include "support/store_files.h"

#include "store/connection.h"
#include "store/sqlite_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char configuration[] =
    "{\"group\":{\"code\":\"HT\",\"name\":\"华拓集团\"},"
    "\"companies\":[{\"code\":\"HT-SH\",\"name\":\"华拓上海\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"},"
    "{\"code\":\"HT-DB\",\"name\":\"华拓担保\",\"kinds\":[\"guarantee\"],\"currency\":\"CNY\"}],"
    "\"departments\":[{\"code\":\"SH\",\"name\":\"总部\",\"company\":\"HT-SH\"},"
    "{\"code\":\"SH-1\",\"name\":\"一部\",\"company\":\"HT-SH\",\"parent\":\"SH\"},"
    "{\"code\":\"SH-2\",\"name\":\"二部\",\"company\":\"HT-SH\",\"parent\":\"SH\"},"
    "{\"code\":\"SH-2-1\",\"name\":\"一组\",\"company\":\"HT-SH\",\"parent\":\"SH-2\"},"
    "{\"code\":\"DB\",\"name\":\"担保部\",\"company\":\"HT-DB\"}],"
    "\"posts\":[{\"code\":\"sales\",\"name\":\"销售员\",\"grants\":[]}],"
    "\"employees\":[{\"code\":\"zhang\",\"name\":\"张伟\",\"department\":\"SH\",\"posts\":[]},"
    "{\"code\":\"li\",\"name\":\"李娜\",\"department\":\"SH-2-1\",\"posts\":[]},"
    "{\"code\":\"wang\",\"name\":\"王芳\",\"department\":\"SH-2\",\"posts\":[]},"
    "{\"code\":\"gone\",\"name\":\"离职\",\"department\":\"SH-1\",\"disabled\":true,\"posts\":[]}]}";

static const char own[] =
    "{\"types\":[{\"name\":\"trial\",\"en\":\"trial\",\"zh\":\"试用\",\"prefix\":\"TR\",\"fields\":["
    "{\"name\":\"note\",\"en\":\"note\",\"zh\":\"说明\",\"kind\":\"text\",\"max\":100},"
    "{\"name\":\"days\",\"en\":\"days\",\"zh\":\"天数\",\"kind\":\"integer\",\"min\":0,\"max\":100},"
    "{\"name\":\"machine\",\"en\":\"machine\",\"zh\":\"整机\",\"kind\":\"document\",\"target\":\"machine\"}]}],"
    "\"fields\":{\"trade_in\":["
    "{\"name\":\"warranty_months\",\"en\":\"warranty\",\"zh\":\"质保月数\",\"kind\":\"integer\",\"min\":0,\"max\":120},"
    "{\"name\":\"colour\",\"en\":\"colour\",\"zh\":\"颜色\",\"kind\":\"text\",\"max\":40}]}}";

static const char *message_of(const struct env *env) {
    return env->error.depth > 0 ? env->error.entries[0].en : "no message";
}

void store_world_succeed(struct store_world *world, dealer_status status) {
    if (status != DEALER_OK) print_error("status %d: %s\n", (int)status, message_of(&world->env));
    assert_int_equal(status, DEALER_OK);
}

void store_world_refused(struct store_world *world, dealer_status status, dealer_status expected, const char *id) {
    if (status != expected) print_error("status %d: %s\n", (int)status, message_of(&world->env));
    assert_int_equal(status, expected);
    assert_true(world->env.error.depth > 0);
    assert_string_equal(world->env.error.entries[0].message->id, id);
    error_clear(&world->env.error);
}

static int64_t fixed_clock(void *user_data) {
    return *(int64_t *)user_data;
}

struct store_options store_world_options(const char *path) {
    return (struct store_options){.path = path,
        .create = true,
        .busy_timeout_ms = 2000,
        .journal_key = (const uint8_t *)STORE_WORLD_KEY,
        .journal_key_length = strlen(STORE_WORLD_KEY)};
}

static dealer_status identify(void *user_data, enum org_noun noun, const char *code, int64_t *id_out) {
    struct store_world *world = user_data;
    return store_identify(&world->env, world->connection, noun, code, NULL, id_out);
}

static struct json *parse(struct store_world *world, const char *text) {
    struct json *json = NULL;
    store_world_succeed(world, json_parse(&world->env, text, strlen(text), false, &json));
    return json;
}

static void load_organisation(struct store_world *world) {
    struct json *findings = NULL, *types = parse(world, own);
    world->configuration = parse(world, configuration);
    store_world_succeed(world, json_new(&world->env, &findings));
    json_set_root(findings, json_new_array(findings));
    store_world_succeed(world, org_load(&world->env, json_root(world->configuration), json_root(findings), findings, &world->org));
    store_world_succeed(world, catalogue_load(&world->env, json_root(types), &world->catalogue));
    json_free(findings);
    json_free(types);
    store_world_begin(world);
    store_world_succeed(world, org_assign_ids(&world->env, world->org, identify, world));
    store_world_succeed(world, store_organisation_sync(&world->env, world->connection, world->org));
    store_world_commit(world);
}

void store_world_open(struct store_world *world, bool in_memory) {
    memset(world, 0, sizeof *world);
    failing_allocator_init(&world->allocator, &world->seams, 0, false);
    world->now_ms = INT64_C(1770000000000);
    world->seams.now_utc_ms = fixed_clock;
    world->seams.clock_data = &world->now_ms;
    env_init(&world->env, &world->seams);
    strcpy(world->path, ":memory:");
    if (!in_memory) {
        const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; /* nothing here asks whether a sync lasts */
        snprintf(world->folder, sizeof world->folder, "%s/dealer-store-XXXXXX", folder);
        assert_non_null(mkdtemp(world->folder));
        snprintf(world->path, sizeof world->path, "%s/store", world->folder);
    }
    struct store_options options = store_world_options(world->path);
    store_world_succeed(world, store_open(&world->env, &world->seams, &options, &world->store));
    store_world_succeed(world, store_acquire(&world->env, world->store, &world->connection));
    load_organisation(world);
}

void store_world_reopen(struct store_world *world) {
    store_release(world->store, world->connection);
    store_close(world->store);
    struct store_options options = store_world_options(world->path);
    options.create = false;
    store_world_succeed(world, store_open(&world->env, &world->seams, &options, &world->store));
    store_world_succeed(world, store_acquire(&world->env, world->store, &world->connection));
}

static void remove_folder(const struct store_world *world) {
    char copy[128];
    if (world->folder[0] == '\0') return;
    snprintf(copy, sizeof copy, "%s.copy", world->path);
    remove_store(copy);
    remove_store(world->path);
    rmdir(world->folder);
}

void store_world_close(struct store_world *world) {
    if (!world->broken) store_world_assert_sound(world);
    store_release(world->store, world->connection);
    store_close(world->store);
    catalogue_free(world->catalogue);
    org_free(world->org);
    json_free(world->configuration);
    env_finish(&world->env);
    remove_folder(world);
    assert_int_equal(world->allocator.outstanding, 0);
}

void store_world_begin(struct store_world *world) {
    store_world_succeed(world, store_begin(&world->env, world->connection, true));
}

void store_world_commit(struct store_world *world) {
    store_world_succeed(world, store_commit(&world->env, world->connection));
}

size_t store_world_findings(struct store_world *world) {
    struct json *findings = NULL;
    store_world_succeed(world, json_new(&world->env, &findings));
    json_set_root(findings, json_new_array(findings));
    store_world_succeed(world, store_verify(&world->env, world->connection, json_root(findings), findings));
    json_value *item;
    for (struct json_cursor each = json_each(json_root(findings)); (item = json_next(&each, NULL)) != NULL && !world->broken;) {
        print_error("finding: %s\n", json_text(item));
    }
    size_t count = json_count(json_root(findings));
    json_free(findings);
    return count;
}

void store_world_assert_sound(struct store_world *world) {
    struct journal_proof proof = {0};
    assert_int_equal(store_world_findings(world), 0);
    store_world_succeed(world, store_journal_verify(&world->env, world->connection, NULL, &proof));
    assert_int_equal(proof.bad, 0);
}

int64_t store_world_company(const struct store_world *world, const char *code) {
    return world->org->companies[org_company_by_code(world->org, code)].id;
}

int64_t store_world_department(const struct store_world *world, const char *code) {
    return world->org->departments[org_department_by_code(world->org, code)].id;
}

int64_t store_world_employee(const struct store_world *world, const char *code) {
    return world->org->employees[org_employee_by_code(world->org, code)].id;
}

const struct catalogue_type *store_world_type(const struct store_world *world, const char *name) {
    const struct catalogue_type *type = catalogue_type(world->catalogue, name);
    assert_non_null(type);
    return type;
}

const struct catalogue_field *store_world_field(const struct store_world *world, const char *type, const char *name) {
    const struct catalogue_field *field = catalogue_field(store_world_type(world, type), name);
    assert_non_null(field);
    return field;
}

struct document *store_world_draft(struct store_world *world, const char *type, const char *department, const char *owner) {
    struct document *document = NULL;
    struct env *env = &world->env;
    store_world_succeed(world, document_new(env, store_world_type(world, type), &document));
    store_world_succeed(world, document_put_integer(env, document, COMMON_COMPANY, store_world_company(world, "HT-SH")));
    store_world_succeed(world, document_put_integer(env, document, COMMON_DEPARTMENT, store_world_department(world, department)));
    store_world_succeed(world, document_put_integer(env, document, COMMON_OWNER, store_world_employee(world, owner)));
    store_world_succeed(world, document_put_text(env, document, COMMON_STATUS, STATUS_DRAFT, strlen(STATUS_DRAFT)));
    store_world_succeed(world, document_put_text(env, document, COMMON_CURRENCY, "CNY", 3));
    return document;
}

void store_world_put(struct store_world *world, struct document *document, const char *field, const char *text) {
    int index = store_world_field(world, document->type->name, field)->index;
    store_world_succeed(world, document_put_text(&world->env, document, index, text, strlen(text)));
}

void store_world_put_integer(struct store_world *world, struct document *document, const char *field, int64_t value) {
    int index = store_world_field(world, document->type->name, field)->index;
    store_world_succeed(world, document_put_integer(&world->env, document, index, value));
}

int64_t store_world_insert(struct store_world *world, const char *type, const char *department, const char *owner) {
    struct document *document = store_world_draft(world, type, department, owner);
    store_world_succeed(world, store_document_insert(&world->env, world->connection, document, world->now_ms));
    int64_t id = document_id(document);
    document_free(document);
    return id;
}

struct document *store_world_load(struct store_world *world, int64_t id) {
    struct document *document = NULL;
    store_world_succeed(world, store_document_load(&world->env, world->connection, world->catalogue, id, 0, &document));
    return document;
}

static char *canonical(struct store_world *world, const struct document *document) {
    struct json *json = NULL;
    store_world_succeed(world, json_new(&world->env, &json));
    size_t length = 0;
    char *text = json_write(&world->env, document_to_json(document, json), true, false, &length);
    assert_non_null(text);
    json_free(json);
    return text;
}

void store_world_assert_equal(struct store_world *world, const struct document *a, const struct document *b) {
    char *left = canonical(world, a), *right = canonical(world, b);
    assert_string_equal(left, right);
    env_free(&world->env, left);
    env_free(&world->env, right);
}

static char *ask(sqlite3 *db, const char *sql) {
    sqlite3_stmt *handle = NULL;
    char *answer = NULL;
    int result = sqlite3_prepare_v2(db, sql, -1, &handle, NULL);
    if (result == SQLITE_OK) result = sqlite3_step(handle);
    if (result == SQLITE_ROW || result == SQLITE_DONE) {
        const char *text = result == SQLITE_ROW ? (const char *)sqlite3_column_text(handle, 0) : NULL;
        answer = strdup(text == NULL ? "" : text);
    }
    sqlite3_finalize(handle);
    return answer;
}

char *store_world_ask(struct store_world *world, const char *sql) {
    if (world->folder[0] == '\0') return ask(world->connection->db, sql);
    sqlite3 *db = NULL;
    sqlite_memory_enter(NULL);
    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 1000);
    sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    char *answer = ask(db, sql);
    sqlite3_close(db);
    return answer;
}

bool store_world_run(struct store_world *world, const char *sql) {
    if (world->folder[0] == '\0') return sqlite3_exec(world->connection->db, sql, NULL, NULL, NULL) == SQLITE_OK;
    return sqlite_run_on(world->path, sql);
}

static sqlite3_stmt *explain(struct store_world *world, const char *sql) {
    sqlite3_stmt *handle = NULL;
    char *explained = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    int result = sqlite3_prepare_v2(world->connection->db, explained, -1, &handle, NULL);
    if (result != SQLITE_OK) print_error("%s\n%s\n", sql, sqlite3_errmsg(world->connection->db));
    assert_int_equal(result, SQLITE_OK);
    sqlite3_free(explained);
    return handle;
}

bool store_world_plan_has(struct store_world *world, const char *sql, const char *step) {
    sqlite3_stmt *handle = explain(world, sql);
    bool has = false;
    while (!has && sqlite3_step(handle) == SQLITE_ROW) has = strstr((const char *)sqlite3_column_text(handle, 3), step) != NULL;
    sqlite3_finalize(handle);
    return has;
}

bool store_world_plan_flaw(struct store_world *world, const char *sql, char *step_out, size_t size) {
    sqlite3_stmt *handle = explain(world, sql);
    bool flaw = false;
    while (!flaw && sqlite3_step(handle) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(handle, 3);
        bool scans = strncmp(step, "SCAN ", 5) == 0 && strstr(step, "CONSTANT ROW") == NULL && strstr(step, "json_each") == NULL;
        flaw = scans || strstr(step, "TEMP B-TREE") != NULL;
        if (flaw) snprintf(step_out, size, "%s", step);
    }
    sqlite3_finalize(handle);
    return flaw;
}

bool sqlite_run_on(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    sqlite_memory_enter(NULL);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 1000);
    int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return result == SQLITE_OK;
}

void *sqlite_lock(const char *path) {
    sqlite3 *db = NULL;
    sqlite_memory_enter(NULL);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

void sqlite_unlock(void *lock) {
    sqlite3_exec(lock, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(lock);
}

char *file_read(const char *path, size_t *size_out) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *data = malloc((size_t)size + 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, (size_t)size, file), size);
    fclose(file);
    *size_out = (size_t)size;
    return data;
}

void file_write(const char *path, const void *data, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

void file_copy(const char *from, const char *to) {
    size_t size = 0;
    char *data = file_read(from, &size);
    file_write(to, data, size);
    free(data);
}
