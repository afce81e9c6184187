/* The dealer command as people and scripts use it: answers, exit codes, JSON, languages, and a program killed in mid-import. */
#include "support/past_world.h"
#include "support/store_files.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { OUTPUT_SIZE = 1 << 20, ARGUMENTS_MOST = 16, TRADE_INS = 5 };

static char folder[64], store[96], output[OUTPUT_SIZE], errors[OUTPUT_SIZE];
static const char *program;

static const char *path(const char *name) {
    static char paths[8][128];
    static int next;
    char *at = paths[next++ % 8];
    snprintf(at, sizeof paths[0], "%s/%s", folder, name);
    return at;
}

static void write_file(const char *name, const char *text) {
    FILE *file = fopen(path(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    fclose(file);
}

static void read_into(const char *name, char *out) {
    FILE *file = fopen(path(name), "rb");
    assert_non_null(file);
    size_t length = fread(out, 1, OUTPUT_SIZE - 1, file);
    out[length] = '\0';
    fclose(file);
}

static pid_t start(char *const *arguments) {
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0) return pid;
    int out = open(path("out"), O_WRONLY | O_CREAT | O_TRUNC, 0600), err = open(path("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execv(program, arguments);
    _exit(99);
}

static int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) assert_int_equal(errno, EINTR);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Runs the command with these words, ended by NULL: its exit code; what it printed is in output and errors. */
static int run(const char *first, ...) {
    char *arguments[ARGUMENTS_MOST + 2] = {(char *)(uintptr_t)program, (char *)(uintptr_t)first};
    int count = 2;
    va_list list;
    va_start(list, first);
    while (count < ARGUMENTS_MOST && (arguments[count] = va_arg(list, char *)) != NULL) count++;
    va_end(list);
    arguments[count] = NULL;
    int code = wait_for(start(arguments));
    read_into("out", output);
    read_into("err", errors);
    return code;
}

static json_t *json_output(void) {
    json_error_t error;
    json_t *json = json_loads(output, 0, &error);
    if (!json) fail_msg("%s: %s", error.text, output);
    assert_int_equal(past_world_integer(json, "dealer"), 1);
    return json;
}

enum { LEASE_MS = 86400000, LEASES_MOST = 100 };

/* Fetches the oldest message in vain until it is given up. */
static void give_up_one(struct past_world *world) {
    for (int i = 0; i < LEASES_MOST; i++) {
        dealer_text *text = NULL;
        dealer_session *system = world->story.system;
        story_must(dealer_outbox_lease(system, &text, LEASE_MS, 1), dealer_session_error(system), "lease");
        dealer_text_free(text);
        text = NULL;
        world->story.now_ms += LEASE_MS;
        story_must(dealer_dead_letters(system, &text, 0, 1), dealer_session_error(system), "dead letters");
        bool is_one = strcmp(dealer_text_data(text), "[]") != 0;
        dealer_text_free(text);
        if (is_one) return;
    }
    fail_msg("nothing was given up");
}

static int setup(void **state) {
    (void)state;
    struct past_world world;
    program = getenv("DEALER_COMMAND");
    if (!program) return -1;
    snprintf(folder, sizeof folder, "cli-%ld", (long)getpid());
    if (mkdir(folder, 0700) != 0) return -1;
    snprintf(store, sizeof store, "%s/past.db", folder);
    past_world_open(&world, "cli", TRADE_INS);
    give_up_one(&world);
    past_world_leave(&world, store);
    unsetenv("DEALER_STORE");
    unsetenv("DEALER_KEY_FILE");
    setenv("LANG", "C", 1);
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    setenv("DEALER_STORE", store, 1);
    return run("rules", "starter", path("rules"), NULL);
}

static int teardown(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void test_usage__ends_with_2_and_says_what_is_wrong(void **state) {
    (void)state;
    assert_int_equal(run("bogus", NULL), 2);
    assert_non_null(strstr(errors, "there is no command bogus"));
    assert_int_equal(run("list", NULL), 2);
    assert_int_equal(run("list", "--colour", NULL), 2);
    assert_int_equal(run("check", "--csv", NULL), 2);
    assert_int_equal(run("list", "customer", "--limit", "many", NULL), 2);
    assert_int_equal(run("explain", "trade_in.read", "1", NULL), 2);
    assert_int_equal(run("market", "import", "x.csv", NULL), 2);
    assert_int_equal(run("completion", "fish", NULL), 2);
    assert_int_equal(run("help", NULL), 0);
    assert_non_null(strstr(output, "rules backtest FOLDER"));
    assert_int_equal(run("--version", NULL), 0);
    assert_non_null(strstr(output, dealer_version()));
}

static void test_language__is_that_of_the_locale_unless_said_otherwise(void **state) {
    (void)state;
    setenv("LANG", "zh_CN.UTF-8", 1);
    assert_int_equal(run("bogus", NULL), 2);
    assert_non_null(strstr(errors, "没有命令 bogus"));
    assert_int_equal(run("bogus", "--en", NULL), 2);
    assert_non_null(strstr(errors, "there is no command"));
    setenv("LANG", "C", 1);
    assert_int_equal(run("check", "--zh", NULL), 0);
    assert_non_null(strstr(output, "完好"));
    assert_null(strstr(output, "\033")); /* no terminal, no colour */
    assert_int_equal(strlen(errors), 0); /* and no progress */
}

static void test_init__makes_a_store_once(void **state) {
    (void)state;
    assert_int_equal(run("init", "--store", path("new.db"), "--starter", NULL), 0);
    assert_int_equal(run("init", "--store", path("new.db"), NULL), 1);
    assert_int_equal(run("status", "--store", path("new.db"), "--json", NULL), 0);
    json_t *json = json_output();
    assert_true(json_is_true(json_object_get(json, "ok")));
    assert_string_equal(json_string_value(json_object_get(json, "command")), "status");
    json_decref(json);
    assert_int_equal(run("status", "--store", path("none.db"), NULL), 1);
    write_file("text.db", "this is no store, only some text that is long enough to be told from an empty file..............");
    assert_int_equal(run("status", "--store", path("text.db"), NULL), 3);
    assert_int_equal(run("status", "--store", path("text.db"), "--json", NULL), 3);
    json = json_output();
    assert_false(json_is_true(json_object_get(json, "ok")));
    assert_string_equal(json_string_value(json_object_get(json_object_get(json, "error"), "status")), "DEALER_E_NOT_A_STORE");
    json_decref(json);
}

static void test_check_and_verify__find_a_sound_store_sound_and_a_changed_one_not(void **state) {
    (void)state;
    assert_int_equal(run("check", NULL), 0);
    assert_int_equal(run("verify", "--json", NULL), 0);
    json_t *json = json_output();
    assert_int_equal(past_world_integer(json, "result.replay.decisions"), 4 * TRADE_INS);
    assert_int_equal(past_world_integer(json, "result.journal.bad"), 0);
    json_decref(json);
    assert_int_equal(run("journal", "verify", NULL), 0);
    assert_int_equal(run("journal", "head", "--json", NULL), 0);
    json = json_output();
    assert_int_equal(strlen(json_string_value(json_object_get(json_object_get(json, "result"), "mac"))), 64);
    json_decref(json);
    char *head = json_dumps(json_object_get(json = json_output(), "result"), JSON_COMPACT);
    write_file("head", head);
    assert_int_equal(run("journal", "verify", path("head"), NULL), 0);
    head[strlen(head) - 5] = head[strlen(head) - 5] == '0' ? '1' : '0'; /* a digit of the mac */
    write_file("head", head);
    assert_int_equal(run("journal", "verify", path("head"), NULL), 1);
    write_file("head", "{}");
    assert_int_equal(run("journal", "verify", path("head"), NULL), 1);
    free(head);
    json_decref(json);
    write_file("key", "another key\n");
    assert_int_equal(run("journal", "verify", "--key-file", path("key"), NULL), 1); /* not the key it was written with */
    assert_int_equal(run("journal", "verify", NULL), 0);                            /* and looking with it has changed nothing */
}

/* A digit of what a rule once said, changed in the file behind everybody's back. */
static void change_a_decision(const char *name) {
    static const char words[] = "\"allowance\":{\"amount_minor\":";
    static char bytes[OUTPUT_SIZE * 4];
    FILE *file = fopen(path(name), "r+b");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file), at = 0;
    while (at + sizeof words < length && memcmp(bytes + at, words, sizeof words - 1) != 0) at++;
    assert_true(at + sizeof words < length);
    at += sizeof words - 1;
    fseek(file, (long)at, SEEK_SET);
    fputc(bytes[at] == '9' ? '8' : bytes[at] + 1, file);
    fclose(file);
}

static void test_replay__finds_a_decision_that_was_changed_in_the_file(void **state) {
    (void)state;
    story_copy_file(store, path("changed.db"));
    change_a_decision("changed.db");
    assert_int_equal(run("rules", "replay", "--store", path("changed.db"), "--json", NULL), 1);
    json_t *json = json_output();
    assert_int_equal(past_world_integer(json, "result.different"), 1);
    assert_int_equal(json_array_size(json_object_get(json_object_get(json, "result"), "differences")), 1);
    json_decref(json);
    assert_int_equal(run("verify", "--store", path("changed.db"), NULL), 1);
    assert_int_equal(run("rules", "replay", NULL), 0);
}

static void test_config__goes_out_and_in_and_is_checked(void **state) {
    (void)state;
    assert_int_equal(run("config", "export", "-o", path("config.json"), NULL), 0);
    assert_int_equal(run("config", "check", path("config.json"), NULL), 0);
    assert_int_equal(run("config", "import", path("config.json"), NULL), 0);
    assert_int_equal(run("config", "preview", path("config.json"), "--json", NULL), 0);
    write_file("bad.json", "{\"group\": 5}");
    assert_int_equal(run("config", "check", path("bad.json"), NULL), 1);
    assert_non_null(strstr(output, "group"));
    assert_int_equal(run("config", "import", path("bad.json"), "--json", NULL), 1);
    json_decref(json_output());
    assert_int_equal(run("config", "check", path("none.json"), NULL), 3);
}

static void test_backup__is_a_store_and_never_writes_over_a_file(void **state) {
    (void)state;
    assert_int_equal(run("backup", path("backup.db"), "--json", NULL), 0);
    json_t *json = json_output();
    assert_true(past_world_integer(json, "result.pages") > 0);
    assert_true(past_world_integer(json, "result.bytes") > past_world_integer(json, "result.pages"));
    json_decref(json);
    assert_int_equal(run("verify", "--store", path("backup.db"), NULL), 0);
    assert_int_equal(run("backup", path("backup.db"), NULL), 1);
    assert_non_null(strstr(errors, "exists already"));
    assert_int_equal(run("backup", path("no/such/folder/backup.db"), NULL), 3);
    assert_int_equal(run("backup", NULL), 2);
}

static void change_rule(const char *file, const char *from, const char *to) {
    static char text[OUTPUT_SIZE];
    read_into(file, text);
    char *at = strstr(text, from);
    assert_non_null(at);
    FILE *out = fopen(path(file), "wb");
    fprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    fclose(out);
}

static void test_rules__are_linted_tested_tried_and_published(void **state) {
    (void)state;
    assert_int_equal(run("rules", "lint", path("rules"), NULL), 1); /* over this organisation, in which posts are vacant */
    assert_non_null(strstr(output, "warning: flow."));
    assert_non_null(strstr(output, " warnings\n"));
    assert_int_equal(run("rules", "lint", path("rules"), "--json", NULL), 1);
    json_t *json = json_output();
    assert_true(json_array_size(json_object_get(json_object_get(json, "result"), "warnings")) > 0);
    json_decref(json);
    assert_int_equal(run("rules", "test", path("rules"), NULL), 0);
    assert_non_null(strstr(output, ", 0 failed"));
    assert_non_null(strstr(output, "policy/trade_allowance.lua: 36 of 38 lines, 36 of 40 ways at branches; never run: line 16 38"));
    assert_non_null(strstr(output, "warning: flow."));
    change_rule("rules/policy/trade_allowance.lua", "local MOST_BP = 9500", "local MOST_BP = 9000");
    assert_int_equal(run("rules", "test", path("rules"), NULL), 1); /* a case knows the 95 % */
    assert_non_null(strstr(errors, "policy/trade_allowance.lua"));
    assert_non_null(strstr(errors, "because: policy/trade_allowance.lua, case 95 % of the valuation: result.allowance"));
    assert_int_equal(run("rules", "publish", path("rules"), "--json", NULL), 1);
    json = json_output();
    json_t *causes = json_object_get(json_object_get(json, "error"), "causes");
    assert_string_equal(json_string_value(json_object_get(json_array_get(causes, 0), "id")), "E_CASE_FAILED");
    json_decref(json);
    change_rule("rules/policy/trade_allowance.lua", "amount_minor = 47500000", "amount_minor = 45000000");
    assert_int_equal(run("rules", "backtest", path("rules"), "--json", "--threads", "2", NULL), 0);
    json = json_output();
    assert_int_equal(past_world_integer(json, "result.changes.allowance"), TRADE_INS);
    json_decref(json);
    assert_int_equal(run("rules", "backtest", path("rules"), "--csv", "-o", path("rows.csv"), NULL), 0);
    read_into("rows.csv", output);
    assert_memory_equal(output, "document,number", 15);
    assert_int_equal(run("rules", "backtest", path("rules"), "--query", "{\"type\":\"x\"}", NULL), 1);
    assert_int_equal(run("rules", "backtest", path("rules"), NULL), 0);
    assert_non_null(strstr(output, "5 would differ"));
    assert_int_equal(run("rules", "publish", path("rules"), "--note", "tighter", NULL), 0);
    assert_non_null(strstr(output, "warning: flow."));
    assert_int_equal(run("rules", "show", NULL), 0);
    assert_null(strstr(output, "warning"));
    assert_non_null(strstr(output, "version 2"));
    assert_int_equal(run("rules", "replay", NULL), 0);
    assert_int_equal(run("rules", "replay", "1", NULL), 0);
    assert_int_equal(run("rules", "replay", "99999", NULL), 1);
    write_file("rules/policy/bad.lua", "return {\n  id = ");
    assert_int_equal(run("rules", "lint", path("rules"), NULL), 1);
    assert_non_null(strstr(errors, "bad.lua"));
    assert_int_equal(run("rules", "publish", path("rules"), NULL), 1);
    unlink(path("rules/policy/bad.lua"));
}

/* By themselves, against no organisation. */
static void test_rules__tell_of_tables_with_holes(void **state) {
    (void)state;
    static const char sound[] =
        "return { id = 'table.t', title = { en = 't', zh = 't' }, table = { inputs = { { name = 'a', kind = 'number' } },"
        " outputs = { { name = 'b', kind = 'number' } }, rows = { { '< 5', 1 }, { '>= 5', 2 }, { 'missing', 3 } } } }";
    mkdir(path("alone"), 0700);
    unsetenv("DEALER_STORE");
    write_file("alone/t.lua", sound);
    assert_int_equal(run("rules", "lint", path("alone"), NULL), 0);
    assert_non_null(strstr(output, "all is well"));
    change_rule("alone/t.lua", ">= 5", ">= 6");
    assert_int_equal(run("rules", "lint", path("alone"), NULL), 1);
    assert_non_null(strstr(output, "warning: table.t - "));
    assert_non_null(strstr(output, "1 warnings"));
    setenv("DEALER_STORE", store, 1);
}

static void test_explain__says_yes_or_no_with_reasons(void **state) {
    (void)state;
    char id[32];
    assert_int_equal(
        run("list", "trade_in", "--json", "--where", "{\"field\":\"status\",\"op\":\"!=\",\"value\":\"draft\"}", NULL), 0);
    json_t *json = json_output(), *documents = json_object_get(json, "result");
    assert_int_equal(json_array_size(documents), TRADE_INS);
    snprintf(id, sizeof id, "%lld", (long long)past_world_integer(json_array_get(documents, 0), "id"));
    json_decref(json);
    assert_int_equal(run("explain", "trade_in.read", id, "--as", "zhang", NULL), 0);
    assert_int_equal(run("explain", "trade_in.read", id, "--as", "guo", NULL), 1);
    assert_true(strlen(output) > 10);
    assert_int_equal(run("explain", "trade_in.read", id, "--as", "guo", "--json", NULL), 1);
    json_decref(json_output());
    assert_int_equal(run("who-can", "trade_in.read", id, NULL), 0);
    assert_non_null(strstr(output, "zhang"));
    assert_int_equal(run("rules", "explain", id, NULL), 0);
    assert_non_null(strstr(output, "valuation.used_machine"));
    assert_int_equal(run("list", "trade_in", "--fields", "number,model", "--order", "id", "--limit", "2", NULL), 0);
    assert_non_null(strstr(output, "PC120-8"));
    assert_int_equal(run("list", "trade_in", "--as", "guo", "--json", NULL), 0); /* nothing is visible to him */
    json = json_output();
    assert_int_equal(json_array_size(json_object_get(json, "result")), 0);
    json_decref(json);
    assert_int_equal(run("list", "trade_in", "--where", "{", NULL), 2);
    assert_int_equal(run("list", "nothing", NULL), 1);
}

static void test_outbox__lists_and_acknowledges_all_or_none(void **state) {
    (void)state;
    char first[32];
    assert_int_equal(run("outbox", "list", "--json", NULL), 0);
    json_t *json = json_output(), *messages = json_object_get(json, "result");
    size_t count = json_array_size(messages);
    assert_true(count > 0);
    snprintf(first, sizeof first, "%lld", (long long)past_world_integer(json_array_get(messages, 0), "id"));
    json_decref(json);
    assert_int_equal(run("outbox", "ack", first, "999999", NULL), 1);
    assert_int_equal(run("outbox", "list", "--json", NULL), 0);
    json = json_output();
    assert_int_equal(json_array_size(json_object_get(json, "result")), count);
    json_decref(json);
    assert_int_equal(run("outbox", "ack", first, NULL), 0);
    assert_int_equal(run("outbox", "list", "--json", NULL), 0);
    json = json_output();
    assert_int_equal(json_array_size(json_object_get(json, "result")), count - 1);
    json_decref(json);
}

static size_t messages_of(const char *list, json_t **out) {
    assert_int_equal(run("outbox", list, "--json", NULL), 0);
    json_t *json = json_output();
    size_t count = json_array_size(json_object_get(json, "result"));
    if (out && count) *out = json_incref(json_array_get(json_object_get(json, "result"), 0));
    json_decref(json);
    return count;
}

static void test_outbox__tells_of_what_was_given_up_and_revives_nothing_else(void **state) {
    (void)state;
    char id[32];
    json_t *dead = NULL;
    size_t waiting = messages_of("list", NULL);
    assert_int_equal(messages_of("dead", &dead), 1);
    snprintf(id, sizeof id, "%lld", (long long)past_world_integer(dead, "id"));
    assert_int_equal(run("outbox", "dead", "--zh", NULL), 0);
    assert_non_null(strstr(output, "接收人"));
    assert_non_null(strstr(output, json_string_value(json_object_get(dead, "event"))));
    assert_int_equal(run("outbox", "revive", id, "999999", NULL), 1); /* all or none */
    assert_int_equal(messages_of("dead", NULL), 1);
    assert_int_equal(run("outbox", "revive", id, NULL), 0);
    assert_non_null(strstr(output, "1 messages taken up again"));
    assert_int_equal(messages_of("dead", NULL), 0);
    assert_int_equal(messages_of("list", NULL), waiting + 1);
    assert_int_equal(run("outbox", "revive", id, NULL), 1);
    json_decref(dead);
    assert_int_equal(run("outbox", "revive", "1", NULL), 1);
    assert_int_equal(run("outbox", "revive", "x", NULL), 2);
}

static void write_sales(const char *name, int rows) {
    FILE *file = fopen(path(name), "wb");
    assert_non_null(file);
    fputs("id,day,price,group,model\n", file);
    for (int i = 0; i < rows; i++) fprintf(file, "%d,2020-01-%02d,%d,TEX,PC%d\n", i, 1 + i % 31, 1000 + i, i % 50);
    fclose(file);
    write_file("map.json",
        "{\"key\":\"id\",\"date\":\"day\",\"price\":{\"column\":\"price\",\"currency\":\"CNY\"},\"category\":{\"column\":\"group\",\"map\":"
        "{\"TEX\":\"excavator\"}},\"model\":\"model\"}");
}

static void test_market__imports_and_counts(void **state) {
    (void)state;
    write_sales("sales.csv", 2200);
    assert_int_equal(run("market", "import", path("sales.csv"), "--mapping", path("map.json"), NULL), 1); /* no source */
    assert_int_equal(run("market", "import", path("sales.csv"), "--mapping", path("map.json"), "--source", "a", NULL), 0);
    assert_non_null(strstr(output, "2200 added"));
    assert_int_equal(run("market", "import", path("sales.csv"), "--mapping", path("map.json"), "--source", "a", "--json", NULL), 0);
    json_t *json = json_output();
    assert_int_equal(past_world_integer(json, "result.known"), 2200);
    json_decref(json);
    write_file("bad.csv", "id,day,price,group,model\n1,never,5,TEX,P\n");
    assert_int_equal(run("market", "import", path("bad.csv"), "--mapping", path("map.json"), "--source", "b", NULL), 1);
    assert_non_null(strstr(output, "Line 2, date"));
    assert_int_equal(run("market", "statistics", "CNY", "excavator", NULL), 0);
    assert_non_null(strstr(output, "2200"));
    assert_int_equal(run("market", "outcomes", NULL), 0);
    assert_int_equal(run("market", "import", path("none.csv"), "--mapping", path("map.json"), "--source", "b", NULL), 3);
}

static void test_report__is_listed_asked_grouped_and_limited_to_a_person(void **state) {
    (void)state;
    assert_int_equal(run("report", "--en", NULL), 0);
    assert_non_null(strstr(output, "forecast"));
    assert_non_null(strstr(output, "likelihood"));
    assert_int_equal(run("report", "decisions", "--group", "type,outcome", "--query", "{\"type\":\"trade_in\"}", NULL), 0);
    assert_non_null(strstr(output, "trade_in"));
    assert_int_equal(run("report", "trade_ins", "--group", "company", "--json", "--where",
                         "{\"field\":\"status\",\"op\":\"=\",\"value\":\"approved\"}", NULL),
        0);
    json_t *json = json_output();
    assert_string_equal(json_string_value(json_object_get(json_object_get(json, "result"), "report")), "trade_ins");
    json_decref(json);
    assert_int_equal(run("report", "waiting", "--as", "guo", NULL), 0); /* nothing is visible to him */
    assert_null(strstr(output, "trade_in"));
    assert_int_equal(run("report", "forecasts", NULL), 1);
    assert_non_null(strstr(errors, "forecast"));
    assert_int_equal(run("report", "forecast", "--where", "{", NULL), 2);
    assert_int_equal(run("report", "forecast", "--query", "[]", NULL), 2);
}

/* A path that outlives the next ones. */
static const char *keep(char out[128], const char *name) {
    snprintf(out, 128, "%s", path(name));
    return out;
}

/* Starts the command, gives it a signal after so long, and answers its end: the store is whole whatever came of it. */
static int interrupt(const char *const *words, int signal_number, long microseconds) {
    char *arguments[ARGUMENTS_MOST + 2] = {(char *)(uintptr_t)program};
    for (int i = 0; words[i]; i++) arguments[i + 1] = (char *)(uintptr_t)words[i];
    pid_t pid = start(arguments);
    nanosleep(&(struct timespec){0, microseconds * 1000}, NULL);
    kill(pid, signal_number);
    int code = wait_for(pid);
    /* A very quick machine may be through; a slow one has not reached main yet. */
    if (code != 0 && code != -signal_number) assert_int_equal(code, 130);
    assert_int_equal(run("check", NULL), 0);
    assert_int_equal(run("journal", "verify", NULL), 0);
    return code;
}

static const long moments[] = {500, 5000, 20000, 60000, 120000, 250000}; /* microseconds */

static void test_market__a_killed_or_interrupted_import_leaves_the_store_whole_and_goes_on(void **state) {
    (void)state;
    enum { ROWS = 400000 };
    char file[128], mapping[128];
    const char *words[] = {
        "market", "import", keep(file, "big.csv"), "--mapping", keep(mapping, "map.json"), "--source", "big", "--quiet", NULL};
    const int signals[] = {SIGKILL, SIGINT, SIGTERM};
    write_sales("big.csv", ROWS);
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) interrupt(words, signals[i % 3], moments[i]);
    assert_int_equal(run("market", "import", path("big.csv"), "--mapping", path("map.json"), "--source", "big", "--json", NULL), 0);
    json_t *json = json_output();
    assert_int_equal(past_world_integer(json, "result.added") + past_world_integer(json, "result.known"), ROWS);
    json_decref(json);
    assert_int_equal(run("check", NULL), 0);
}

/* Of the store that the import before made large. */
static void test_backup__interrupted_leaves_the_store_whole_and_no_copy(void **state) {
    (void)state;
    char copy[128];
    const char *words[] = {"backup", keep(copy, "copy.db"), "--quiet", NULL};
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        int code = interrupt(words, i % 2 ? SIGTERM : SIGINT, moments[i]);
        assert_int_equal(access(copy, F_OK), code == 0 ? 0 : -1);
        assert_int_equal(access(path("copy.db-wal"), F_OK), -1);
        assert_int_equal(access(path("copy.db-journal"), F_OK), -1);
        if (code == 0) assert_int_equal(run("check", "--store", copy, NULL), 0);
        remove_store(path("copy.db"));
    }
    assert_int_equal(run("backup", path("copy.db"), NULL), 0); /* what was interrupted is in nobody's way */
    assert_int_equal(run("check", "--store", path("copy.db"), NULL), 0);
    remove_store(path("copy.db"));
}

static int64_t version_in_force(void) {
    assert_int_equal(run("rules", "show", "--json", NULL), 0);
    json_t *json = json_output();
    int64_t version = past_world_integer(json, "result.version");
    json_decref(json);
    return version;
}

static void test_backtest__interrupted_leaves_the_store_whole_and_publishes_nothing(void **state) {
    (void)state;
    char rules[128];
    const char *words[] = {"rules", "backtest", keep(rules, "rules"), "--quiet", "--threads", "1", NULL};
    int64_t version = version_in_force();
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        interrupt(words, i % 2 ? SIGTERM : SIGINT, moments[i] / 4);
        assert_int_equal(version_in_force(), version);
    }
    assert_int_equal(run("rules", "backtest", path("rules"), NULL), 0);
}

static void test_completion__is_a_script_that_the_shell_understands(void **state) {
    (void)state;
    char command[256];
    assert_int_equal(run("completion", "bash", NULL), 0);
    assert_non_null(strstr(output, "complete -F _dealer dealer"));
    snprintf(command, sizeof command, "bash -n '%s'", path("out"));
    assert_int_equal(system(command), 0);
    assert_int_equal(run("completion", "zsh", NULL), 0);
    assert_non_null(strstr(output, "#compdef dealer"));
    assert_int_equal(run("catalogue", NULL), 0);
    assert_non_null(strstr(output, "trade_in"));
    assert_int_equal(run("catalogue", "nothing", NULL), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usage__ends_with_2_and_says_what_is_wrong),
        cmocka_unit_test(test_language__is_that_of_the_locale_unless_said_otherwise),
        cmocka_unit_test(test_init__makes_a_store_once),
        cmocka_unit_test(test_check_and_verify__find_a_sound_store_sound_and_a_changed_one_not),
        cmocka_unit_test(test_replay__finds_a_decision_that_was_changed_in_the_file),
        cmocka_unit_test(test_config__goes_out_and_in_and_is_checked),
        cmocka_unit_test(test_backup__is_a_store_and_never_writes_over_a_file),
        cmocka_unit_test(test_rules__are_linted_tested_tried_and_published),
        cmocka_unit_test(test_rules__tell_of_tables_with_holes),
        cmocka_unit_test(test_explain__says_yes_or_no_with_reasons),
        cmocka_unit_test(test_outbox__lists_and_acknowledges_all_or_none),
        cmocka_unit_test(test_outbox__tells_of_what_was_given_up_and_revives_nothing_else),
        cmocka_unit_test(test_market__imports_and_counts),
        cmocka_unit_test(test_report__is_listed_asked_grouped_and_limited_to_a_person),
        cmocka_unit_test(test_market__a_killed_or_interrupted_import_leaves_the_store_whole_and_goes_on),
        cmocka_unit_test(test_backup__interrupted_leaves_the_store_whole_and_no_copy),
        cmocka_unit_test(test_backtest__interrupted_leaves_the_store_whole_and_publishes_nothing),
        cmocka_unit_test(test_completion__is_a_script_that_the_shell_understands),
    };
    return cmocka_run_group_tests_name("command", tests, setup, teardown);
}
