/* A decision table of 40 rows held in C against the same table as a programmer would write it by hand: an array of rows, walked from the
 * first. Inputs are spread over all rows. Also what asking costs from JSON to JSON. */
#include "rules/table.h"

#include "rules/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CATEGORIES = 4, STEPS = 10, ROWS = CATEGORIES * STEPS, ROUNDS = 15, CALLS = 400000, INPUTS = 64 };

struct row {
    const char *category;
    double upto;
    int64_t price;
};

struct asked {
    const char *category;
    double tons;
};

static const char *const categories[CATEGORIES] = {"excavator", "wheel_loader", "dozer", "crane"};

static int64_t by_hand(const struct row *rows, const struct asked *asked) {
    for (int i = 0; i < ROWS; i++) {
        if (asked->tons <= rows[i].upto && strcmp(rows[i].category, asked->category) == 0) return rows[i].price;
    }
    return 0;
}

static int64_t by_table(const struct table *table, const struct asked *asked) {
    size_t classes[2];
    uint64_t hits[TABLE_WORDS];
    classes[0] = table_class_of_point(&table->inputs[0], &(struct table_point){.text = asked->category});
    classes[1] = table_class_of_point(&table->inputs[1], &(struct table_point){.real = asked->tons});
    if (!table_match(table, classes, hits)) return 0;
    size_t row = 0;
    for (uint64_t left = hits[0]; (left & 1) == 0; left >>= 1) row++;
    return json_integer(table->values[row * table->output_count], 0);
}

static char *write_source(struct row *rows) {
    char *source = malloc(16384);
    if (source == NULL) exit(1);
    strcpy(source, "return { id = \"table.bench\", title = { en = \"measured\", zh = \"测量\" }, table = { hit = \"first\",\n"
                   "inputs = { { name = \"category\", kind = \"text\" }, { name = \"tons\", kind = \"number\" } },\n"
                   "outputs = { { name = \"price\", kind = \"number\" } }, rows = {\n");
    for (int i = 0; i < ROWS; i++) {
        rows[i] = (struct row){categories[i / STEPS], (i % STEPS + 1) * 6, 20000000 + i};
        sprintf(
            source + strlen(source), "{ \"%s\", \"<= %g\", %lld },\n", rows[i].category, rows[i].upto, (long long)rows[i].price);
    }
    return strcat(source, "} } }\n");
}

static void from_json(struct env *env, const struct table *table) {
    static const char text[] = "{\"category\":\"crane\",\"tons\":33}";
    enum { ASKED = 100000 };
    struct json *input = NULL;
    double start = 0;
    measure_must(json_parse(env, text, sizeof text - 1, false, &input), env, "input");
    start = measure_seconds();
    for (int i = 0; i < ASKED; i++) {
        struct table_question question = {.table = table, .input = json_root(input), .by_name = true};
        json_value *out = NULL;
        measure_must(json_new(env, &question.json), env, "json");
        measure_must(table_ask(env, &question, &out, NULL), env, "ask");
        json_free(question.json);
    }
    printf(
        "table      from JSON to JSON, the document of the answer included: %.3f us\n", (measure_seconds() - start) / ASKED * 1e6);
    json_free(input);
}

void measure_table(struct env *env) {
    struct row rows[ROWS];
    struct asked asked[INPUTS];
    struct rule_set *set = NULL;
    double hand[ROUNDS], held[ROUNDS], ratio[ROUNDS];
    int64_t sums[2] = {0, 0};
    char *source = write_source(rows);
    struct rule_file file = {"table/bench.lua", source, strlen(source)};
    measure_must(rule_set_load(env, &file, 1, NULL, &set), env, "load");
    const struct table *table = rule_set_at(set, 0)->table;
    for (int i = 0; i < INPUTS; i++) asked[i] = (struct asked){categories[i % CATEGORIES], (i * 37 % 600) / 10.0};
    for (int round = 0; round < ROUNDS; round++) {
        double start = measure_seconds();
        for (int i = 0; i < CALLS; i++) sums[0] += by_hand(rows, &asked[i % INPUTS]);
        hand[round] = (measure_seconds() - start) / CALLS * 1e9;
        start = measure_seconds();
        for (int i = 0; i < CALLS; i++) sums[1] += by_table(table, &asked[i % INPUTS]);
        held[round] = (measure_seconds() - start) / CALLS * 1e9;
        ratio[round] = held[round] / hand[round];
    }
    double ratios = measure_median(ratio, ROUNDS);
    printf("table      %d rows by hand in C %.1f ns, held %.1f ns: ratio %.2f%s\n", (int)ROWS, measure_median(hand, ROUNDS),
        measure_median(held, ROUNDS), ratios, sums[0] == sums[1] ? "" : "  ANSWERS DIFFER");
    from_json(env, table);
    rule_set_drop(set);
    free(source);
}
