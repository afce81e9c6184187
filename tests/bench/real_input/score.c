#include "real_input/score.h"
#include "real_input/machines.h"
#include "real_input/stage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SALES_AT_ONCE = 500 };

static const int64_t DAY_MS = INT64_C(86400000), MORNING_MS = INT64_C(2) * 3600 * 1000; /* ten o'clock in China */

void score_add(struct score *score, double paid, const struct value *value) {
    double miss = log1p(paid) - log1p(value->value);
    score->count++;
    score->squares += miss * miss;
    score->sum += miss;
    score->within += paid >= value->low && paid <= value->high;
}

double score_rmsle(const struct score *score) {
    return score->count > 0 ? sqrt(score->squares / (double)score->count) : NAN;
}

static void print_score(const struct score *score, size_t asked, double seconds) {
    size_t count = score->count > 0 ? score->count : 1;
    printf("  answered                %zu of %zu\n", score->count, asked);
    printf("  RMSLE                   %.4f (mean of the logs' difference %+.4f)\n", score_rmsle(score), score->sum / (double)count);
    printf("  within the 80 %% range   %.1f %%\n", 100.0 * (double)score->within / (double)count);
    printf("  per valuation           %.0f us, the model's building included\n", seconds * 1e6 / (double)count);
}

/* -- a dealer of one man, who only values -- */

static void found_valuer(struct stage *stage, const char *currency) {
    struct text organisation = {0};
    text_add(&organisation,
        "\"group\":{\"code\":\"ONE\",\"name\":\"One\"},\"companies\":[{\"code\":\"C\",\"name\":\"C\",\"kinds\":[\"sales\"],\"currency\":\"%s\"}],"
        "\"departments\":[{\"code\":\"D\",\"name\":\"D\",\"company\":\"C\"}],"
        "\"employees\":[{\"code\":\"S\",\"name\":\"S\",\"department\":\"D\",\"posts\":[{\"post\":\"salesperson\"}]}]",
        currency);
    stage_open(stage, ":memory:");
    stage_found(stage, organisation.data);
    text_free(&organisation);
}

static void fill_market(struct stage *stage, const struct machines *machines, const unsigned char *left_out) {
    struct text sales = {0};
    text_clear(&sales);
    for (size_t i = 0, count = 0; i <= machines->count; i++) {
        int flush = i == machines->count || count == SALES_AT_ONCE;
        if (flush && count > 0) {
            text_add(&sales, "]");
            stage_add_sales(stage, sales.data);
            text_clear(&sales);
            count = 0;
        }
        if (i == machines->count || (left_out != NULL && left_out[i])) continue;
        text_add(&sales, count++ > 0 ? "," : "[");
        machine_add_sale(&sales, machines, &machines->items[i]);
    }
    text_free(&sales);
}

static double amount_of(const char *amounts, const char *name) {
    return (double)json_number(json_member(json_member(amounts, name), "amount_minor")) / 100;
}

/* 0 when there was no answer. */
static int value_one(struct stage *stage, dealer_session *session, const struct machines *machines, const struct machine *machine,
    struct value *out) {
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    struct text fields = {0};
    char date[11];
    int32_t day = strcmp(machines->source, "listings") == 0 ? machine->day + 1 : machine->day; /* of listings all are of one day */
    stage->now_ms = day * DAY_MS + MORNING_MS;
    date_of(day, date);
    text_add(&fields, "{");
    machine_add_fields(&fields, machines, machine, date);
    text_add(&fields, "}");
    must(dealer_document_new(session, &document, "trade_in"), dealer_session_error(session), "trade-in");
    must(dealer_document_merge(document, fields.data, fields.length), dealer_document_error(document), machine->key);
    dealer_status status = dealer_trade_in_value(session, &decision, document);
    if (status != DEALER_OK) tell_error(dealer_session_error(session), machine->key);
    const char *amounts = json_member(dealer_decision_json(decision), "valuation");
    *out = (struct value){amount_of(amounts, "valuation"), amount_of(amounts, "low"), amount_of(amounts, "high")};
    dealer_decision_free(decision);
    dealer_document_free(document);
    text_free(&fields);
    return status == DEALER_OK && out->value > 0;
}

int score_files(const char *train, const char *test, const char *predictions) {
    struct stage stage = {0};
    struct machines known, asked;
    struct score score = {0};
    FILE *out = predictions != NULL ? fopen(predictions, "w") : NULL;
    machines_read(&known, train);
    machines_read(&asked, test);
    found_valuer(&stage, asked.count > 0 ? asked.items[0].currency : "USD");
    fill_market(&stage, &known, NULL);
    dealer_session *session = stage_enter(&stage, "S");
    double start = seconds_now();
    for (size_t i = 0; i < asked.count; i++) {
        struct value value;
        if (!value_one(&stage, session, &asked, &asked.items[i], &value)) continue;
        score_add(&score, asked.items[i].price, &value);
        if (out != NULL) fprintf(out, "%s,%.0f,%.0f,%.0f\n", asked.items[i].key, value.value, value.low, value.high);
        if (i % 50 == 0) fprintf(stderr, "\r%zu of %zu valued ", i, asked.count);
    }
    fprintf(stderr, "\r");
    printf("%zu sales in the market, %zu machines valued as of their day\n", known.count, asked.count);
    print_score(&score, asked.count, seconds_now() - start);
    if (out != NULL) fclose(out);
    dealer_session_close(session);
    stage_close(&stage);
    int complete = score.count == asked.count;
    machines_free(&known);
    machines_free(&asked);
    return complete ? 0 : 1;
}

/* -- cross-validation -- */

static int is_alike(const struct machine *a, const struct machine *b) {
    return a->year == b->year && a->hours == b->hours && strcmp(a->model, b->model) == 0;
}

/* The row that decides a machine's part: its own, or the first of its model, year and hours, so that none is valued by its like. */
static size_t row_of(const struct machines *machines, size_t at, int grouped) {
    const struct machine *machine = &machines->items[at];
    size_t row = machine->row;
    for (size_t i = 0; grouped && i < machines->count; i++) {
        const struct machine *other = &machines->items[i];
        if (other->row < row && is_alike(other, machine)) row = other->row;
    }
    return row;
}

/* One part in so many, by a hash of the row: always the same one. */
static unsigned fold_of(size_t row, unsigned folds) {
    return ((uint32_t)row * 2654435761U >> 7) % folds;
}

struct folds {
    struct machines machines;
    unsigned *fold; /* of each machine */
    unsigned char *left_out;
    FILE *predictions;
    struct score score;
};

static void value_fold(struct folds *folds, unsigned fold) {
    const struct machines *machines = &folds->machines;
    struct stage stage = {0};
    struct value value;
    for (size_t i = 0; i < machines->count; i++) folds->left_out[i] = folds->fold[i] == fold;
    found_valuer(&stage, machines->count > 0 ? machines->items[0].currency : "EUR");
    fill_market(&stage, machines, folds->left_out);
    dealer_session *session = stage_enter(&stage, "S");
    for (size_t i = 0; i < machines->count; i++) {
        const struct machine *machine = &machines->items[i];
        if (!folds->left_out[i] || !value_one(&stage, session, machines, machine, &value)) continue;
        score_add(&folds->score, machine->price, &value);
        if (folds->predictions != NULL)
            fprintf(folds->predictions, "%s,%.0f,%.0f,%.0f\n", machine->key, value.value, value.low, value.high);
    }
    dealer_session_close(session);
    stage_close(&stage);
}

int score_folds(const char *path, unsigned count, int grouped, const char *predictions) {
    struct folds folds = {.predictions = predictions != NULL ? fopen(predictions, "w") : NULL};
    machines_read(&folds.machines, path);
    size_t machines = folds.machines.count;
    folds.left_out = must_have(calloc(machines + 1, 1));
    folds.fold = must_have(calloc(machines + 1, sizeof *folds.fold));
    for (size_t i = 0; i < machines; i++) folds.fold[i] = fold_of(row_of(&folds.machines, i, grouped), count);
    double start = seconds_now();
    for (unsigned fold = 0; fold < count; fold++) {
        value_fold(&folds, fold);
        fprintf(stderr, "\rpart %u of %u valued by the others ", fold + 1, count);
    }
    fprintf(stderr, "\r");
    printf("%zu machines, each valued by the %u of %u parts that %s\n", machines, count - 1, count,
        grouped ? "none of its model, year and hours is in" : "it is not in");
    print_score(&folds.score, machines, seconds_now() - start);
    if (folds.predictions != NULL) fclose(folds.predictions);
    free(folds.left_out);
    free(folds.fold);
    machines_free(&folds.machines);
    return folds.score.count == machines ? 0 : 1;
}
