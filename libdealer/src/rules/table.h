/* Decision tables: what the rows of a rule file (or of a CSV beside it) say, held so that asking costs one search a column. Knows JSON in
 * and out, knows no Lua.
 *
 * The idea: the values that the cells of a column name cut its range into classes - below the first, at it, between it and the second ... and
 * "nothing given" - and for each class there is a set of rows, one bit each. Asking finds the class of each input and joins the sets. Gaps,
 * overlaps and unreachable rows are questions to the same sets, so they are found exactly.
 *
 * Invariant: a row's bit is in a class exactly if its cell takes every value of the class; no cell ever takes a part of one. */
#ifndef RULES_TABLE_H
#define RULES_TABLE_H

#include "rules/set.h"

enum { TABLE_ROWS = 2000, TABLE_WORDS = (TABLE_ROWS + 63) / 64, TABLE_COLUMNS = 16, TABLE_NAME = 60 };

enum table_kind { TABLE_NUMBER, TABLE_TEXT, TABLE_DATE, TABLE_MONEY, TABLE_BOOLEAN, TABLE_KIND_COUNT };
enum table_hit {
    TABLE_UNIQUE,
    TABLE_ANY,
    TABLE_FIRST,
    TABLE_PRIORITY,
    TABLE_COLLECT,
    TABLE_RULE_ORDER,
    TABLE_OUTPUT_ORDER,
    TABLE_HIT_COUNT
};
enum table_aggregate { TABLE_LIST, TABLE_SUM, TABLE_MIN, TABLE_MAX, TABLE_COUNT, TABLE_AGGREGATE_COUNT };

/* One value of a column; which member counts is said by the column's kind. */
struct table_point {
    double real;      /* number */
    int64_t whole;    /* date: its day; money: minor units; boolean: 0, 1 */
    const char *text; /* text */
};

struct table_column {
    const char *name;
    const char *field; /* inputs: path from the input of the rule, "document.hours" */
    enum table_kind kind;
    char currency[4];           /* money, "" when nobody named one */
    const json_value *choices;  /* text inputs: all there are, or NULL */
    const json_value *priority; /* outputs: the values from first to last, or NULL */
    /* inputs */
    struct table_point *edges; /* sorted, each once */
    size_t edge_count, class_count;
    uint64_t *masks; /* words a class; the last class is "nothing given" */
};

struct table {
    const char *id, *file; /* of the rule */
    const char *csv;       /* name of its rows' file, or NULL */
    enum table_hit hit;
    enum table_aggregate aggregate;
    struct table_column *inputs, *outputs;
    size_t input_count, output_count, row_count, words;
    const json_value **values; /* row_count * output_count; NULL: the cell is empty */
    int *labels;               /* of a row: its number, or its line in the CSV */
    size_t *ranks;             /* of a row, by the priority of the first output; NULL without */
    size_t default_row;        /* SIZE_MAX: none; its bit is in no mask */
};

/* ---- table_cell.c ---- */

struct table_item {
    struct table_point low, high;
    bool low_open, high_open, low_free, high_free;
};

struct table_cell {
    bool any, negated, missing;
    struct table_item *items;
    size_t count;
};

struct table_reading {
    struct env *env;
    struct rule_set *set;
    struct table *table;
    const struct rule_file *file; /* that the row stands in */
    int line;
};

int table_compare(enum table_kind kind, const struct table_point *a, const struct table_point *b);
/* A written value ("6.5", "2026-01-31", "1200 CNY", "crane"). NULL, or what was expected. */
const char *table_point_parse(
    struct table_reading *reading, struct table_column *column, const char *text, struct table_point *out);
/* NULL, or what was expected. */
const char *table_cell_parse(
    struct table_reading *reading, struct table_column *column, const json_value *value, struct table_cell *out);
/* Whether the cell takes the class of that column. */
bool table_cell_takes(const struct table_column *column, const struct table_cell *cell, size_t class);

/* ---- table_csv.c ---- */

struct table_csv {
    const char ***rows; /* cells of each */
    int *lines;
    size_t row_count, column_count; /* every row has so many cells */
};
/* Comma or semicolon, as the first line shows; quoted cells; a byte order mark is skipped. Raises E_RULE_TABLE_CSV. */
dealer_status table_csv_read(struct env *env, struct region *region, const struct rule_file *file, struct table_csv *out);

/* ---- table_build.c ---- */

/* From the field `table` of a rule file. Raises what rule_set_load tells; memory is the set's. Decides the rule's kind. */
dealer_status table_build(struct env *env, struct rule_set *set, struct rule *rule, const json_value *definition);

/* ---- table_check.c ---- */

/* Gaps, overlaps, unreachable rows as warnings of the set. E_RULE_TABLE_OVERLAP when unique rows overlap. */
dealer_status table_check(struct env *env, struct rule_set *set, const struct rule *rule);

/* ---- table_ask.c ---- */

/* The class of a value; SIZE_MAX: it is of another kind. NULL and null: nothing given. */
size_t table_class(const struct table_column *column, const json_value *value);
size_t table_class_of_point(const struct table_column *column, const struct table_point *point);
/* Joins the sets; false: no row (and the default row is not counted). `hits` has table->words words. */
bool table_match(const struct table *table, const size_t *classes, uint64_t *hits);
/* Outputs as JSON in `json`. `by_name`: inputs are members of `input`; else each by its field. NULL in *out: no row fits. Row labels that fit
 * are added to *rows_out when not NULL. E_RULE_TABLE_INPUT, E_RULE_TABLE_HITS, E_RULE_TABLE_SUM. */
struct table_question {
    const struct table *table;
    const json_value *input;
    bool by_name;
    struct json *json;
};
dealer_status table_ask(struct env *env, const struct table_question *question, json_value **out, json_value **rows_out);
/* As table_ask, in the shape of the rule's kind: what rule_evaluate gives. */
dealer_status table_evaluate(
    struct env *env, const struct rule *rule, const json_value *input, struct json *json, json_value **out);

#endif
