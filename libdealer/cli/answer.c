/* Answers: JSON as the library made it in a small envelope, or words and columns. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

/* -- envelopes -- */

static int print_envelope(struct cli *cli, const char *json, size_t length, int code) {
    while (length && json[length - 1] == '\n') length--;
    printf("{\"dealer\":%d,\"command\":\"%s\",\"ok\":%s,\"result\":%.*s}\n", OUTPUT_VERSION, cli->command,
        code == EXIT_DONE ? "true" : "false", (int)length, json);
    return code;
}

static int answer_text(struct cli *cli, const char *json, size_t length, print_function print, int code) {
    if (cli->options.json) return print_envelope(cli, json, length, code);
    yyjson_doc *doc = yyjson_read(json, length, 0);
    if (!doc) return end_with_words(cli, EXIT_FAILED, "out of memory%s", "内存不足%s", "");
    print(cli, yyjson_doc_get_root(doc));
    yyjson_doc_free(doc);
    return code;
}

int answer(struct cli *cli, dealer_text *text, print_function print, int code) {
    code = answer_text(cli, dealer_text_data(text), dealer_text_length(text), print, code);
    dealer_text_free(text);
    return code;
}

int answer_json(struct cli *cli, const char *json, print_function print, int code) {
    return answer_text(cli, json, strlen(json), print, code);
}

/* -- reading -- */

yyjson_val *member(yyjson_val *object, const char *path) {
    while (object && *path) {
        size_t length = strcspn(path, ".");
        object = yyjson_obj_getn(object, path, length);
        path += length + (path[length] == '.');
    }
    return object;
}

const char *text_at(yyjson_val *object, const char *key) {
    const char *text = yyjson_get_str(member(object, key));
    return text ? text : "";
}

int64_t number_at(yyjson_val *object, const char *key) {
    return yyjson_get_sint(member(object, key));
}

const char *words_at(const struct cli *cli, yyjson_val *object) {
    return text_at(object, in_words(cli, "en", "zh"));
}

static char *copy(const char *text) {
    size_t size = strlen(text) + 1;
    char *kept = malloc(size);
    if (kept) memcpy(kept, text, size);
    return kept;
}

char *money_text(int64_t minor, const char *currency) {
    char text[48];
    int digits = strcmp(currency, "JPY") == 0 || strcmp(currency, "KRW") == 0 ? 0 : 2;
    unsigned long long size = minor < 0 ? 0 - (unsigned long long)minor : (unsigned long long)minor;
    if (digits)
        snprintf(
            text, sizeof text, "%s%llu.%02llu%s%s", minor < 0 ? "-" : "", size / 100, size % 100, *currency ? " " : "", currency);
    else
        snprintf(text, sizeof text, "%s%llu %s", minor < 0 ? "-" : "", size, currency);
    return copy(text);
}

char *as_text(yyjson_val *value) {
    if (!value || yyjson_is_null(value)) return copy("");
    if (yyjson_is_str(value)) return copy(yyjson_get_str(value));
    if (yyjson_obj_get(value, "amount_minor")) return money_text(number_at(value, "amount_minor"), text_at(value, "currency"));
    return yyjson_val_write(value, 0, NULL);
}

/* -- tables -- */

void table_start(struct table *table, size_t columns) {
    *table = (struct table){.columns = columns};
}

void table_add(struct table *table, const char *cell) {
    if (table->count == table->capacity) {
        size_t capacity = table->capacity ? table->capacity * 2 : 64;
        char **cells = realloc(table->cells, capacity * sizeof *cells);
        if (!cells) return;
        table->cells = cells;
        table->capacity = capacity;
    }
    table->cells[table->count++] = copy(cell ? cell : "");
}

void table_add_number(struct table *table, int64_t number) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)number);
    table_add(table, text);
}

/* Columns of a terminal: two for the wide blocks of East Asia, none for what continues a character. */
static size_t width_of(const char *text) {
    size_t width = 0;
    for (const unsigned char *at = (const unsigned char *)text; at && *at; at++) {
        if ((*at & 0xC0) == 0x80) continue;
        width += 1 + (*at >= 0xE1 && *at != 0xE2 && *at < 0xF8);
    }
    return width;
}

static void pad(size_t from, size_t to) {
    for (; from < to; from++) putchar(' ');
}

void table_print(struct table *table, bool has_header, bool bold) {
    size_t rows = table->columns ? table->count / table->columns : 0, width[32] = {0};
    for (size_t i = 0; i < rows * table->columns; i++) {
        size_t wide = width_of(table->cells[i]);
        if (i % table->columns < 32 && wide > width[i % table->columns]) width[i % table->columns] = wide;
    }
    for (size_t row = 0; row < rows; row++) {
        bool head = has_header && row == 0;
        if (head && bold) fputs("\033[1m", stdout);
        for (size_t column = 0; column < table->columns; column++) {
            const char *cell = table->cells[row * table->columns + column];
            fputs(cell ? cell : "", stdout);
            if (column + 1 < table->columns) pad(width_of(cell), width[column] + 2);
        }
        puts(head && bold ? "\033[0m" : "");
    }
    for (size_t i = 0; i < table->count; i++) free(table->cells[i]);
    free(table->cells);
    *table = (struct table){0};
}

/* -- tables of rows -- */

void add_text(struct cli *cli, struct table *table, yyjson_val *row, const char *key) {
    char *text = as_text(member(row, key));
    (void)cli;
    table_add(table, text);
    free(text);
}

void add_words(struct cli *cli, struct table *table, yyjson_val *row, const char *key) {
    table_add(table, words_at(cli, member(row, key)));
}

void add_minor(struct cli *cli, struct table *table, yyjson_val *row, const char *key) {
    char *text = member(row, key) ? money_text(number_at(row, key), text_at(row, "currency")) : NULL;
    (void)cli;
    table_add(table, text);
    free(text);
}

void table_head(struct cli *cli, struct table *table, const struct column *columns, size_t count) {
    table_start(table, count);
    for (size_t i = 0; i < count; i++) table_add(table, in_words(cli, columns[i].en, columns[i].zh));
}

void table_row(struct cli *cli, struct table *table, const struct column *columns, yyjson_val *row) {
    for (size_t i = 0; i < table->columns; i++) (columns[i].add ? columns[i].add : add_text)(cli, table, row, columns[i].key);
}

void print_list(struct cli *cli, yyjson_val *list, const struct column *columns, size_t count) {
    struct table table;
    yyjson_arr_iter each;
    yyjson_val *row;
    table_head(cli, &table, columns, count);
    yyjson_arr_iter_init(list, &each);
    while ((row = yyjson_arr_iter_next(&each)) != NULL) table_row(cli, &table, columns, row);
    table_print(&table, true, cli->colour);
}
