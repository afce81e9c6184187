/* What is wrong with a table as a whole, told when it is loaded: inputs that no row takes, rows that overlap where one may fit, rows that
 * never count. Exact: classes are walked, not samples. Knows nothing of asking.
 *
 * Left out on purpose: gaps where an input is not given. A row has to say "missing" for that, and saying nothing of it is no mistake. */
#include "rules/table.h"

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "rules/messages.h"

#include <stdio.h>
#include <string.h>

enum { MOST_STEPS = 2000000, MOST_FINDINGS = 10 };

struct check {
    struct env *env;
    struct rule_set *set;
    const struct rule *rule;
    const struct table *table;
    size_t classes[TABLE_COLUMNS]; /* where the walk is: from here */
    size_t lasts[TABLE_COLUMNS];   /* to here, all alike */
    size_t row;                    /* whose classes are walked; SIZE_MAX: all */
    size_t depth;                  /* columns that matter of `classes`, at a finding */
    int64_t steps;                 /* left */
    int findings;                  /* gaps so far */
    dealer_status status;
};

/* ---- Telling ---- */

static void add_number(struct text *text, double number) {
    char digits[40];
    snprintf(digits, sizeof digits, "%.15g", number);
    for (char *at = digits; *at != '\0'; at++) {
        if (*at == ',') *at = '.'; /* the host's locale */
    }
    text_add(text, digits);
}

static void add_point(struct text *text, const struct table_column *column, const struct table_point *point) {
    char written[48] = "";
    struct money money = {.minor = point->whole};
    switch (column->kind) {
    case TABLE_NUMBER: add_number(text, point->real); return;
    case TABLE_TEXT: text_add(text, point->text); return;
    case TABLE_DATE: date_format((int32_t)point->whole, written); break;
    case TABLE_MONEY:
        memcpy(money.currency, column->currency, sizeof money.currency);
        money_format(money, written, sizeof written);
        break;
    default: snprintf(written, sizeof written, "%s", point->whole != 0 ? "true" : "false"); break;
    }
    text_add(text, written);
}

static void add_side(struct text *text, const struct table_column *column, const char *before, const struct table_point *point) {
    text_add(text, before);
    add_point(text, column, point);
}

/* Ordered kinds: "5", "< 5", ">= 5", "(5..6]". An even class lies between edges, an odd one is an edge. */
static void add_range(struct text *text, const struct table_column *column, size_t first, size_t last) {
    bool from = first > 0, to = last + 2 < column->class_count;
    bool low_open = first % 2 == 0, high_open = last % 2 == 0;
    const struct table_point *low = from ? &column->edges[(first - 1) / 2] : NULL;
    const struct table_point *high = to ? &column->edges[last / 2] : NULL;
    if (!from && !to) {
        text_add(text, "-");
    } else if (!from) {
        add_side(text, column, high_open ? "< " : "<= ", high);
    } else if (!to) {
        add_side(text, column, low_open ? "> " : ">= ", low);
    } else if (first == last && !low_open) {
        add_point(text, column, low);
    } else {
        add_side(text, column, low_open ? "(" : "[", low);
        add_side(text, column, "..", high);
        text_add(text, high_open ? ")" : "]");
    }
}

static void add_named(struct text *text, const struct table_column *column, size_t class) {
    if (column->kind == TABLE_BOOLEAN)
        text_add(text, class == 1 ? "true" : "false");
    else
        text_add(text, class < column->edge_count ? column->edges[class].text : "(any other)");
}

static void add_classes(struct text *text, const struct table_column *column, size_t first, size_t last) {
    bool named = column->kind == TABLE_BOOLEAN || column->kind == TABLE_TEXT;
    text_addf(text, "%s ", column->name);
    if (last + 1 == column->class_count) {
        text_add(text, "missing");
    } else if (!named) {
        add_range(text, column, first, last);
    } else {
        for (size_t class = first; class <= last; class ++) {
            if (class > first) text_add(text, "|");
            add_named(text, column, class);
        }
    }
}

/* The classes of the walk in words: "category crane, tons (6..10)". */
static void add_place(struct text *text, const struct check *check) {
    for (size_t i = 0; i < check->depth; i++) {
        if (i > 0) text_add(text, ", ");
        add_classes(text, &check->table->inputs[i], check->classes[i], check->lasts[i]);
    }
}

static void warn(struct check *check, const struct message *message, size_t row, const char *const *arguments) {
    char en[ERROR_TEXT_SIZE], zh[ERROR_TEXT_SIZE];
    struct json *data = check->set->data;
    json_value *warning = json_new_object(data);
    message_render(en, sizeof en, message->en, arguments);
    message_render(zh, sizeof zh, message->zh, arguments);
    json_set_text(data, warning, "id", message->id);
    json_set_text(data, warning, "rule", check->rule->id);
    json_set_text(data, warning, "file", check->table->csv != NULL ? check->table->csv : check->table->file);
    if (row != SIZE_MAX) json_set_integer(data, warning, "row", check->table->labels[row]);
    json_set_text(data, warning, "en", en);
    json_set_text(data, warning, "zh", zh);
    json_push(data, check->set->warnings, warning);
    if (json_status(data) != DEALER_OK) check->status = DEALER_E_NOMEM;
}

static void warn_place(struct check *check, const struct message *message) {
    struct text text;
    text_init(&text, check->env);
    add_place(&text, check);
    if (text.status != DEALER_OK) check->status = text.status;
    if (check->status == DEALER_OK)
        warn(check, message, SIZE_MAX, (const char *const[]){"table", check->rule->id, "where", text_string(&text), NULL});
    text_finish(&text);
}

/* ---- The walk: is every class of every column taken by a row of `rows`? ---- */

static const uint64_t *mask_of(const struct table *table, size_t column, size_t class) {
    return &table->inputs[column].masks[class * table->words];
}

/* Kinds that count by ones have nothing between two neighbours. */
static bool is_empty_class(const struct table_column *column, size_t class) {
    bool whole = column->kind == TABLE_DATE || column->kind == TABLE_MONEY;
    size_t edge = class / 2;
    if (!whole || class % 2 == 1 || edge == 0 || edge >= column->edge_count) return false;
    return column->edges[edge].whole - column->edges[edge - 1].whole == 1;
}

/* A text column that names its choices has no other. */
static bool is_no_choice(const struct table_column *column, size_t class) {
    return column->choices != NULL && class == column->edge_count;
}

static bool walks(const struct check *check, size_t column, size_t class) {
    const struct table_column *input = &check->table->inputs[column];
    if (is_empty_class(input, class) || is_no_choice(input, class)) return false;
    if (check->row == SIZE_MAX) return class + 1 < input->class_count;
    return (mask_of(check->table, column, class)[check->row / 64] >> (check->row % 64) & 1) != 0;
}

/* The last of the classes from this on that are walked side by side and have the same rows: what is found for one holds for all. */
static size_t last_alike(const struct check *check, size_t column, size_t class) {
    const struct table *table = check->table;
    size_t last = class, missing = table->inputs[column].class_count - 1;
    for (size_t next = class + 1; next < missing; next++) {
        bool empty = is_empty_class(&table->inputs[column], next);
        if (empty) continue;
        if (!walks(check, column, next)) break;
        if (memcmp(mask_of(table, column, class), mask_of(table, column, next), table->words * sizeof(uint64_t)) != 0) break;
        last = next;
    }
    return last;
}

/* False: the walk is over, since enough is said or the steps are used up. */
typedef bool (*walk_gap)(struct check *check);

static bool walk(struct check *check, size_t column, const uint64_t *rows, walk_gap gap) {
    const struct table *table = check->table;
    uint64_t left[TABLE_WORDS];
    for (size_t class = 0; class < table->inputs[column].class_count; class ++) {
        if (!walks(check, column, class)) continue;
        if (--check->steps < 0 || check->status != DEALER_OK) return false;
        uint64_t any = 0;
        const uint64_t *mask = mask_of(table, column, class);
        for (size_t word = 0; word < table->words; word++) any |= left[word] = rows[word] & mask[word];
        check->classes[column] = class;
        class = check->lasts[column] = class + 1 == table->inputs[column].class_count ? class : last_alike(check, column, class);
        check->depth = column + 1;
        if (any == 0 ? !gap(check) : column + 1 < table->input_count && !walk(check, column + 1, left, gap)) return false;
    }
    return true;
}

static bool tell_gap(struct check *check) {
    if (++check->findings > MOST_FINDINGS) return false;
    warn_place(check, &W_RULE_TABLE_GAP);
    return check->status == DEALER_OK;
}

static bool stop_at_gap(struct check *check) {
    (void)check;
    return false;
}

static void tell_large(struct check *check) {
    warn(check, &W_RULE_TABLE_LARGE, SIZE_MAX, (const char *const[]){"table", check->rule->id, NULL});
}

static void find_gaps(struct check *check) {
    const struct table *table = check->table;
    uint64_t all[TABLE_WORDS];
    memset(all, 0xff, sizeof all);
    check->row = SIZE_MAX;
    check->findings = 0;
    bool whole = table->default_row != SIZE_MAX ? walk(check, 0, all, stop_at_gap) : walk(check, 0, all, tell_gap);
    if (check->status != DEALER_OK) return;
    if (!whole && check->steps < 0) {
        tell_large(check);
    } else if (whole && table->default_row != SIZE_MAX) {
        warn(check, &W_RULE_TABLE_UNREACHABLE, table->default_row,
            (const char *const[]){"table", check->rule->id, "row", NUMBER(table->labels[table->default_row]), NULL});
    }
}

/* ---- Rows against rows ---- */

static bool takes(const struct table *table, size_t column, size_t class, size_t row) {
    return (mask_of(table, column, class)[row / 64] >> (row % 64) & 1) != 0;
}

/* Two rows overlap when in each column some class takes both; the classes are left in `check`. */
static bool overlap(struct check *check, size_t a, size_t b) {
    const struct table *table = check->table;
    for (size_t i = 0; i < table->input_count; i++) {
        size_t count = table->inputs[i].class_count, class = 0;
        while (
            class < count && (is_empty_class(&table->inputs[i], class) || !takes(table, i, class, a) || !takes(table, i, class, b)))
            class ++;
        check->steps -= (int64_t) class / 8;
        if (class == count) return false;
        check->classes[i] = check->lasts[i] = class;
    }
    check->depth = table->input_count;
    return true;
}

static bool outputs_differ(struct check *check, size_t a, size_t b) {
    const struct table *table = check->table;
    for (size_t i = 0; i < table->output_count; i++) {
        const json_value *left = table->values[a * table->output_count + i], *right = table->values[b * table->output_count + i];
        if (left == NULL || right == NULL) {
            if (left != right) return true;
            continue;
        }
        char *first = json_write(check->env, left, true, false, NULL), *second = json_write(check->env, right, true, false, NULL);
        if (first == NULL || second == NULL) check->status = DEALER_E_NOMEM;
        bool differ = check->status == DEALER_OK && strcmp(first, second) != 0;
        env_free(check->env, first);
        env_free(check->env, second);
        if (differ) return true;
    }
    return false;
}

static void tell_overlap(struct check *check, size_t a, size_t b) {
    struct text text;
    const struct table *table = check->table;
    text_init(&text, check->env);
    add_place(&text, check);
    const char *first = NUMBER(table->labels[a]), *second = NUMBER(table->labels[b]);
    if (text.status != DEALER_OK) {
        check->status = text.status;
    } else if (table->hit == TABLE_UNIQUE) {
        check->status = error_raise(&check->env->error, &E_RULE_TABLE_OVERLAP, "file",
            table->csv != NULL ? table->csv : table->file, "first", first, "second", second, "where", text_string(&text), NULL);
    } else {
        warn(check, &W_RULE_TABLE_OVERLAP, b,
            (const char *const[]){"table", check->rule->id, "first", first, "second", second, "where", text_string(&text), NULL});
    }
    text_finish(&text);
}

static void find_overlaps(struct check *check) {
    const struct table *table = check->table;
    int told = 0;
    for (size_t a = 0; a < table->row_count; a++) {
        for (size_t b = a + 1; b < table->row_count; b++) {
            if (a == table->default_row || b == table->default_row || !overlap(check, a, b)) continue;
            if (table->hit == TABLE_ANY && !outputs_differ(check, a, b)) continue;
            if (check->status == DEALER_OK) tell_overlap(check, a, b);
            if (check->status != DEALER_OK || ++told == MOST_FINDINGS) return;
        }
        if (--check->steps < 0) {
            tell_large(check);
            return;
        }
    }
}

/* Rows that would be taken before this one wherever both fit. */
static void rows_before(const struct table *table, size_t row, uint64_t *out) {
    memset(out, 0, TABLE_WORDS * sizeof *out);
    for (size_t other = 0; other < table->row_count; other++) {
        bool before = table->hit == TABLE_PRIORITY && table->ranks[other] != table->ranks[row]
                          ? table->ranks[other] < table->ranks[row]
                          : other < row;
        if (before && other != table->default_row) out[other / 64] |= (uint64_t)1 << (other % 64);
    }
}

static bool takes_nothing(const struct table *table, size_t row) {
    for (size_t i = 0; i < table->input_count; i++) {
        bool any = false;
        for (size_t class = 0; !any && class < table->inputs[i].class_count; class ++) {
            any = !is_empty_class(&table->inputs[i], class) && takes(table, i, class, row);
        }
        if (!any) return true;
    }
    return false;
}

static bool is_covered(struct check *check, size_t row) {
    const struct table *table = check->table;
    uint64_t before[TABLE_WORDS];
    bool ordered = table->hit == TABLE_FIRST || table->hit == TABLE_PRIORITY;
    if (!ordered) return false;
    rows_before(table, row, before);
    check->row = row;
    return walk(check, 0, before, stop_at_gap);
}

static void find_unreachable(struct check *check) {
    const struct table *table = check->table;
    int told = 0;
    for (size_t row = 0; row < table->row_count && told < MOST_FINDINGS && check->status == DEALER_OK; row++) {
        if (row == table->default_row) continue;
        if (!takes_nothing(table, row) && !is_covered(check, row)) {
            if (check->steps >= 0) continue;
            tell_large(check);
            return;
        }
        told++;
        warn(check, &W_RULE_TABLE_UNREACHABLE, row,
            (const char *const[]){"table", check->rule->id, "row", NUMBER(table->labels[row]), NULL});
    }
}

dealer_status table_check(struct env *env, struct rule_set *set, const struct rule *rule) {
    struct check check = {.env = env, .set = set, .rule = rule, .table = rule->table, .steps = MOST_STEPS};
    if (rule->table->hit <= TABLE_ANY) find_overlaps(&check);
    check.steps = MOST_STEPS;
    if (check.status == DEALER_OK) find_gaps(&check);
    check.steps = MOST_STEPS;
    if (check.status == DEALER_OK) find_unreachable(&check);
    return check.status;
}
