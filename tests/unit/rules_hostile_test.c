/* Every file of tests/hostile: held as its first line says, with the same answer each time, and the good rule that is
 * evaluated after it in the same sandbox still right. A new file needs no edit here. */
#include "rules/messages.h"
#include "support/failing_allocator.h"
#include "rules/rules.h"

#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { MOST_FILES = 512, FILE_SIZE = 64 * 1024, NAME_SIZE = 128, LEAST_FILES = 80 };

struct corpus {
    char names[MOST_FILES][NAME_SIZE];
    size_t count;
};

static const char good_source[] =
    "local calls = 0 local scale = { low = 9000, high = 11000 } return { id = \"good\", title = { en = \"Good\", zh = \"好\" },"
    " decide = function(input, dealer) calls = calls + 1 local keys = {} for k in pairs(scale) do keys[#keys + 1] = k end"
    " local echo = dealer.lookup(\"echo\", { n = 1 })"
    " return { outcome = \"pass\", calls = calls, keys = table.concat(keys, \",\"), text = string.format(\"%5.2f\", 3.14159),"
    " rep = (\"ab\"):rep(2), price = money.new(\"10.05\", \"CNY\"):percent_bp(scale.low), pi = math.pi, echo = echo.n,"
    " year = date.year(\"2024-05-01\"), floor = math.floor(2.9), secret = input.secret } end }";
static const char good_answer[] =
    "{\"calls\":1,\"echo\":1,\"floor\":2,\"keys\":\"high,low\",\"outcome\":\"pass\",\"pi\":3.141592653589793,"
    "\"price\":{\"amount_minor\":905,\"currency\":\"CNY\"},\"reasons\":[],\"rep\":\"abab\",\"secret\":\"given\","
    "\"text\":\" 3.14\",\"year\":2024}";
static const char input_text[] = "{\"secret\":\"given\",\"n\":5}";

static int by_name(const void *a, const void *b) {
    return strcmp(a, b);
}

static void list_corpus(struct corpus *corpus) {
    DIR *folder = opendir(DEALER_SOURCE_DIR "/tests/hostile");
    assert_non_null(folder);
    for (struct dirent *entry = NULL; (entry = readdir(folder)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || length >= NAME_SIZE || strcmp(entry->d_name + length - 4, ".lua") != 0) continue;
        assert_true(corpus->count < MOST_FILES);
        memcpy(corpus->names[corpus->count++], entry->d_name, length + 1);
    }
    closedir(folder);
    qsort(corpus->names, corpus->count, NAME_SIZE, by_name);
}

static size_t read_file(const char *name, char *out) {
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/hostile/%s", DEALER_SOURCE_DIR, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(out, 1, FILE_SIZE, file);
    fclose(file);
    return length;
}

static dealer_status echo(void *user_data, struct env *env, const json_value *arguments, struct json *answers, json_value **out) {
    (void)user_data, (void)env;
    *out = json_copy(answers, arguments);
    return json_status(answers);
}

struct world {
    struct failing_allocator allocator;
    struct seams seams;
    struct env env;
    struct json *input;
    double slowest_ms;
    char slowest[NAME_SIZE];
};

static const struct rule_lookup lookups[] = {{"echo", echo, NULL}};

/* The answer as text (the caller frees it), or NULL: world->env.error says why. */
static char *ask(struct world *world, const struct rule_set *set, const char *id, struct rule_used *used_out) {
    const struct rule *rule = rule_set_find(set, id);
    struct rule_result result = {0};
    struct rule_call call = {.rule = rule,
        .entry = rule->kind == RULE_VALUATION ? RULE_VALUE : RULE_DECIDE,
        .input = json_root(world->input),
        .lookups = lookups,
        .lookup_count = 1};
    error_clear(&world->env.error);
    dealer_status status = rule_evaluate(&world->env, &call, &result);
    *used_out = result.used;
    if (status == DEALER_OK) {
        char *text = json_write(&world->env, result.value, true, false, NULL);
        rule_result_finish(&result);
        return text;
    }
    assert_int_equal(status, DEALER_E_RULE); /* never another status, never a verdict */
    assert_null(result.json);
    return NULL;
}

/* "limit", "error", "contained" or what else happened. */
static const char *judge(struct world *world, const char *answer) {
    if (answer != NULL) return strstr(answer, "\"contained\":true") != NULL ? "contained" : answer;
    const char *id = world->env.error.entries[0].message->id;
    if (strcmp(id, "E_RULE_LIMIT") == 0) return "limit";
    bool error = strcmp(id, "E_RULE_FAILED") == 0 || strcmp(id, "E_RULE_RESULT") == 0 || strcmp(id, "E_RULE_RESULT_UNKNOWN") == 0;
    return error ? "error" : id;
}

/* A file may name the limit as well ("limit work"): where another one would hold it too, but far too late. */
struct expectation {
    char what[16], limit[16];
};

static void assert_expected(struct world *world, const char *name, const struct expectation *expected, const char *answer) {
    const char *got = judge(world, answer), *said = answer == NULL ? world->env.error.entries[0].en : "";
    if (strcmp(got, expected->what) != 0) fail_msg("%s: %s instead of %s (%s)", name, got, expected->what, said);
    if (expected->limit[0] == '\0') return;
    char id[64] = "E_RULE_LIMIT_";
    size_t length = strlen(id);
    for (const char *at = expected->limit; *at != '\0'; at++) id[length++] = (char)(*at - 'a' + 'A');
    assert_int_equal(world->env.error.depth, 2);
    if (strcmp(world->env.error.entries[1].message->id, id) != 0)
        fail_msg("%s: %s instead of %s", name, world->env.error.entries[1].message->id, id);
}

static void assert_good(struct world *world, const struct rule_set *set, const char *after) {
    struct rule_used used;
    char *answer = ask(world, set, "good", &used);
    if (answer == NULL || strcmp(answer, good_answer) != 0) fail_msg("after %s: %s", after, answer ? answer : "failed");
    env_free(&world->env, answer);
}

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void evaluate_hostile(
    struct world *world, const struct rule_set *set, const char *name, const struct expectation *expected) {
    struct rule_used used[2];
    char *first = NULL;
    for (int round = 0; round < 2; round++) {
        double begin = now_ms();
        char *answer = ask(world, set, "hostile", &used[round]);
        double took = now_ms() - begin;
        if (took > world->slowest_ms) {
            world->slowest_ms = took;
            memcpy(world->slowest, name, strlen(name) + 1);
        }
        assert_expected(world, name, expected, answer);
        if (round == 0)
            first = answer;
        else
            assert_true((first == NULL) == (answer == NULL) && (first == NULL || strcmp(first, answer) == 0));
        if (round == 1) env_free(&world->env, answer);
        assert_good(world, set, name);
    }
    assert_memory_equal(&used[0], &used[1], sizeof used[0]); /* the same limit at the same step */
    env_free(&world->env, first);
}

static void try_file(struct world *world, const char *name) {
    static char source[FILE_SIZE];
    static const char prefix[] = "-- expect: ";
    struct expectation expected = {"", ""};
    size_t length = read_file(name, source);
    if (length < sizeof prefix || memcmp(source, prefix, sizeof prefix - 1) != 0) fail_msg("%s has no expectation", name);
    sscanf(source + sizeof prefix - 1, "%15[a-z]%*[ ]%15[a-z]", expected.what, expected.limit);

    struct rule_set *set = NULL;
    const struct rule_file files[] = {{name, source, length}, {"zz/good.lua", good_source, sizeof good_source - 1}};
    error_clear(&world->env.error);
    dealer_status status = rule_set_load(&world->env, files, 2, NULL, &set);
    if (strcmp(expected.what, "refused") == 0) {
        if (status != DEALER_E_CONFIGURATION) fail_msg("%s was not refused", name);
        assert_int_equal(rule_set_load(&world->env, files + 1, 1, NULL, &set), DEALER_OK);
        assert_good(world, set, name);
    } else {
        if (status != DEALER_OK) fail_msg("%s: %s", name, world->env.error.entries[0].en);
        evaluate_hostile(world, set, name, &expected);
    }
    rule_set_drop(set);
}

static void test_hostile_rules__are_held_and_harm_nobody(void **state) {
    (void)state;
    static struct corpus corpus;
    struct world world = {.slowest_ms = 0};
    failing_allocator_init(&world.allocator, &world.seams, 0, false);
    env_init(&world.env, &world.seams);
    assert_int_equal(json_parse(&world.env, input_text, strlen(input_text), false, &world.input), DEALER_OK);
    list_corpus(&corpus);
    assert_true(corpus.count >= LEAST_FILES);
    for (size_t i = 0; i < corpus.count; i++) try_file(&world, corpus.names[i]);
    json_free(world.input);
    assert_int_equal(world.allocator.outstanding, 0);
    struct rule_limits limits;
    rule_limits_default(&limits);
    assert_true(world.allocator.peak_bytes < (size_t)limits.bytes + 16 * 1024 * 1024);
    print_message("%zu hostile files held; slowest %s with %.1f ms; at most %zu KiB\n", corpus.count, world.slowest,
        world.slowest_ms, world.allocator.peak_bytes / 1024);
}

/* A host's thread may have a small stack: neither parser nor callbacks nor patterns may run over its end. No assertions in
 * here: they belong to the thread of the test. */
static void *walk_corpus(void *data) {
    const struct corpus *corpus = data;
    struct seams seams;
    struct env *env = calloc(1, sizeof *env);
    char *source = malloc(FILE_SIZE);
    seams_defaults(&seams);
    env_init(env, &seams);
    for (size_t i = 0; i < corpus->count; i++) {
        struct rule_set *set = NULL;
        struct rule_file file = {corpus->names[i], source, read_file(corpus->names[i], source)};
        error_clear(&env->error);
        if (rule_set_load(env, &file, 1, NULL, &set) != DEALER_OK) continue;
        struct json *input = NULL;
        struct rule_result result = {0};
        struct rule_call call = {.rule = rule_set_at(set, 0), .entry = RULE_DECIDE, .lookups = lookups, .lookup_count = 1};
        json_parse(env, input_text, strlen(input_text), false, &input);
        call.input = json_root(input);
        if (rule_evaluate(env, &call, &result) == DEALER_OK) rule_result_finish(&result);
        json_free(input);
        rule_set_drop(set);
    }
    free(source);
    free(env);
    return NULL;
}

static void test_hostile_rules__are_held_on_a_small_stack(void **state) {
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    enum { STACK = 1024 * 1024 }; /* its frames are several times as large */
#else
    enum { STACK = 256 * 1024 };
#endif
    static struct corpus corpus;
    pthread_attr_t attributes;
    pthread_t thread;
    list_corpus(&corpus);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, STACK), 0);
    assert_int_equal(pthread_create(&thread, &attributes, walk_corpus, &corpus), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_rules__are_held_and_harm_nobody),
        cmocka_unit_test(test_hostile_rules__are_held_on_a_small_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
