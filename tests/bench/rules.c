/* What a rule costs through the library against the same Lua called bare in the same run, with the same version of Lua, unchanged and at -O2
 * (bare/): a valuation with 13 inputs and a 40-row table, a condition, a decision table (rules/table.c), and the
 * loading of 200 rules. The bare side makes a new input
 * table for each call, fills it from C values, calls, and reads the amount; it has no limits, no isolation and no checks. Prints ratios;
 * asserts nothing.
 *
 *   rules [rounds] [calls a round]        default: 9 rounds of 40,000; the median of the rounds counts */
#include "rules/measure.h"

#include "bare/bare.h"
#include "rules/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const input_text =
    "{\"category\":\"crane\",\"tons\":33,\"year\":2021,\"today_year\":2026,\"hours\":7450.5,\"rating_engine\":4,\"rating_hydraulics\":3,"
    "\"rating_undercarriage\":2,\"region\":\"south\",\"attachments\":2,\"original_paint\":true,\"owners\":3,\"accident\":false}";

static const char condition_source[] =
    "return { id = \"conditions.bench\", title = { en = \"measured\", zh = \"测量\" }, conditions = {\n"
    "  large = function(input) return input.tons > 30 and input.owners > 2 end } }\n";

void measure_must(dealer_status status, struct env *env, const char *what) {
    if (status == DEALER_OK) return;
    fprintf(stderr, "%s: %s\n", what, env->error.depth > 0 ? env->error.entries[0].en : "failed");
    exit(1);
}

double measure_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

char *measure_read(const char *name, size_t *length_out) {
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/bench/rules/%s", DEALER_SOURCE_DIR, name);
    FILE *file = fopen(path, "rb");
    char *text = malloc(65536);
    if (file == NULL || text == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    *length_out = fread(text, 1, 65535, file);
    text[*length_out] = '\0';
    fclose(file);
    return text;
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double measure_median(double *values, int count) {
    qsort(values, (size_t)count, sizeof values[0], compare);
    return values[count / 2];
}

/* ---- through the library ---- */

static double library_round(struct env *env, const struct rule_call *call, int calls, int64_t *sum) {
    double start = measure_seconds();
    for (int i = 0; i < calls; i++) {
        struct rule_result result = {0};
        measure_must(rule_evaluate(env, call, &result), env, "evaluate");
        if (call->entry == RULE_VALUE)
            *sum += json_get_integer(json_get(result.value, "valuation"), "amount_minor", 0);
        else
            *sum += result.truth;
        rule_result_finish(&result);
    }
    return measure_seconds() - start;
}

struct comparison {
    const char *what;
    struct bare *bare;
    const struct rule_call *call;
};

static void compare_rounds(struct env *env, const struct comparison *comparison, int rounds, int calls) {
    enum { MOST = 101 };
    double bare[MOST], library[MOST], ratio[MOST];
    int64_t sums[2] = {0, 0};
    if (rounds > MOST) rounds = MOST;
    for (int i = 0; i < rounds; i++) { /* interleaved: what else the machine does hits both */
        bare[i] = bare_calls(comparison->bare, calls, &sums[0]) / calls * 1e6;
        library[i] = library_round(env, comparison->call, calls, &sums[1]) / calls * 1e6;
        ratio[i] = library[i] / bare[i];
    }
    double ratios = measure_median(ratio, rounds), one = measure_median(bare, rounds), other = measure_median(library, rounds);
    if (comparison->call->entry == RULE_VALUE) printf("valuation  %lld\n", (long long)(sums[0] / ((int64_t)rounds * calls)));
    printf("%-10s bare Lua %.3f us, rule_evaluate %.3f us: ratio %.2f, overhead %.3f us%s\n", comparison->what, one, other, ratios,
        other - one, sums[0] == sums[1] ? "" : "  ANSWERS DIFFER");
}

static void measure_load(struct env *env, const char *source, size_t length) {
    enum { RULES = 200, ROUNDS = 5, SIZE = 4096 };
    struct rule_file *files = calloc(RULES, sizeof *files);
    double used[ROUNDS];
    if (files == NULL) exit(1);
    for (int i = 0; i < RULES; i++) {
        char *name = malloc(64), *copy = malloc(length + SIZE);
        if (name == NULL || copy == NULL) exit(1);
        snprintf(name, 64, "valuation/r%03d.lua", i);
        const char *id = strstr(source, "valuation.bench");
        int size = snprintf(
            copy, length + SIZE, "%.*svaluation.bench%03d%s", (int)(id - source), source, i, id + strlen("valuation.bench"));
        files[i] = (struct rule_file){name, copy, (size_t)size};
    }
    for (int i = 0; i < ROUNDS; i++) {
        struct rule_set *set = NULL;
        double start = measure_seconds();
        measure_must(rule_set_load(env, files, RULES, NULL, &set), env, "load of 200");
        used[i] = measure_seconds() - start;
        rule_set_drop(set);
    }
    printf("load       %d rules of %zu bytes: %.1f ms\n", (int)RULES, length, measure_median(used, ROUNDS) * 1e3);
    for (int i = 0; i < RULES; i++) free((void *)(uintptr_t)files[i].name), free((void *)(uintptr_t)files[i].source);
    free(files);
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 9, calls = argc > 2 ? atoi(argv[2]) : 40000;
    struct seams seams;
    struct env env;
    struct json *input = NULL;
    struct rule_set *set = NULL;
    size_t length = 0;
    seams_defaults(&seams);
    env_init(&env, &seams);
    char *source = measure_read("valuation.lua", &length);
    const struct rule_file files[] = {
        {"conditions/bench.lua", condition_source, sizeof condition_source - 1}, {"valuation/bench.lua", source, length}};
    measure_must(rule_set_load(&env, files, 2, NULL, &set), &env, "load");
    measure_must(json_parse(&env, input_text, strlen(input_text), false, &input), &env, "input");
    printf("%s, %s; median of %d rounds of %d calls\n", rule_engine_version(), rule_engine_bundled() ? "bundled" : "of the system",
        rounds, calls);

    struct rule_call value = {.rule = rule_set_find(set, "valuation.bench"), .entry = RULE_VALUE, .input = json_root(input)};
    struct rule_call condition = {
        .rule = rule_set_find(set, "conditions.bench"), .entry = RULE_CONDITION, .condition = "large", .input = json_root(input)};
    struct bare *bare_value = bare_open(source, length, "value", NULL);
    struct bare *bare_condition = bare_open(condition_source, sizeof condition_source - 1, "large", "conditions");
    compare_rounds(&env, &(struct comparison){"valuation", bare_value, &value}, rounds, calls);
    compare_rounds(&env, &(struct comparison){"condition", bare_condition, &condition}, rounds, calls);
    measure_table(&env);
    measure_load(&env, source, length);
    bare_close(bare_value);
    bare_close(bare_condition);
    json_free(input);
    rule_set_drop(set);
    env_finish(&env);
    free(source);
    return 0;
}
