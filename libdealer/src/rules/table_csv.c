/* A table's rows as a spreadsheet saves them. Knows cells and lines, nothing of what they mean. */
#include "rules/table.h"

#include "rules/messages.h"

#include <string.h>

enum { CSV_COLUMNS = 64 };

struct csv {
    struct env *env;
    struct region *region;
    const struct rule_file *file;
    const char *at, *end;
    char separator;
    int line;
};

static dealer_status refuse(struct csv *csv, const char *what) {
    return error_raise(&csv->env->error, &E_RULE_TABLE_CSV, "file", csv->file->name, "line", NUMBER(csv->line), "what", what, NULL);
}

/* Past the closing quote; NULL: there is none. */
static const char *quoted_end(const char *at, const char *end) {
    for (; at < end; at++) {
        if (*at != '"') continue;
        if (at + 1 == end || at[1] != '"') return at + 1;
        at++;
    }
    return NULL;
}

/* A cell in quotes may hold separators and lines; two quotes are one. */
static dealer_status read_quoted(struct csv *csv, const char **out) {
    const char *stop = quoted_end(csv->at + 1, csv->end);
    if (stop == NULL) return refuse(csv, "a quoted cell without its closing quote");
    char *text = region_copy(csv->region, csv->env, csv->at + 1, (size_t)(stop - csv->at) - 2), *to = text;
    if (text == NULL) return DEALER_E_NOMEM;
    for (csv->at++; csv->at < stop - 1; csv->at++) {
        csv->at += *csv->at == '"';
        csv->line += *csv->at == '\n';
        *to++ = *csv->at;
    }
    *to = '\0';
    *out = text;
    csv->at = stop;
    bool ends = csv->at == csv->end || *csv->at == csv->separator || *csv->at == '\n' || *csv->at == '\r';
    return ends ? DEALER_OK : refuse(csv, "text after a closing quote");
}

static dealer_status read_cell(struct csv *csv, const char **out) {
    if (csv->at < csv->end && *csv->at == '"') return read_quoted(csv, out);
    const char *start = csv->at;
    while (csv->at < csv->end && *csv->at != csv->separator && *csv->at != '\n') csv->at++;
    const char *stop = csv->at;
    while (stop > start && (stop[-1] == ' ' || stop[-1] == '\r')) stop--;
    while (start < stop && *start == ' ') start++;
    *out = region_copy(csv->region, csv->env, start, (size_t)(stop - start));
    return *out == NULL ? DEALER_E_NOMEM : DEALER_OK;
}

static dealer_status read_row(struct csv *csv, const char **cells, size_t *count_out) {
    for (*count_out = 0;;) {
        if (*count_out == CSV_COLUMNS) return refuse(csv, "more than 64 columns");
        dealer_status status = read_cell(csv, &cells[(*count_out)++]);
        if (status != DEALER_OK) return status;
        if (csv->at == csv->end || *csv->at != csv->separator) break;
        csv->at++;
    }
    if (csv->at < csv->end && *csv->at == '\r') csv->at++;
    if (csv->at < csv->end && *csv->at == '\n') csv->at++;
    return DEALER_OK;
}

static bool is_empty_row(const char *const *cells, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (cells[i][0] != '\0') return false;
    }
    return true;
}

static dealer_status add_row(struct csv *csv, struct table_csv *out, const char *const *cells, size_t count, int line) {
    if (is_empty_row(cells, count)) return DEALER_OK;
    if (out->row_count > 0 && count != out->column_count)
        return refuse(csv, "a row with more or fewer cells than the first line has");
    if (out->row_count > TABLE_ROWS) return refuse(csv, "more than 2000 rows");
    const char **copy = REGION_ARRAY(csv->region, csv->env, const char *, count + 1);
    if (copy == NULL) return DEALER_E_NOMEM;
    memcpy(copy, cells, count * sizeof copy[0]);
    out->column_count = count;
    out->lines[out->row_count] = line;
    out->rows[out->row_count++] = copy;
    return DEALER_OK;
}

dealer_status table_csv_read(struct env *env, struct region *region, const struct rule_file *file, struct table_csv *out) {
    struct csv csv = {
        .env = env, .region = region, .file = file, .at = file->source, .end = file->source + file->length, .line = 1};
    *out = (struct table_csv){0};
    if (file->length >= 3 && memcmp(csv.at, "\xEF\xBB\xBF", 3) == 0) csv.at += 3;
    const char *first_end = memchr(csv.at, '\n', (size_t)(csv.end - csv.at));
    size_t first = (size_t)((first_end == NULL ? csv.end : first_end) - csv.at);
    csv.separator = memchr(csv.at, ';', first) != NULL ? ';' : ',';
    out->rows = REGION_ARRAY(region, env, const char **, TABLE_ROWS + 2);
    out->lines = REGION_ARRAY(region, env, int, TABLE_ROWS + 2);
    if (out->rows == NULL || out->lines == NULL) return DEALER_E_NOMEM;
    dealer_status status = DEALER_OK;
    while (status == DEALER_OK && csv.at < csv.end) {
        const char *cells[CSV_COLUMNS];
        size_t count = 0;
        int line = csv.line;
        status = read_row(&csv, cells, &count);
        if (status == DEALER_OK) status = add_row(&csv, out, cells, count, line);
        csv.line++;
    }
    if (status == DEALER_OK && out->row_count == 0) status = refuse(&csv, "no line with the names of the columns");
    return status;
}
