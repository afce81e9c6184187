/* Asking a decision table: inputs to classes, classes to rows, rows to outputs by the hit policy. Fails rather than guesses. */
#include "rules/table.h"

#include "base/time.h"
#include "rules/messages.h"
#include "rules/result.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const kind_words[TABLE_KIND_COUNT] = {
    "a number", "a text", "a date such as 2026-01-31", "money in the currency of the table", "true or false"};

/* ---- Inputs ---- */

/* Ordered kinds: edges by halving. */
static size_t search(const struct table_column *column, const struct table_point *point) {
    size_t low = 0, high = column->edge_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = table_compare(column->kind, point, &column->edges[middle]);
        if (order == 0) return 2 * middle + 1;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 2 * low;
}

size_t table_class_of_point(const struct table_column *column, const struct table_point *point) {
    if (column->kind == TABLE_BOOLEAN) return point->whole != 0;
    size_t class = search(column, point);
    if (column->kind != TABLE_TEXT) return class;
    return class % 2 == 1 ? class / 2 : column->edge_count; /* named, or any other text */
}

static bool read_point(const struct table_column *column, const json_value *value, struct table_point *out) {
    struct money money;
    int32_t days = 0;
    enum json_kind kind = json_kind(value);
    switch (column->kind) {
    case TABLE_NUMBER: out->real = json_real(value, 0); return kind == JSON_INTEGER || kind == JSON_REAL;
    case TABLE_TEXT: out->text = json_text(value); return out->text != NULL;
    case TABLE_BOOLEAN: out->whole = json_is_true(value); return kind == JSON_BOOLEAN;
    case TABLE_DATE: {
        bool good = kind == JSON_TEXT && date_parse(json_text(value), json_text_length(value), &days);
        out->whole = days;
        return good;
    }
    default:
        if (!values_is_money(value, &money) || (column->currency[0] != '\0' && strcmp(money.currency, column->currency) != 0))
            return false;
        out->whole = money.minor;
        return true;
    }
}

size_t table_class(const struct table_column *column, const json_value *value) {
    struct table_point point = {0};
    if (value == NULL || json_kind(value) == JSON_NULL) return column->class_count - 1;
    return read_point(column, value, &point) ? table_class_of_point(column, &point) : SIZE_MAX;
}

static const json_value *follow(const json_value *input, const char *path) {
    char name[TABLE_NAME + 1];
    while (input != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        if (length >= sizeof name) return NULL;
        memcpy(name, path, length);
        name[length] = '\0';
        input = json_kind(input) == JSON_OBJECT ? json_get(input, name) : NULL;
        path += length + (path[length] == '.');
    }
    return input;
}

bool table_match(const struct table *table, const size_t *classes, uint64_t *hits) {
    size_t words = table->words;
    uint64_t any = 0;
    for (size_t word = 0; word < words; word++) {
        uint64_t mask = table->inputs[0].masks[classes[0] * words + word];
        for (size_t i = 1; i < table->input_count; i++) mask &= table->inputs[i].masks[classes[i] * words + word];
        hits[word] = mask;
        any |= mask;
    }
    return any != 0;
}

/* ---- Rows ---- */

struct hits {
    size_t rows[TABLE_ROWS]; /* in the order that counts */
    size_t count;
};

static void list_hits(const struct table *table, const uint64_t *bits, struct hits *out) {
    out->count = 0;
    for (size_t word = 0; word < table->words; word++) {
        for (uint64_t left = bits[word]; left != 0; left &= left - 1) {
            size_t bit = 0;
            for (uint64_t lowest = left & (~left + 1); lowest > 1; lowest >>= 1) bit++;
            out->rows[out->count++] = word * 64 + bit;
        }
    }
    if (out->count == 0 && table->default_row != SIZE_MAX) out->rows[out->count++] = table->default_row;
}

/* By rank, then by place: insertion, since few rows fit. */
static void sort_by_rank(const struct table *table, struct hits *hits) {
    for (size_t i = 1; i < hits->count; i++) {
        size_t row = hits->rows[i], at = i;
        for (; at > 0 && table->ranks[hits->rows[at - 1]] > table->ranks[row]; at--) hits->rows[at] = hits->rows[at - 1];
        hits->rows[at] = row;
    }
}

static dealer_status rows_equal(struct env *env, const struct table *table, size_t a, size_t b, bool *out) {
    *out = true;
    for (size_t i = 0; *out && i < table->output_count; i++) {
        const json_value *left = table->values[a * table->output_count + i], *right = table->values[b * table->output_count + i];
        *out = (left == NULL) == (right == NULL);
        if (left == NULL || right == NULL) continue;
        char *first = json_write(env, left, true, false, NULL), *second = json_write(env, right, true, false, NULL);
        dealer_status status = first == NULL || second == NULL ? DEALER_E_NOMEM : DEALER_OK;
        *out = status == DEALER_OK && strcmp(first, second) == 0;
        env_free(env, first);
        env_free(env, second);
        if (status != DEALER_OK) return status;
    }
    return DEALER_OK;
}

static dealer_status refuse_two(struct env *env, const struct table *table, size_t a, size_t b) {
    return error_raise(&env->error, &E_RULE_TABLE_HITS, "table", table->id, "hit", table->hit == TABLE_ANY ? "any" : "unique",
        "first", NUMBER(table->labels[a]), "second", NUMBER(table->labels[b]), NULL);
}

/* What unique and any promise. */
static dealer_status check_hits(struct env *env, const struct table *table, const struct hits *hits) {
    if (hits->count < 2 || table->hit > TABLE_ANY) return DEALER_OK;
    if (table->hit == TABLE_UNIQUE) return refuse_two(env, table, hits->rows[0], hits->rows[1]);
    for (size_t i = 1; i < hits->count; i++) {
        bool equal = false;
        dealer_status status = rows_equal(env, table, hits->rows[0], hits->rows[i], &equal);
        if (status != DEALER_OK) return status;
        if (!equal) return refuse_two(env, table, hits->rows[0], hits->rows[i]);
    }
    return DEALER_OK;
}

/* ---- Outputs ---- */

static json_value *row_outputs(const struct table *table, size_t row, struct json *json) {
    json_value *object = json_new_object(json);
    for (size_t i = 0; i < table->output_count; i++) {
        const json_value *value = table->values[row * table->output_count + i];
        if (value != NULL) json_set(json, object, table->outputs[i].name, json_copy(json, value));
    }
    return object;
}

struct reckoning {
    bool there, whole;
    int64_t integer;
    double real;
    struct money money;
};

static dealer_status too_large(struct env *env, const struct table *table, const struct table_column *column) {
    return error_raise(&env->error, &E_RULE_TABLE_SUM, "table", table->id, "output", column->name, NULL);
}

static dealer_status reckon_number(struct reckoning *sum, enum table_aggregate aggregate, const json_value *value, bool *fits) {
    bool whole = json_kind(value) == JSON_INTEGER;
    int64_t integer = json_integer(value, 0);
    double real = json_real(value, 0);
    if (!sum->there || (aggregate == TABLE_MIN && real < sum->real) || (aggregate == TABLE_MAX && real > sum->real)) {
        sum->there = true;
        sum->whole = whole;
        sum->integer = integer;
        sum->real = real;
    } else if (aggregate == TABLE_SUM) {
        *fits =
            !(sum->whole && whole) || (integer >= 0 ? sum->integer <= INT64_MAX - integer : sum->integer >= INT64_MIN - integer);
        sum->whole = sum->whole && whole;
        if (sum->whole && *fits) sum->integer += integer;
        sum->real += real;
        *fits = *fits && isfinite(sum->real);
    }
    return DEALER_OK;
}

static dealer_status reckon_money(struct env *env, struct reckoning *sum, enum table_aggregate aggregate, const json_value *value) {
    struct money money;
    int order = 0;
    if (!values_is_money(value, &money)) return DEALER_OK;
    if (!sum->there) {
        sum->there = true;
        sum->money = money;
        return DEALER_OK;
    }
    if (aggregate == TABLE_SUM) return money_add(env, sum->money, money, &sum->money);
    dealer_status status = money_compare(env, money, sum->money, &order);
    if (status == DEALER_OK && (aggregate == TABLE_MIN ? order < 0 : order > 0)) sum->money = money;
    return status;
}

static json_value *reckoned(struct json *json, const struct table_column *column, const struct reckoning *sum) {
    if (column->kind == TABLE_MONEY) return values_money(json, sum->money);
    return sum->whole ? json_new_integer(json, sum->integer) : json_new_real(json, sum->real);
}

static dealer_status aggregate_rows(
    struct env *env, const struct table *table, const struct hits *hits, struct json *json, json_value **out) {
    json_value *object = json_new_object(json);
    for (size_t i = 0; i < table->output_count; i++) {
        const struct table_column *column = &table->outputs[i];
        struct reckoning sum = {0};
        for (size_t k = 0; k < hits->count; k++) {
            const json_value *value = table->values[hits->rows[k] * table->output_count + i];
            bool fits = true;
            if (value == NULL) continue;
            dealer_status status = column->kind == TABLE_MONEY ? reckon_money(env, &sum, table->aggregate, value)
                                                               : reckon_number(&sum, table->aggregate, value, &fits);
            if (status == DEALER_E_NOMEM) return status;
            if (status != DEALER_OK || !fits) return too_large(env, table, column);
        }
        if (sum.there) json_set(json, object, column->name, reckoned(json, column, &sum));
    }
    *out = object;
    return DEALER_OK;
}

static dealer_status give(
    struct env *env, const struct table *table, const struct hits *hits, struct json *json, json_value **out) {
    if (table->hit < TABLE_COLLECT) {
        *out = hits->count == 0 ? NULL : row_outputs(table, hits->rows[0], json);
        return DEALER_OK;
    }
    if (table->aggregate == TABLE_COUNT) {
        *out = json_new_object(json);
        json_set_integer(json, *out, "count", (int64_t)hits->count);
        return DEALER_OK;
    }
    if (table->aggregate != TABLE_LIST) return aggregate_rows(env, table, hits, json, out);
    *out = json_new_array(json);
    for (size_t i = 0; i < hits->count; i++) json_push(json, *out, row_outputs(table, hits->rows[i], json));
    return DEALER_OK;
}

static dealer_status read_classes(struct env *env, const struct table_question *question, size_t classes[TABLE_COLUMNS]) {
    const struct table *table = question->table;
    for (size_t i = 0; i < table->input_count; i++) {
        const struct table_column *column = &table->inputs[i];
        const json_value *value =
            question->by_name ? json_get(question->input, column->name) : follow(question->input, column->field);
        classes[i] = table_class(column, value);
        if (classes[i] != SIZE_MAX) continue;
        return error_raise(&env->error, &E_RULE_TABLE_INPUT, "table", table->id, "input", column->name, "expected",
            kind_words[column->kind], "found", values_json_kind(value), NULL);
    }
    return DEALER_OK;
}

dealer_status table_ask(struct env *env, const struct table_question *question, json_value **out, json_value **rows_out) {
    const struct table *table = question->table;
    size_t classes[TABLE_COLUMNS];
    uint64_t bits[TABLE_WORDS];
    struct hits hits;
    dealer_status status = read_classes(env, question, classes);
    if (status != DEALER_OK) return status;
    table_match(table, classes, bits);
    list_hits(table, bits, &hits);
    status = check_hits(env, table, &hits);
    if (status != DEALER_OK) return status;
    if (table->ranks != NULL) sort_by_rank(table, &hits);
    status = give(env, table, &hits, question->json, out);
    bool one = table->hit < TABLE_COLLECT;
    if (status == DEALER_OK && rows_out != NULL) {
        *rows_out = json_new_array(question->json);
        for (size_t i = 0; i < hits.count && (i == 0 || !one); i++) {
            json_push(question->json, *rows_out, json_new_integer(question->json, table->labels[hits.rows[i]]));
        }
    }
    return status == DEALER_OK ? json_status(question->json) : status;
}

/* ---- As a rule ---- */

static void move_text(
    struct json *json, json_value *from, const char *name, json_value *to, const char *as, const char *otherwise) {
    const char *text = json_get_text(from, name);
    json_set_text(json, to, as, text != NULL ? text : otherwise);
    json_remove(from, name);
}

/* The reason of a row: its columns reason_id, reason_en, reason_zh, or which row it was. */
static void add_reason(struct json *json, const struct rule *rule, json_value *value, int64_t row) {
    char en[300], zh[300];
    const char *outcome = json_get_text(value, "outcome");
    bool passes = outcome != NULL && strcmp(outcome, "pass") == 0;
    bool said = json_get(value, "reason_en") != NULL || json_get(value, "reason_zh") != NULL;
    snprintf(en, sizeof en, "row %lld of \"%.200s\"", (long long)row, rule->title_en);
    snprintf(zh, sizeof zh, "“%.200s”第 %lld 行", rule->title_zh, (long long)row);
    json_value *reasons = json_new_array(json), *reason = json_new_object(json);
    move_text(json, value, "reason_id", reason, "id", rule->id);
    move_text(json, value, "reason_en", reason, "en", en);
    move_text(json, value, "reason_zh", reason, "zh", zh);
    if (said || !passes) json_push(json, reasons, reason);
    json_set(json, value, "reasons", reasons);
    json_set_integer(json, value, "row", row);
}

static void add_evidence(struct json *json, const struct rule *rule, json_value *value, int64_t row) {
    json_value *evidence = json_new_object(json);
    json_set_text(json, evidence, "table", rule->id);
    json_set_integer(json, evidence, "row", row);
    json_set(json, value, "evidence", evidence);
}

static dealer_status check_shape(struct env *env, const struct rule *rule, struct json *json, json_value *value) {
    struct values_fault fault;
    const char *suggestion = NULL;
    bool good = rule->kind == RULE_POLICY ? result_check_decision(json, value, &fault, &suggestion)
                                          : result_check_value(json, value, &fault, &suggestion);
    if (good) return json_status(json);
    if (suggestion != NULL) {
        return error_raise(&env->error, &E_RULE_RESULT_UNKNOWN, "rule", rule->id, "file", rule->file, "field", fault.path,
            "suggestion", suggestion, NULL);
    }
    return error_raise(&env->error, &E_RULE_RESULT, "rule", rule->id, "file", rule->file, "field", fault.path, "expected",
        fault.expected, "found", fault.found, NULL);
}

dealer_status table_evaluate(
    struct env *env, const struct rule *rule, const json_value *input, struct json *json, json_value **out) {
    bool plain = rule->kind == RULE_TABLE;
    struct table_question question = {.table = rule->table, .input = input, .by_name = plain, .json = json};
    json_value *value = NULL, *rows = NULL;
    dealer_status status = table_ask(env, &question, &value, &rows);
    if (status == DEALER_E_NOMEM || status == DEALER_OK) {
        if (status != DEALER_OK) return status;
    } else {
        return error_raise(&env->error, &E_RULE_TABLE_FAILED, "table", rule->id, "file", rule->file, NULL);
    }
    if (plain) {
        *out = value != NULL ? value : json_new_object(json);
        return json_status(json);
    }
    if (value == NULL) return error_raise(&env->error, &E_RULE_TABLE_NO_ROW, "table", rule->id, "file", rule->file, NULL);
    int64_t row = json_integer(json_at(rows, 0), 0);
    if (rule->kind == RULE_POLICY)
        add_reason(json, rule, value, row);
    else
        add_evidence(json, rule, value, row);
    status = check_shape(env, rule, json, value);
    if (status == DEALER_OK) *out = value;
    return status;
}
