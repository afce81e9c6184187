/* The field `table` of a rule file, checked and held. Knows what a table may say; what its cells say is table_cell.c's. */
#include "rules/table.h"

#include "base/sort.h"
#include "base/text.h"
#include "base/time.h"
#include "rules/messages.h"
#include "rules/source.h"
#include "rules/values.h"

#include <stdio.h>
#include <string.h>

struct build {
    struct table_reading reading;
    struct rule *rule;
    struct table *table;
    const json_value *definition;
    const struct rule_file *rule_file, *csv_file;
    const json_value **cells; /* of all rows: inputs, then outputs */
    struct table_cell *parsed;
    size_t column_count;
};

static const char *const kind_names[] = {"number", "text", "date", "money", "boolean", NULL};
static const char *const hit_names[] = {"unique", "any", "first", "priority", "collect", "rule_order", "output_order", NULL};
static const char *const aggregate_names[] = {"list", "sum", "min", "max", "count", NULL};

/* ---- Refusing ---- */

static dealer_status refuse(const struct build *build, const char *field, const char *expected, const char *found) {
    const struct rule_file *file = build->reading.file;
    const char *dot = strrchr(field, '.');
    int line = build->reading.line > 0 ? build->reading.line : source_line_of_field(file, dot == NULL ? field : dot + 1);
    return error_raise(&build->reading.env->error, &E_RULE_FIELD, "file", file->name, "line", NUMBER(line), "field", field,
        "expected", expected, "found", found, NULL);
}

static dealer_status refuse_name(const struct build *build, const char *field, const char *name, const char *const *known) {
    char whole[VALUES_PATH_SIZE];
    const char *best = known[0];
    snprintf(whole, sizeof whole, "%s", field);
    values_path_name(whole, name);
    for (const char *const *at = known; *at != NULL; at++) {
        if (text_distance(name, *at) < text_distance(name, best)) best = *at;
    }
    const struct rule_file *file = build->reading.file;
    return error_raise(&build->reading.env->error, &E_RULE_FIELD_UNKNOWN, "file", file->name, "line",
        NUMBER(build->reading.line > 0 ? build->reading.line : source_line_of_field(file, name)), "field", whole, "suggestion",
        best, NULL);
}

static dealer_status only_known(const struct build *build, const json_value *object, const char *path, const char *const *known) {
    const char *key = NULL;
    if (json_kind(object) != JSON_OBJECT) return refuse(build, path, "a table with names", values_json_kind(object));
    for (struct json_cursor cursor = json_each(object); json_next(&cursor, &key) != NULL;) {
        const char *const *at = known;
        while (*at != NULL && strcmp(*at, key) != 0) at++;
        if (*at == NULL) return refuse_name(build, path, key, known);
    }
    return DEALER_OK;
}

/* One word of a list; `otherwise` when it is not given (-1: it must be). */
static dealer_status read_word(
    const struct build *build, const json_value *object, const char *path, const char *const *words, int *out) {
    const char *dot = strrchr(path, '.');
    const json_value *value = json_get(object, dot + 1);
    char all[120] = "";
    if (value == NULL && *out >= 0) return DEALER_OK;
    for (int i = 0; words[i] != NULL; i++) {
        if (json_text(value) != NULL && strcmp(json_text(value), words[i]) == 0) {
            *out = i;
            return DEALER_OK;
        }
        size_t length = strlen(all);
        snprintf(all + length, sizeof all - length, "%s%s", i > 0 ? ", " : "", words[i]);
    }
    return refuse(build, path, all, json_text(value) != NULL ? json_text(value) : values_json_kind(value));
}

/* ---- Columns ---- */

static char *keep(struct build *build, const char *text) {
    return region_copy(&build->reading.set->region, build->reading.env, text, strlen(text));
}

static bool is_name(const char *name) {
    size_t length = strlen(name);
    if (length == 0 || length > TABLE_NAME || strcmp(name, "default") == 0) return false;
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static dealer_status read_currency(struct build *build, const json_value *item, const char *path, struct table_column *column) {
    const json_value *currency = json_get(item, "currency");
    const char *code = json_text(currency);
    if (currency == NULL) return DEALER_OK;
    if (column->kind != TABLE_MONEY) return refuse(build, path, "no currency, unless kind is money", "one");
    if (code == NULL || money_exponent(code) < 0)
        return refuse(build, path, "a currency such as CNY", code != NULL ? code : "no text");
    memcpy(column->currency, code, sizeof column->currency);
    return DEALER_OK;
}

static dealer_status read_list(
    const struct build *build, const json_value *item, const char *path, const char *name, const json_value **out) {
    const json_value *list = json_get(item, name);
    *out = list;
    if (list == NULL || (json_kind(list) == JSON_ARRAY && json_count(list) > 0)) return DEALER_OK;
    return refuse(build, path, "choices and priority as lists of values", values_json_kind(list));
}

static dealer_status read_column(struct build *build, const json_value *item, const char *path, struct table_column *column) {
    static const char *const known_input[] = {"name", "field", "kind", "currency", "choices", NULL};
    static const char *const known_output[] = {"name", "kind", "currency", "priority", NULL};
    bool input = strncmp(path, "table.inputs", 12) == 0;
    char field[VALUES_PATH_SIZE];
    dealer_status status = only_known(build, item, path, input ? known_input : known_output);
    if (status != DEALER_OK) return status;
    const char *name = json_get_text(item, "name");
    snprintf(field, sizeof field, "%s.name", path);
    if (name == NULL || !is_name(name)) {
        return refuse(build, field, "a name of small letters, digits and '_' (not default)", name != NULL ? name : "nothing");
    }
    int kind = -1;
    snprintf(field, sizeof field, "%s.kind", path);
    status = read_word(build, item, field, kind_names, &kind);
    if (status != DEALER_OK) return status;
    column->kind = (enum table_kind)kind;
    const char *from = json_get_text(item, "field");
    column->name = keep(build, name);
    column->field =
        from != NULL ? keep(build, from) : region_format(&build->reading.set->region, build->reading.env, "document.%s", name);
    if (column->name == NULL || column->field == NULL) return DEALER_E_NOMEM;
    status = read_currency(build, item, path, column);
    if (status == DEALER_OK) status = read_list(build, item, path, "choices", &column->choices);
    if (status == DEALER_OK) status = read_list(build, item, path, "priority", &column->priority);
    if (status == DEALER_OK && column->choices != NULL && column->kind != TABLE_TEXT) {
        return refuse(build, path, "choices only of kind text", kind_names[kind]);
    }
    return status;
}

static dealer_status read_columns(struct build *build, const char *name, struct table_column **out, size_t *count_out) {
    char path[VALUES_PATH_SIZE] = "table";
    const json_value *list = json_get(build->definition, name);
    size_t count = json_count(list);
    values_path_name(path, name);
    if (json_kind(list) != JSON_ARRAY || count == 0 || count > TABLE_COLUMNS) {
        return refuse(build, path, "a list of 1 to 16 columns", values_json_kind(list));
    }
    struct table_column *columns = REGION_ARRAY(&build->reading.set->region, build->reading.env, struct table_column, count);
    if (columns == NULL) return DEALER_E_NOMEM;
    size_t length = strlen(path), index = 0;
    json_value *item = NULL;
    for (struct json_cursor cursor = json_each(list); (item = json_next(&cursor, NULL)) != NULL; index++) {
        values_path_index(path, (int64_t)index + 1);
        dealer_status status = read_column(build, item, path, &columns[index]);
        for (size_t i = 0; status == DEALER_OK && i < index; i++) {
            if (strcmp(columns[i].name, columns[index].name) == 0)
                status = refuse(build, path, "a name of its own", columns[i].name);
        }
        if (status != DEALER_OK) return status;
        path[length] = '\0';
    }
    *out = columns;
    *count_out = count;
    return DEALER_OK;
}

static struct table_column *column_at(const struct build *build, size_t index) {
    const struct table *table = build->table;
    return index < table->input_count ? &table->inputs[index] : &table->outputs[index - table->input_count];
}

static size_t column_named(const struct build *build, const char *name) {
    for (size_t i = 0; i < build->column_count; i++) {
        if (strcmp(column_at(build, i)->name, name) == 0) return i;
    }
    return SIZE_MAX;
}

static dealer_status unknown_column(const struct build *build, const char *path, const char *name) {
    const char *known[2 * TABLE_COLUMNS + 1];
    for (size_t i = 0; i < build->column_count; i++) known[i] = column_at(build, i)->name;
    known[build->column_count] = NULL;
    return refuse_name(build, path, name, known);
}

/* ---- Rows: where they come from ---- */

static bool says_default(const json_value *cell) {
    return json_text(cell) != NULL && strcmp(json_text(cell), "default") == 0;
}

static dealer_status take_default(struct build *build, size_t row, const char *path) {
    if (build->table->default_row != SIZE_MAX) return refuse(build, path, "one default row", "a second");
    build->table->default_row = row;
    return DEALER_OK;
}

static dealer_status take_named_row(struct build *build, const json_value *item, size_t row, const char *path) {
    const char *key = NULL;
    json_value *value = NULL;
    dealer_status status = DEALER_OK;
    for (struct json_cursor cursor = json_each(item); status == DEALER_OK && (value = json_next(&cursor, &key)) != NULL;) {
        size_t column = column_named(build, key);
        if (strcmp(key, "default") == 0 && json_is_true(value))
            status = take_default(build, row, path);
        else if (column == SIZE_MAX)
            status = unknown_column(build, path, key);
        else
            build->cells[row * build->column_count + column] = value;
    }
    return status;
}

/* Cells in the order of inputs and outputs; a list with holes does not get here, so "-" stands for any. */
static dealer_status take_listed_row(struct build *build, const json_value *item, size_t row, const char *path) {
    size_t column = 0;
    json_value *value = NULL;
    if (json_count(item) > build->column_count) return refuse(build, path, "a cell for each input and output", "more");
    for (struct json_cursor cursor = json_each(item); (value = json_next(&cursor, NULL)) != NULL;) {
        build->cells[row * build->column_count + column++] = value;
    }
    return says_default(build->cells[row * build->column_count]) ? take_default(build, row, path) : DEALER_OK;
}

static dealer_status make_room(struct build *build, size_t rows) {
    struct table *table = build->table;
    struct region *region = &build->reading.set->region;
    table->row_count = rows;
    table->words = (rows + 63) / 64;
    build->cells = REGION_ARRAY(region, build->reading.env, const json_value *, rows * build->column_count);
    build->parsed = REGION_ARRAY(region, build->reading.env, struct table_cell, rows * table->input_count);
    table->labels = REGION_ARRAY(region, build->reading.env, int, rows);
    table->values = REGION_ARRAY(region, build->reading.env, const json_value *, rows * table->output_count);
    bool good = build->cells != NULL && build->parsed != NULL && table->labels != NULL && table->values != NULL;
    return good ? DEALER_OK : DEALER_E_NOMEM;
}

static dealer_status take_rows(struct build *build, const json_value *rows) {
    size_t count = json_count(rows), row = 0;
    if (json_kind(rows) != JSON_ARRAY || count == 0 || count > TABLE_ROWS) {
        return refuse(build, "table.rows", "a list of 1 to 2000 rows (or csv = \"file.csv\")", values_json_kind(rows));
    }
    dealer_status status = make_room(build, count);
    json_value *item = NULL;
    for (struct json_cursor cursor = json_each(rows); status == DEALER_OK && (item = json_next(&cursor, NULL)) != NULL; row++) {
        char path[VALUES_PATH_SIZE] = "table.rows";
        values_path_index(path, (int64_t)row + 1);
        build->table->labels[row] = (int)row + 1;
        if (json_kind(item) == JSON_OBJECT)
            status = take_named_row(build, item, row, path);
        else if (json_kind(item) == JSON_ARRAY)
            status = take_listed_row(build, item, row, path);
        else
            status = refuse(build, path, "a row: a list of cells, or cells by name", values_json_kind(item));
    }
    return status;
}

/* The file beside the rule's. */
static dealer_status find_csv(struct build *build, const char *name) {
    const struct rule_set *set = build->reading.set;
    const char *slash = strrchr(build->rule->file, '/');
    int folder = slash == NULL ? 0 : (int)(slash - build->rule->file) + 1;
    char path[256], found[300];
    snprintf(path, sizeof path, "%.*s%s", folder, build->rule->file, name);
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->files[i].name, path) != 0) continue;
        build->csv_file = &set->files[i];
        build->table->csv = set->files[i].name;
        return DEALER_OK;
    }
    snprintf(found, sizeof found, "%.200s, which is not in the set", path);
    return refuse(build, "table.csv", "the name of a .csv file beside the rule's", found);
}

static dealer_status map_header(struct build *build, const struct table_csv *csv, size_t *column_of) {
    bool seen[2 * TABLE_COLUMNS] = {false};
    build->reading.file = build->csv_file;
    build->reading.line = csv->lines[0];
    for (size_t i = 0; i < csv->column_count; i++) {
        size_t column = column_named(build, csv->rows[0][i]);
        if (column == SIZE_MAX) return unknown_column(build, "", csv->rows[0][i]);
        if (seen[column]) return refuse(build, csv->rows[0][i], "a column once", "a second");
        seen[column] = true;
        column_of[i] = column;
    }
    for (size_t i = 0; i < build->column_count; i++) {
        if (!seen[i]) return refuse(build, column_at(build, i)->name, "a column of the file", "missing in its first line");
    }
    return DEALER_OK;
}

static dealer_status take_csv(struct build *build) {
    struct table_csv csv;
    struct json *data = build->reading.set->data;
    size_t column_of[64] = {0};
    dealer_status status = table_csv_read(build->reading.env, &build->reading.set->region, build->csv_file, &csv);
    if (status == DEALER_OK) status = map_header(build, &csv, column_of);
    if (status == DEALER_OK && csv.row_count < 2) status = refuse(build, "rows", "at least one row below the names", "none");
    if (status == DEALER_OK) status = make_room(build, csv.row_count - 1);
    for (size_t row = 0; status == DEALER_OK && row + 1 < csv.row_count; row++) {
        build->table->labels[row] = build->reading.line = csv.lines[row + 1];
        for (size_t i = 0; i < csv.column_count; i++) {
            const char *text = csv.rows[row + 1][i];
            build->cells[row * build->column_count + column_of[i]] =
                text[0] == '\0' ? NULL : json_new_text(data, text, strlen(text));
        }
        if (says_default(build->cells[row * build->column_count])) status = take_default(build, row, build->table->inputs[0].name);
        if (json_status(data) != DEALER_OK) status = DEALER_E_NOMEM;
    }
    return status;
}

static dealer_status read_rows(struct build *build) {
    const json_value *csv = json_get(build->definition, "csv"), *rows = json_get(build->definition, "rows");
    if ((csv != NULL) == (rows != NULL)) return refuse(build, "table.rows", "either rows or csv", csv != NULL ? "both" : "neither");
    if (rows != NULL) return take_rows(build, rows);
    if (json_text(csv) == NULL)
        return refuse(build, "table.csv", "the name of a .csv file beside the rule's", values_json_kind(csv));
    dealer_status status = find_csv(build, json_text(csv));
    return status == DEALER_OK ? take_csv(build) : status;
}

/* ---- Rows: what they say ---- */

static dealer_status refuse_cell(
    struct build *build, size_t row, const struct table_column *column, const char *expected, const json_value *value) {
    char path[VALUES_PATH_SIZE] = "table.rows";
    if (strcmp(expected, "memory") == 0 || json_status(build->reading.set->data) == DEALER_E_NOMEM) {
        return error_nomem(&build->reading.env->error);
    }
    if (build->csv_file != NULL) {
        build->reading.line = build->table->labels[row];
        return refuse(build, column->name, expected, json_text(value) != NULL ? json_text(value) : "empty");
    }
    values_path_index(path, (int64_t)row + 1);
    values_path_name(path, column->name);
    build->reading.line = source_line_of_field(build->rule_file, "rows");
    return refuse(build, path, expected, json_text(value) != NULL ? json_text(value) : values_json_kind(value));
}

static dealer_status parse_inputs(struct build *build) {
    struct table *table = build->table;
    for (size_t row = 0; row < table->row_count; row++) {
        for (size_t i = 0; i < table->input_count && row != table->default_row; i++) {
            const json_value *value = build->cells[row * build->column_count + i];
            struct table_cell *cell = &build->parsed[row * table->input_count + i];
            const char *fault = table_cell_parse(&build->reading, &table->inputs[i], value, cell);
            if (fault != NULL) return refuse_cell(build, row, &table->inputs[i], fault, value);
        }
    }
    return DEALER_OK;
}

static json_value *money_value(struct json *data, const struct table_column *column, int64_t minor) {
    struct money money = {.minor = minor};
    memcpy(money.currency, column->currency, sizeof money.currency);
    return values_money(data, money);
}

static const char *read_output(struct build *build, struct table_column *column, const json_value *value, const json_value **out) {
    struct json *data = build->reading.set->data;
    struct table_point point;
    struct table_cell typed;
    const char *text = json_text(value);
    *out = value;
    if (value == NULL || json_kind(value) == JSON_NULL || (text != NULL && (text[0] == '\0' || strcmp(text, "-") == 0))) {
        *out = NULL;
        return NULL;
    }
    if (text == NULL) {
        const char *wrong = table_cell_parse(&build->reading, column, value, &typed);
        if (wrong != NULL || column->kind != TABLE_MONEY) return wrong;
        *out = money_value(data, column, typed.items[0].low.whole);
        return *out == NULL ? "memory" : NULL;
    }
    const char *fault = table_point_parse(&build->reading, column, text, &point);
    if (fault != NULL) return fault;
    if (column->kind == TABLE_NUMBER) *out = json_new_parsed(data, text, strlen(text));
    if (column->kind == TABLE_BOOLEAN) *out = json_new_boolean(data, point.whole != 0);
    if (column->kind == TABLE_MONEY) *out = money_value(data, column, point.whole);
    return *out == NULL ? "memory" : NULL;
}

static dealer_status parse_outputs(struct build *build) {
    struct table *table = build->table;
    for (size_t row = 0; row < table->row_count; row++) {
        for (size_t i = 0; i < table->output_count; i++) {
            const json_value *value = build->cells[row * build->column_count + table->input_count + i];
            const char *fault = read_output(build, &table->outputs[i], value, &table->values[row * table->output_count + i]);
            if (fault != NULL) return refuse_cell(build, row, &table->outputs[i], fault, value);
        }
    }
    return DEALER_OK;
}

/* ---- Classes ---- */

static int compare_points(const void *left, const void *right, void *kind) {
    return table_compare(*(const enum table_kind *)kind, left, right);
}

static void add_edge(struct table_column *column, const struct table_point *point) {
    if (column->kind != TABLE_BOOLEAN) column->edges[column->edge_count++] = *point;
}

static void add_edges(struct table_column *column, const struct table_cell *cell) {
    for (size_t k = 0; k < cell->count; k++) {
        const struct table_item *item = &cell->items[k];
        if (!item->low_free) add_edge(column, &item->low);
        if (!item->high_free) add_edge(column, &item->high);
    }
}

static dealer_status cut_column(struct build *build, size_t index) {
    struct table *table = build->table;
    struct table_column *column = &table->inputs[index];
    size_t most = json_count(column->choices), kept = 0;
    for (size_t row = 0; row < table->row_count; row++) most += 2 * build->parsed[row * table->input_count + index].count;
    column->edges = REGION_ARRAY(&build->reading.set->region, build->reading.env, struct table_point, most + 1);
    if (column->edges == NULL) return DEALER_E_NOMEM;
    json_value *choice = NULL;
    for (struct json_cursor cursor = json_each(column->choices); (choice = json_next(&cursor, NULL)) != NULL;) {
        if (json_text(choice) == NULL) return refuse(build, "table.inputs.choices", "a list of texts", values_json_kind(choice));
        add_edge(column, &(struct table_point){.text = json_text(choice)});
    }
    for (size_t row = 0; row < table->row_count; row++) add_edges(column, &build->parsed[row * table->input_count + index]);
    sort_items(column->edges, column->edge_count, sizeof column->edges[0], compare_points, &column->kind);
    for (size_t i = 0; i < column->edge_count; i++) {
        if (kept > 0 && table_compare(column->kind, &column->edges[kept - 1], &column->edges[i]) == 0) continue;
        column->edges[kept++] = column->edges[i];
    }
    column->edge_count = kept;
    column->class_count = column->kind == TABLE_BOOLEAN ? 3 : column->kind == TABLE_TEXT ? kept + 2 : 2 * kept + 2;
    column->masks = REGION_ARRAY(&build->reading.set->region, build->reading.env, uint64_t, column->class_count * table->words);
    return column->masks == NULL ? DEALER_E_NOMEM : DEALER_OK;
}

static dealer_status fill_masks(struct build *build) {
    struct table *table = build->table;
    for (size_t i = 0; i < table->input_count; i++) {
        struct table_column *column = &table->inputs[i];
        dealer_status status = cut_column(build, i);
        if (status != DEALER_OK) return status;
        for (size_t class = 0; class < column->class_count; class ++) {
            uint64_t *mask = &column->masks[class * table->words];
            for (size_t row = 0; row < table->row_count; row++) {
                if (row == table->default_row) continue;
                if (table_cell_takes(column, &build->parsed[row * table->input_count + i], class))
                    mask[row / 64] |= (uint64_t)1 << (row % 64);
            }
        }
    }
    return DEALER_OK;
}

/* ---- Hit policies ---- */

static bool same(struct env *env, const json_value *a, const json_value *b, bool *nomem) {
    char *left = json_write(env, a, true, false, NULL), *right = json_write(env, b, true, false, NULL);
    bool equal = left != NULL && right != NULL && strcmp(left, right) == 0;
    *nomem |= left == NULL || right == NULL;
    env_free(env, left);
    env_free(env, right);
    return equal;
}

/* The place of each row's first output in its list of priorities. */
static dealer_status rank_rows(struct build *build) {
    struct table *table = build->table;
    const json_value *priority = table->outputs[0].priority;
    bool needed = table->hit == TABLE_PRIORITY || table->hit == TABLE_OUTPUT_ORDER, nomem = false;
    if (!needed) return DEALER_OK;
    if (priority == NULL)
        return refuse(build, "table.outputs[1].priority", "the values of the first output, from first to last", "nothing");
    table->ranks = REGION_ARRAY(&build->reading.set->region, build->reading.env, size_t, table->row_count);
    if (table->ranks == NULL) return DEALER_E_NOMEM;
    for (size_t row = 0; row < table->row_count; row++) {
        const json_value *value = table->values[row * table->output_count], *item = NULL;
        size_t rank = SIZE_MAX, index = 0;
        for (struct json_cursor cursor = json_each(priority); value != NULL && (item = json_next(&cursor, NULL)) != NULL; index++) {
            const json_value *typed = NULL;
            if (read_output(build, &table->outputs[0], item, &typed) != NULL) continue;
            if (same(build->reading.env, typed, value, &nomem) && rank == SIZE_MAX) rank = index;
        }
        if (nomem) return DEALER_E_NOMEM;
        if (rank == SIZE_MAX) return refuse_cell(build, row, &table->outputs[0], "a value of the output's priority", value);
        table->ranks[row] = rank;
    }
    return DEALER_OK;
}

static dealer_status read_hit(struct build *build) {
    struct table *table = build->table;
    int hit = TABLE_UNIQUE, aggregate = TABLE_LIST;
    dealer_status status = read_word(build, build->definition, "table.hit", hit_names, &hit);
    if (status == DEALER_OK) status = read_word(build, build->definition, "table.aggregate", aggregate_names, &aggregate);
    if (status != DEALER_OK) return status;
    table->hit = (enum table_hit)hit;
    table->aggregate = (enum table_aggregate)aggregate;
    if (aggregate != TABLE_LIST && hit != TABLE_COLLECT)
        return refuse(build, "table.aggregate", "aggregate only with hit collect", hit_names[hit]);
    bool reckons = aggregate == TABLE_SUM || aggregate == TABLE_MIN || aggregate == TABLE_MAX;
    for (size_t i = 0; reckons && i < table->output_count; i++) {
        enum table_kind kind = table->outputs[i].kind;
        if (kind != TABLE_NUMBER && kind != TABLE_MONEY)
            return refuse(build, "table.outputs", "numbers or money to reckon with", kind_names[kind]);
    }
    return DEALER_OK;
}

/* ---- The kind of the rule ---- */

static enum table_kind kind_of_output(const struct table *table, const char *name) {
    for (size_t i = 0; i < table->output_count; i++) {
        if (strcmp(table->outputs[i].name, name) == 0) return table->outputs[i].kind;
    }
    return TABLE_KIND_COUNT;
}

static dealer_status decide_kind(struct build *build) {
    struct table *table = build->table;
    bool outcome = kind_of_output(table, "outcome") != TABLE_KIND_COUNT,
         valuation = kind_of_output(table, "valuation") != TABLE_KIND_COUNT;
    bool several = table->hit >= TABLE_COLLECT;
    build->rule->kind = outcome ? RULE_POLICY : valuation ? RULE_VALUATION : RULE_TABLE;
    if (outcome && valuation) return refuse(build, "table.outputs", "outcome or valuation", "both");
    if ((outcome || valuation) && several) {
        return refuse(build, "table.hit", "unique, any, first or priority where a table decides or values", hit_names[table->hit]);
    }
    if (outcome && kind_of_output(table, "outcome") != TABLE_TEXT)
        return refuse(build, "table.outputs", "outcome of kind text", "another");
    if (valuation && kind_of_output(table, "valuation") != TABLE_MONEY)
        return refuse(build, "table.outputs", "valuation of kind money", "another");
    return DEALER_OK;
}

static dealer_status read_all_columns(struct build *build) {
    struct table *table = build->table;
    dealer_status status = read_columns(build, "inputs", &table->inputs, &table->input_count);
    if (status == DEALER_OK) status = read_columns(build, "outputs", &table->outputs, &table->output_count);
    build->column_count = table->input_count + table->output_count;
    for (size_t i = 0; status == DEALER_OK && i < table->output_count; i++) {
        if (column_named(build, table->outputs[i].name) < table->input_count) {
            status = refuse(build, "table.outputs", "names that no input has", table->outputs[i].name);
        }
    }
    return status;
}

dealer_status table_build(struct env *env, struct rule_set *set, struct rule *rule, const json_value *definition) {
    static const char *const known[] = {"hit", "aggregate", "inputs", "outputs", "rows", "csv", NULL};
    struct table *table = REGION_ARRAY(&set->region, env, struct table, 1);
    if (table == NULL) return DEALER_E_NOMEM;
    struct build build = {.rule = rule, .table = table, .definition = definition};
    build.rule_file = &set->files[rule->index];
    build.reading = (struct table_reading){.env = env, .set = set, .table = table, .file = build.rule_file};
    *table = (struct table){.id = rule->id, .file = rule->file, .default_row = SIZE_MAX};
    dealer_status status = only_known(&build, definition, "table", known);
    if (status == DEALER_OK) status = read_all_columns(&build);
    if (status == DEALER_OK) status = read_hit(&build);
    if (status == DEALER_OK) status = decide_kind(&build);
    if (status == DEALER_OK) status = read_rows(&build);
    if (status == DEALER_OK) status = parse_inputs(&build);
    if (status == DEALER_OK) status = parse_outputs(&build);
    if (status == DEALER_OK) status = fill_masks(&build);
    if (status == DEALER_OK) status = rank_rows(&build);
    if (status == DEALER_OK) status = json_status(set->data);
    if (status == DEALER_OK) rule->table = table;
    return status;
}
