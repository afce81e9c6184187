/* Bad input that JSON stories can't say: files that are no stores, texts that are no UTF-8 or hold NUL, lengths that lie, numbers at the
 * edge. Every row is refused with a status, an id and a sentence in both languages, and leaves file, store and handle as they were. */
#include "support/story_step.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { START_ROWS = 128 };
static const int64_t start_ms = INT64_C(1772413200000);
static const char prepared[] = "bad-input-prepared.db", path[] = "bad-input.db";
static json_t *group;

static void explained(const dealer_error *error, dealer_status status, const char *what) {
    const char *en = dealer_error_message(error, 0, DEALER_LANGUAGE_EN), *zh = dealer_error_message(error, 0, DEALER_LANGUAGE_ZH);
    if (dealer_error_status(error) != status || !dealer_error_id(error, 0) || !en || !*en || !zh || !*zh || strchr(en, '\n') ||
        strchr(zh, '\n'))
        fail_msg("%s: no id and two sentences (%s)", what, en ? en : "nothing");
}

/* -- files -- */

struct bytes {
    unsigned char *data;
    size_t length;
};

static struct bytes read_bytes(const char *name) {
    struct bytes bytes = {NULL, 0};
    FILE *file = fopen(name, "rb");
    if (!file) return bytes;
    fseek(file, 0, SEEK_END);
    bytes.length = (size_t)ftell(file);
    rewind(file);
    bytes.data = malloc(bytes.length + 1);
    assert_int_equal(fread(bytes.data, 1, bytes.length, file), bytes.length);
    fclose(file);
    return bytes;
}

static void write_bytes(const char *name, const void *data, size_t length) {
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void patch(const char *name, long offset, const void *data, size_t length) {
    FILE *file = fopen(name, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void make_text(void) {
    write_bytes(path, "This is a letter, not a store.\n", 31);
}

static void make_long_text(void) {
    char text[20000];
    memset(text, 'x', sizeof text);
    write_bytes(path, text, sizeof text);
}

/* A SQLite file of somebody else: the header as it is, but another application's id, and an id of no version. */
static void make_foreign(void) {
    static const unsigned char other[] = {0x12, 0x34, 0x56, 0x78};
    story_copy_file(prepared, path);
    patch(path, 68, other, sizeof other);
}

static void make_newer(void) {
    static const unsigned char version[] = {0, 0, 0x27, 0x0f};
    story_copy_file(prepared, path);
    patch(path, 60, version, sizeof version);
}

static void make_cut(void) {
    struct bytes bytes = read_bytes(prepared);
    write_bytes(path, bytes.data, bytes.length / 3);
    free(bytes.data);
}

static void make_damaged(void) {
    struct bytes bytes = read_bytes(prepared);
    for (size_t i = 100; i < bytes.length; i++) bytes.data[i] = (unsigned char)(bytes.data[i] ^ 0x5a);
    write_bytes(path, bytes.data, bytes.length);
    free(bytes.data);
}

static void make_nothing(void) {
    remove_store(path);
}

static void make_folder(void) {
    assert_int_equal(mkdir(path, 0755), 0);
}

struct file_row {
    const char *name;
    void (*make)(void);
    const char *at; /* another path than the usual one */
    bool read_only, must_exist;
    const char *vfs;
    dealer_status status, or_status;
};

static const struct file_row file_rows[] = {
    {"a letter", make_text, NULL, false, false, NULL, DEALER_E_NOT_A_STORE, DEALER_E_NOT_A_STORE},
    {"a long text", make_long_text, NULL, false, false, NULL, DEALER_E_NOT_A_STORE, DEALER_E_NOT_A_STORE},
    {"a text, for reading", make_text, NULL, true, false, NULL, DEALER_E_NOT_A_STORE, DEALER_E_NOT_A_STORE},
    {"another application's file", make_foreign, NULL, false, false, NULL, DEALER_E_NOT_A_STORE, DEALER_E_NOT_A_STORE},
    {"a newer version", make_newer, NULL, false, false, NULL, DEALER_E_NEWER, DEALER_E_NEWER},
    {"a newer version, for reading", make_newer, NULL, true, false, NULL, DEALER_E_NEWER, DEALER_E_NEWER},
    {"cut off", make_cut, NULL, false, false, NULL, DEALER_E_CORRUPT, DEALER_E_CORRUPT},
    {"damaged", make_damaged, NULL, false, false, NULL, DEALER_E_CORRUPT, DEALER_E_NOT_A_STORE},
    {"damaged, for reading", make_damaged, NULL, true, false, NULL, DEALER_E_CORRUPT, DEALER_E_NOT_A_STORE},
    {"no file, must exist", make_nothing, NULL, false, true, NULL, DEALER_E_NOT_FOUND, DEALER_E_NOT_FOUND},
    {"no file, for reading", make_nothing, NULL, true, false, NULL, DEALER_E_NOT_FOUND, DEALER_E_NOT_FOUND},
    {"no folder", make_nothing, "nowhere/at/all.db", false, false, NULL, DEALER_E_IO, DEALER_E_NOT_FOUND},
    {"an unknown VFS", make_nothing, NULL, false, false, "no-such-vfs", DEALER_E_INVALID, DEALER_E_NOT_FOUND},
};

static void test_file(void **state) {
    const struct file_row *row = *state;
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    dealer_store *store = NULL;
    dealer_error *error = NULL;
    remove_store(path);
    row->make();
    options.read_only = row->read_only;
    options.must_exist = row->must_exist;
    options.vfs = row->vfs;
    struct bytes before = read_bytes(path);
    dealer_status status = dealer_store_open(&store, &error, row->at ? row->at : path, &options);
    struct bytes after = read_bytes(path);
    if (status != row->status && status != row->or_status) fail_msg("%s: %s", row->name, dealer_status_name((int32_t)status));
    assert_null(store);
    explained(error, status, row->name);
    assert_int_equal(before.length, after.length);
    if (before.data) assert_memory_equal(before.data, after.data, before.length);
    assert_int_equal(dealer_store_open(&store, NULL, row->at ? row->at : path, &options), status);
    dealer_error_free(error);
    free(before.data);
    free(after.data);
    remove_store(path);
}

static void test_a_folder_is_no_store(void **state) {
    dealer_store *store = NULL;
    dealer_error *error = NULL;
    assert_null(*state);
    remove_store(path);
    make_folder();
    dealer_status status = dealer_store_open(&store, &error, path, NULL);
    rmdir(path);
    assert_int_not_equal(status, DEALER_OK);
    assert_null(store);
    explained(error, status, "a folder");
    dealer_error_free(error);
}

/* Damage in the middle is found by whoever reads there; nothing crashes, nothing is repaired in silence. */
static void test_damaged_pages_are_told(void **state) {
    enum { STEP = 7 };
    struct bytes whole = read_bytes(prepared);
    int told = 0, opened = 0;
    assert_null(*state);
    for (size_t page = 1; page * 4096 < whole.length; page += STEP) {
        dealer_store *store = NULL;
        dealer_session *system = NULL;
        dealer_text *findings = NULL;
        char noise[4096];
        memset(noise, (int)(0x11 * (page % 13 + 1)), sizeof noise);
        remove_store(path);
        story_copy_file(prepared, path);
        patch(path, (long)(page * 4096), noise, sizeof noise);
        dealer_status status = dealer_store_open(&store, NULL, path, NULL);
        if (!status) status = dealer_session_open_system(store, &system, NULL, "look");
        if (!status) {
            opened++;
            status = dealer_store_verify(system, &findings);
            told += status || strcmp(dealer_text_data(findings), "[]") != 0;
        } else {
            told++;
        }
        dealer_text_free(findings);
        dealer_session_close(system);
        dealer_store_close(store);
        if (status && status != DEALER_E_CORRUPT && status != DEALER_E_NOT_A_STORE && status != DEALER_E_CONFIGURATION)
            fail_msg("page %zu damaged: %s", page, dealer_status_name((int32_t)status));
    }
    print_message("damaged pages: %d opened, %d told of\n", opened, told);
    assert_true(told > 0);
    free(whole.data);
    remove_store(path);
}

/* -- locked by another process -- */

static void hold_write_lock(int ready, int release) {
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    char byte = 'x';
    bool done = dealer_store_open(&store, NULL, path, NULL) == DEALER_OK &&
                dealer_session_open_system(store, &system, NULL, "hold") == DEALER_OK && dealer_session_begin(system) == DEALER_OK;
    if (!done || write(ready, &byte, 1) != 1 || read(release, &byte, 1) != 1) _exit(1);
    dealer_session_close(system);
    dealer_store_close(store);
    _exit(0);
}

static void test_a_store_locked_by_another_process_is_busy(void **state) {
    int ready[2], release[2], result;
    char byte;
    dealer_store *store = NULL;
    dealer_session *zhang = NULL;
    dealer_document *document = NULL;
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    assert_null(*state);
    remove_store(path);
    story_copy_file(prepared, path);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(release), 0);
    pid_t child = fork();
    if (!child) hold_write_lock(ready[1], release[0]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    options.busy_timeout_ms = 50;
    assert_int_equal(dealer_store_open(&store, NULL, path, &options), DEALER_OK);
    assert_int_equal(dealer_session_open(store, &zhang, NULL, "zhang"), DEALER_OK);
    assert_int_equal(dealer_document_new(zhang, &document, "customer"), DEALER_OK);
    assert_int_equal(dealer_document_set_text(document, "name", "x", 1), DEALER_OK);
    assert_int_equal(dealer_document_save(zhang, document), DEALER_E_BUSY);
    explained(dealer_session_error(zhang), DEALER_E_BUSY, "save");
    assert_int_equal(dealer_document_id(document), 0);
    assert_int_equal(dealer_session_begin(zhang), DEALER_E_BUSY);
    explained(dealer_session_error(zhang), DEALER_E_BUSY, "begin");
    assert_int_equal(write(release[1], "x", 1), 1);
    waitpid(child, &result, 0);
    assert_int_equal(result, 0);
    assert_int_equal(dealer_document_save(zhang, document), DEALER_OK);
    dealer_document_free(document);
    dealer_session_close(zhang);
    dealer_store_close(store);
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(release[i]);
    }
    remove_store(path);
}

/* -- read-only -- */

static void test_a_store_opened_for_reading_is_not_written(void **state) {
    dealer_store *store = NULL;
    dealer_session *zhang = NULL, *system = NULL;
    dealer_document *document = NULL;
    dealer_error *error = NULL;
    dealer_text *text = NULL;
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    assert_null(*state);
    remove_store(path);
    story_copy_file(prepared, path);
    struct bytes before = read_bytes(path);
    options.read_only = 1;
    assert_int_equal(dealer_store_open(&store, NULL, path, &options), DEALER_OK);
    assert_int_equal(dealer_session_open(store, &zhang, NULL, "zhang"), DEALER_OK);
    assert_int_equal(dealer_document_new(zhang, &document, "customer"), DEALER_OK);
    assert_int_equal(dealer_document_set_text(document, "name", "x", 1), DEALER_OK);
    assert_int_equal(dealer_document_save(zhang, document), DEALER_E_READ_ONLY);
    explained(dealer_session_error(zhang), DEALER_E_READ_ONLY, "save");
    assert_int_equal(dealer_session_begin(zhang), DEALER_E_READ_ONLY);
    assert_int_equal(dealer_catalogue(zhang, &text), DEALER_OK);
    dealer_text_free(text);
    assert_int_equal(dealer_session_open_system(store, &system, &error, "x"), DEALER_OK); /* it leaves no entry here */
    assert_int_equal(dealer_store_verify(system, &text), DEALER_OK);
    assert_int_equal(dealer_market_add(system, NULL, "[]", 2), DEALER_E_READ_ONLY);
    explained(dealer_session_error(system), DEALER_E_READ_ONLY, "market_add");
    dealer_session_close(system);
    dealer_text_free(text);
    dealer_document_free(document);
    dealer_session_close(zhang);
    dealer_store_close(store);
    struct bytes after = read_bytes(path);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, before.length);
    free(before.data);
    free(after.data);
    remove_store(path);
}

/* -- values that JSON can't say -- */

static struct story_world world;
static dealer_session *zhang;

static void open_world(const char *scene) {
    json_t *story = json_pack("{s:[s]}", "with", scene);
    dealer_status status;
    dealer_error *error = NULL;
    story_world_open(&world, prepared, path, group, start_ms);
    story_play(&world, group, story);
    zhang = story_session(&world, "zhang", &status, &error);
    json_decref(story);
}

static char *json_of(dealer_document *document) {
    dealer_text *text = NULL;
    story_must(dealer_document_to_json(document, &text), dealer_document_error(document), "json");
    char *copy = malloc(dealer_text_length(text) + 1);
    assert_non_null(copy);
    memcpy(copy, dealer_text_data(text), dealer_text_length(text) + 1);
    dealer_text_free(text);
    return copy;
}

struct text_row {
    const char *name, *field, *text;
    size_t length;
};

static const struct text_row text_rows[] = {
    {"a stray byte", "brand", "\xff", 1},
    {"half a letter", "brand", "\xe5\xb0", 2},
    {"an overlong slash", "brand", "\xc0\xaf", 2},
    {"a surrogate", "brand", "\xed\xa0\x80", 3},
    {"beyond Unicode", "brand", "\xf4\x90\x80\x80", 4},
    {"a NUL inside", "brand", "a\0b", 3},
    {"a NUL alone", "brand", "\0", 1},
    {"a control character", "brand", "a\x01", 2},
    {"an escape", "brand", "\x1b[31m", 5},
    {"a number", "quantity", "x", 1},
    {"a date as text in a number", "quantity", "2026-01-01", 10},
    {"a computed field", "outcome", "won", 3},
    {"the status", "status", "approved", 8},
    {"an unknown field", "colour", "red", 3},
    {"an unknown choice", "category", "boat", 4},
    {"a choice with a tail", "category", "excavator ", 10},
    {"lines that are no JSON", "competitors", "[{", 2},
    {"lines that are an object", "competitors", "{}", 2},
    {"a month with a tail", "expected_month", "2026-04\0", 8},
};

static void test_text(void **state) {
    const struct text_row *row = *state;
    dealer_document *document = NULL;
    open_world("pre_order");
    story_must(dealer_document_open(zhang, &document, story_document(&world, "pre_order")), dealer_session_error(zhang), "open");
    char *before = json_of(document);
    assert_int_equal(dealer_document_set_text(document, row->field, row->text, row->length), DEALER_E_INVALID);
    explained(dealer_document_error(document), DEALER_E_INVALID, row->name);
    char *after = json_of(document);
    assert_string_equal(before, after);
    free(before);
    free(after);
    dealer_document_free(document);
    story_world_close(&world);
}

struct number_row {
    const char *name, *field, *currency; /* currency NULL: set_integer */
    int64_t value;
};

static const struct number_row number_rows[] = {
    {"the least number", "quantity", NULL, INT64_MIN},
    {"the greatest number", "quantity", NULL, INT64_MAX},
    {"a link to zero", "contact", NULL, 0},
    {"a link below zero", "contact", NULL, -1},
    {"a boolean of 2", "has_trade_in", NULL, 2},
    {"a percent below zero", "likelihood", NULL, -1},
    {"a number in a text", "brand", NULL, 1},
    {"a number in money", "budget", NULL, 1},
    {"money in a number", "quantity", "CNY", 1},
    {"money below zero", "budget", "CNY", -1},
    {"money beyond all", "budget", "CNY", INT64_MAX},
    {"money just beyond", "budget", "CNY", INT64_C(1000000000000001)},
    {"another currency", "budget", "USD", 1},
    {"no currency", "budget", "", 1},
    {"a currency too long", "budget", "CNYY", 1},
    {"an unknown currency", "budget", "ZZZ", 1},
    {"a computed field", "version", NULL, 7},
    {"the owner", "owner", NULL, 1},
};

static void test_number(void **state) {
    const struct number_row *row = *state;
    dealer_document *document = NULL;
    open_world("pre_order");
    story_must(dealer_document_open(zhang, &document, story_document(&world, "pre_order")), dealer_session_error(zhang), "open");
    char *before = json_of(document);
    dealer_status status = row->currency ? dealer_document_set_money(document, row->field, row->value, row->currency)
                                         : dealer_document_set_integer(document, row->field, row->value);
    assert_int_equal(status, DEALER_E_INVALID);
    explained(dealer_document_error(document), DEALER_E_INVALID, row->name);
    char *after = json_of(document);
    assert_string_equal(before, after);
    free(before);
    free(after);
    dealer_document_free(document);
    story_world_close(&world);
}

/* JSON texts, given to every call that takes one. */
static char deep[4001];
static const struct {
    const char *name, *text;
    size_t length;
} json_rows[] = {
    {"nothing", "", 0},
    {"half an object", "{\"type\":", 8},
    {"a tail", "{} x", 4},
    {"not UTF-8", "{\"a\":\"\xff\"}", 9},
    {"a NUL in a text", "{\"a\":\"\\u0000\"}", 14},
    {"a NUL behind", "{}\0", 3},
    {"a member twice", "{\"brand\":\"a\",\"brand\":\"b\"}", 25},
    {"a number alone", "7", 1},
    {"a number that does not fit", "{\"quantity\":99999999999999999999}", 33},
    {"not a number", "{\"quantity\":NaN}", 16},
    {"4000 levels", deep, 4000},
};
enum { JSON_ROWS = sizeof json_rows / sizeof json_rows[0] };

static void refuse_json(dealer_status status, const dealer_error *error, const char *call, const char *name) {
    char what[120];
    snprintf(what, sizeof what, "%s, %s", call, name);
    if (status != DEALER_E_INVALID && status != DEALER_E_CONFIGURATION && status != DEALER_E_TOO_LARGE)
        fail_msg("%s: %s", what, dealer_status_name((int32_t)status));
    explained(error, status, what);
}

static void test_texts_that_are_no_json(void **state) {
    dealer_document *document = NULL;
    dealer_list *list = NULL;
    dealer_text *text = NULL;
    int64_t count = 0;
    assert_null(*state);
    memset(deep, '[', sizeof deep - 1);
    open_world("pre_order");
    json_t *before = story_dump(&world);
    story_must(dealer_document_open(zhang, &document, story_document(&world, "pre_order")), dealer_session_error(zhang), "open");
    for (size_t i = 0; i < JSON_ROWS; i++) {
        const char *json = json_rows[i].text, *name = json_rows[i].name;
        size_t length = json_rows[i].length;
        dealer_session *system = world.system;
        refuse_json(dealer_document_merge(document, json, length), dealer_document_error(document), "merge", name);
        refuse_json(dealer_list_open(zhang, &list, json, length), dealer_session_error(zhang), "list", name);
        refuse_json(dealer_list_count(zhang, &count, NULL, json, length, 0), dealer_session_error(zhang), "count", name);
        refuse_json(dealer_list_sum(zhang, &text, json, length, "price", NULL), dealer_session_error(zhang), "sum", name);
        refuse_json(dealer_rules_publish(system, &text, json, length, 0), dealer_session_error(system), "rules", name);
        refuse_json(dealer_market_add(system, &text, json, length), dealer_session_error(system), "market", name);
        refuse_json(dealer_configuration_apply(system, NULL, json, length, 0), dealer_session_error(system), "configuration", name);
    }
    assert_null(list);
    assert_null(text);
    json_t *after = story_dump(&world);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
    dealer_document_free(document);
    story_world_close(&world);
}

static void test_comments_and_reasons_are_plain_and_short(void **state) {
    static char long_text[2002];
    static const char *const bad[] = {"\xff", "a\x01", long_text};
    dealer_decision *decision = NULL;
    dealer_document *document = NULL;
    dealer_session *system = NULL;
    dealer_error *error = NULL;
    assert_null(*state);
    memset(long_text, 'x', sizeof long_text - 1);
    open_world("sales_submitted");
    story_must(dealer_document_open(zhang, &document, story_document(&world, "sales")), dealer_session_error(zhang), "open");
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(dealer_task_approve(zhang, &decision, 1, bad[i]), DEALER_E_INVALID);
        explained(dealer_session_error(zhang), DEALER_E_INVALID, "approve");
        assert_int_equal(dealer_task_reject(zhang, &decision, 1, bad[i]), DEALER_E_INVALID);
        assert_int_equal(dealer_document_recall(zhang, &decision, document, bad[i]), DEALER_E_INVALID);
        assert_int_equal(dealer_document_void(zhang, document, bad[i]), DEALER_E_INVALID);
        assert_int_equal(dealer_pre_order_lose(zhang, document, bad[i]), DEALER_E_INVALID);
        assert_int_equal(dealer_session_open_system(world.store, &system, &error, bad[i]), DEALER_E_INVALID);
        explained(error, DEALER_E_INVALID, "system session");
        dealer_error_free(error);
    }
    assert_int_equal(dealer_session_open(world.store, &system, NULL, "\xff"), DEALER_E_INVALID);
    assert_int_equal(dealer_session_open(world.store, &system, NULL, ""), DEALER_E_INVALID);
    dealer_document_free(document);
    story_world_close(&world);
}

static void test_limits_and_ids_out_of_range(void **state) {
    dealer_text *text = NULL;
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    static const int64_t ids[] = {0, -1, INT64_MIN, INT64_MAX, 424242};
    static const int32_t limits[] = {0, -1, 1001, INT32_MAX, INT32_MIN};
    assert_null(*state);
    open_world("pre_order");
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(dealer_tasks(zhang, &text, 0, 0, limits[i]), DEALER_E_INVALID);
        explained(dealer_session_error(zhang), DEALER_E_INVALID, "tasks");
        assert_int_equal(dealer_inbox(zhang, &text, 0, 0, limits[i]), DEALER_E_INVALID);
        assert_int_equal(dealer_outbox(world.system, &text, 0, limits[i]), DEALER_E_INVALID);
        assert_int_equal(dealer_document_open(zhang, &document, ids[i]), DEALER_E_NOT_FOUND);
        explained(dealer_session_error(zhang), DEALER_E_NOT_FOUND, "open");
        assert_int_equal(dealer_document_history(zhang, &text, ids[i]), DEALER_E_NOT_FOUND);
        assert_int_equal(dealer_document_derive(zhang, &document, "sales", ids[i]), DEALER_E_NOT_FOUND);
        assert_int_equal(dealer_check(zhang, &decision, "sales.read", ids[i]), DEALER_E_NOT_FOUND);
        assert_int_equal(dealer_who_can(zhang, &text, "sales.read", ids[i]), DEALER_E_NOT_FOUND);
        assert_int_equal(dealer_task_approve(zhang, &decision, ids[i], NULL), DEALER_E_NOT_FOUND);
        assert_int_equal(dealer_message_acknowledge(world.system, ids[i]), DEALER_E_NOT_FOUND);
        explained(dealer_session_error(world.system), DEALER_E_NOT_FOUND, "acknowledge");
        assert_int_equal(dealer_message_set_read(zhang, ids[i], 1), DEALER_E_NOT_FOUND);
    }
    story_world_close(&world);
}

static void test_configuration_too_large_or_deep_is_refused(void **state) {
    dealer_text *findings = NULL;
    char *text = malloc(400000);
    size_t length = 0;
    assert_null(*state);
    open_world("customer");
    assert_non_null(text);
    length += (size_t)sprintf(text, "{\"group\":{\"code\":\"G\",\"name\":\"G\"},\"departments\":[");
    for (int i = 0; i < 2000; i++)
        length += (size_t)sprintf(text + length, "%s{\"code\":\"d%d\",\"name\":\"d\",\"company\":\"C\",\"parent\":\"d%d\"}",
            i ? "," : "", i, (i + 1) % 2000);
    length +=
        (size_t)sprintf(text + length, "],\"companies\":[{\"code\":\"C\",\"name\":\"C\",\"kinds\":[],\"currency\":\"CNY\"}]}");
    assert_int_equal(dealer_configuration_apply(world.system, &findings, text, length, 0), DEALER_E_CONFIGURATION);
    explained(dealer_session_error(world.system), DEALER_E_CONFIGURATION, "a loop of 2000");
    assert_non_null(strstr(dealer_text_data(findings), "E_ORG_LOOP"));
    dealer_text_free(findings);
    free(text);
    story_world_close(&world);
}

/* -- all rows -- */

static struct CMUnitTest tests[START_ROWS];
static size_t test_count;

static void add(const char *name, void (*run)(void **), const void *row) {
    if (test_count == START_ROWS) exit(1);
    tests[test_count++] = (struct CMUnitTest){name, run, NULL, NULL, (void *)(uintptr_t)row};
}

int main(void) {
    group = story_read("story/group.json");
    story_prepare(prepared, group, start_ms);
    for (size_t i = 0; i < sizeof file_rows / sizeof file_rows[0]; i++) add(file_rows[i].name, test_file, &file_rows[i]);
    for (size_t i = 0; i < sizeof text_rows / sizeof text_rows[0]; i++) add(text_rows[i].name, test_text, &text_rows[i]);
    for (size_t i = 0; i < sizeof number_rows / sizeof number_rows[0]; i++) add(number_rows[i].name, test_number, &number_rows[i]);
    add("a folder is no store", test_a_folder_is_no_store, NULL);
    add("damaged pages are told", test_damaged_pages_are_told, NULL);
    add("a store locked by another process is busy", test_a_store_locked_by_another_process_is_busy, NULL);
    add("a store opened for reading is not written", test_a_store_opened_for_reading_is_not_written, NULL);
    add("texts that are no JSON", test_texts_that_are_no_json, NULL);
    add("comments and reasons are plain and short", test_comments_and_reasons_are_plain_and_short, NULL);
    add("limits and ids out of range", test_limits_and_ids_out_of_range, NULL);
    add("a configuration with a long loop is refused", test_configuration_too_large_or_deep_is_refused, NULL);
    int failed = _cmocka_run_group_tests("bad input", tests, test_count, NULL, NULL);
    remove_store(prepared);
    json_decref(group);
    return failed;
}
