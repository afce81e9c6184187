/* What one cell of a decision table says: ranges, lists, negation, "-". Knows one column at a time. */
#include "rules/table.h"

#include "base/text.h"
#include "base/time.h"
#include "rules/values.h"

#include <stdio.h>
#include <string.h>

enum { CELL_ITEMS = 200 };

static const char *const kind_words[TABLE_KIND_COUNT] = {
    "a number such as 6.5, <= 10, [6..10), 3,5 or not(3)",
    "texts such as crane or crane,dozer or not(crane)",
    "a date such as 2026-01-31, a range of dates or a comparison",
    "an amount such as 120000 CNY, a range or a comparison, in one currency",
    "true or false",
};

static int compare_whole(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

int table_compare(enum table_kind kind, const struct table_point *a, const struct table_point *b) {
    if (kind == TABLE_TEXT) return strcmp(a->text, b->text);
    if (kind == TABLE_NUMBER) return (a->real > b->real) - (a->real < b->real);
    return compare_whole(a->whole, b->whole);
}

/* ---- Values ---- */

/* -12.50, and nothing else: the parser for JSON does the reading, which knows no locale and rounds once. */
static bool parse_number(struct table_reading *reading, const char *text, double *out) {
    const char *at = text + (text[0] == '-');
    size_t whole = strspn(at, "0123456789");
    if (whole == 0 || (whole > 1 && at[0] == '0')) return false;
    at += whole;
    if (at[0] == '.') {
        size_t part = strspn(at + 1, "0123456789");
        if (part == 0) return false;
        at += 1 + part;
    }
    if (at[0] != '\0' || at - text > 40) return false;
    const json_value *number = json_new_parsed(reading->set->data, text, strlen(text));
    *out = json_real(number, 0);
    return number != NULL; /* out of memory, which whoever refuses sees */
}

/* "120000", "120000 CNY" or "CNY 120000". */
static bool parse_money(struct table_reading *reading, struct table_column *column, const char *text, int64_t *out) {
    char amount[48];
    const char *code = NULL;
    size_t length = strlen(text);
    if (length >= sizeof amount) return false;
    memcpy(amount, text, length + 1);
    if (length > 4 && amount[length - 4] == ' ') {
        amount[length - 4] = '\0';
        code = text + length - 3;
    } else if (length > 4 && amount[3] == ' ') {
        memmove(amount, amount + 4, length - 3);
        code = text;
    }
    char currency[4] = "";
    memcpy(currency, code != NULL ? code : column->currency, 3);
    if (currency[0] == '\0' || money_exponent(currency) < 0) return false;
    if (column->currency[0] != '\0' && strcmp(column->currency, currency) != 0) return false;
    struct money money;
    if (money_parse(reading->env, amount, currency, &money) != DEALER_OK) {
        error_clear(&reading->env->error);
        return false;
    }
    memcpy(column->currency, currency, sizeof currency);
    *out = money.minor;
    return true;
}

const char *table_point_parse(
    struct table_reading *reading, struct table_column *column, const char *text, struct table_point *out) {
    int32_t days = 0;
    bool good = true;
    *out = (struct table_point){0};
    switch (column->kind) {
    case TABLE_NUMBER: good = parse_number(reading, text, &out->real); break;
    case TABLE_MONEY: good = parse_money(reading, column, text, &out->whole); break;
    case TABLE_DATE:
        good = date_parse(text, strlen(text), &days);
        out->whole = days;
        break;
    case TABLE_BOOLEAN:
        out->whole = strcmp(text, "true") == 0;
        good = out->whole == 1 || strcmp(text, "false") == 0;
        break;
    default:
        good = text[0] != '\0';
        out->text = text;
        break;
    }
    return good ? NULL : kind_words[column->kind];
}

/* ---- Items ---- */

/* A part of the text without blanks around, as text of its own in the set's region; NULL: out of memory. */
static char *part_of(struct table_reading *reading, const char *start, const char *end) {
    while (start < end && (*start == ' ' || *start == '\t')) start++;
    while (end > start && (end[-1] == ' ' || end[-1] == '\t')) end--;
    return region_copy(&reading->set->region, reading->env, start, (size_t)(end - start));
}

static const char *parse_end(
    struct table_reading *reading, struct table_column *column, const char *start, const char *end, struct table_point *out) {
    const char *text = part_of(reading, start, end);
    if (text == NULL) return "memory";
    return table_point_parse(reading, column, text, out);
}

static bool is_blank(const char *start, const char *end) {
    while (start < end && *start == ' ') start++;
    return start == end;
}

/* low..high with brackets around or none; a side may be left open. */
static const char *parse_range(
    struct table_reading *reading, struct table_column *column, char *text, const char *dots, struct table_item *item) {
    size_t length = strlen(text);
    bool opens = text[0] == '[' || text[0] == '(';
    bool closes = text[length - 1] == ']' || text[length - 1] == ')';
    if (opens != closes) return kind_words[column->kind];
    const char *start = text + opens, *end = text + length - closes, *fault = NULL;
    item->low_open = text[0] == '(';
    item->high_open = text[length - 1] == ')';
    item->low_free = is_blank(start, dots);
    item->high_free = is_blank(dots + 2, end);
    if (item->low_free && item->high_free) return kind_words[column->kind];
    if (!item->low_free) fault = parse_end(reading, column, start, dots, &item->low);
    if (fault == NULL && !item->high_free) fault = parse_end(reading, column, dots + 2, end, &item->high);
    bool both = fault == NULL && !item->low_free && !item->high_free;
    if (both && table_compare(column->kind, &item->low, &item->high) > 0)
        return "a range whose first value is not above its second";
    return fault;
}

static const char *parse_comparison(
    struct table_reading *reading, struct table_column *column, const char *text, struct table_item *item) {
    bool less = text[0] == '<', more = text[0] == '>';
    bool or_equal = (less || more) && text[1] == '=';
    struct table_point point;
    const char *value = text + (less || more || text[0] == '=') + or_equal;
    const char *fault = parse_end(reading, column, value, value + strlen(value), &point);
    item->low = item->high = point;
    item->low_free = less;
    item->high_free = more;
    item->low_open = more && !or_equal;
    item->high_open = less && !or_equal;
    return fault;
}

static const char *parse_item(struct table_reading *reading, struct table_column *column, char *text, struct table_item *item) {
    *item = (struct table_item){0};
    size_t length = strlen(text);
    if (column->kind == TABLE_TEXT || column->kind == TABLE_BOOLEAN) {
        if (length >= 2 && text[0] == '"' && text[length - 1] == '"') {
            text[length - 1] = '\0';
            text++;
        }
        const char *fault = table_point_parse(reading, column, text, &item->low);
        item->high = item->low;
        return fault;
    }
    const char *dots = strstr(text, "..");
    if (length == 0) return kind_words[column->kind];
    return dots != NULL ? parse_range(reading, column, text, dots, item) : parse_comparison(reading, column, text, item);
}

/* The comma that ends an item: not one between quotes. */
static const char *item_end(const char *at, const char *end) {
    bool quoted = false;
    for (; at < end && (quoted || *at != ','); at++) quoted ^= *at == '"';
    return at;
}

static const char *parse_items(
    struct table_reading *reading, struct table_column *column, const char *text, const char *end, struct table_cell *cell) {
    size_t room = 1;
    for (const char *at = text; at < end; at++) room += *at == ',';
    if (room > CELL_ITEMS) return "at most 200 values in a cell";
    cell->items = REGION_ARRAY(&reading->set->region, reading->env, struct table_item, room);
    if (cell->items == NULL) return "memory";
    for (const char *at = text; at <= end;) {
        const char *stop = item_end(at, end);
        char *part = part_of(reading, at, stop);
        const char *fault = part == NULL ? "memory" : parse_item(reading, column, part, &cell->items[cell->count]);
        if (fault != NULL) return fault;
        cell->count++;
        at = stop + 1;
    }
    return NULL;
}

static const char *parse_text(
    struct table_reading *reading, struct table_column *column, const char *text, struct table_cell *out) {
    const char *trimmed = part_of(reading, text, text + strlen(text));
    if (trimmed == NULL) return "memory";
    size_t length = strlen(trimmed);
    out->any = length == 0 || strcmp(trimmed, "-") == 0;
    out->missing = strcmp(trimmed, "missing") == 0;
    if (out->any || out->missing) return NULL;
    out->negated = length > 5 && strncmp(trimmed, "not(", 4) == 0 && trimmed[length - 1] == ')';
    return out->negated ? parse_items(reading, column, trimmed + 4, trimmed + length - 1, out)
                        : parse_items(reading, column, trimmed, trimmed + length, out);
}

static const char *take_value(
    struct table_reading *reading, struct table_column *column, const json_value *value, struct table_cell *out) {
    struct money money;
    struct table_point point = {0};
    bool number = json_kind(value) == JSON_INTEGER || json_kind(value) == JSON_REAL;
    bool is_money = values_is_money(value, &money);
    if (is_money && column->kind == TABLE_MONEY && (column->currency[0] == '\0' || strcmp(column->currency, money.currency) == 0)) {
        memcpy(column->currency, money.currency, sizeof money.currency);
        point.whole = money.minor;
    } else if (number && column->kind == TABLE_NUMBER) {
        point.real = json_real(value, 0);
    } else if (json_kind(value) == JSON_INTEGER && column->kind == TABLE_MONEY) { /* whole units, as money.new takes them */
        char digits[24];
        snprintf(digits, sizeof digits, "%lld", (long long)json_integer(value, 0));
        if (!parse_money(reading, column, digits, &point.whole)) return kind_words[TABLE_MONEY];
    } else if (json_kind(value) == JSON_BOOLEAN && column->kind == TABLE_BOOLEAN) {
        point.whole = json_is_true(value);
    } else {
        return kind_words[column->kind];
    }
    out->items = REGION_ARRAY(&reading->set->region, reading->env, struct table_item, 1);
    if (out->items == NULL) return "memory";
    out->items[0] = (struct table_item){.low = point, .high = point};
    out->count = 1;
    return NULL;
}

const char *table_cell_parse(
    struct table_reading *reading, struct table_column *column, const json_value *value, struct table_cell *out) {
    *out = (struct table_cell){0};
    if (value == NULL || json_kind(value) == JSON_NULL) {
        out->any = true;
        return NULL;
    }
    if (json_kind(value) == JSON_TEXT) return parse_text(reading, column, json_text(value), out);
    return take_value(reading, column, value, out);
}

/* ---- Classes ---- */

/* Ordered kinds: class 2i lies below edge i and above the one before, class 2i + 1 is edge i itself. */
static bool item_takes(const struct table_column *column, const struct table_item *item, size_t class) {
    size_t edge = class / 2;
    if (class % 2 == 1) {
        const struct table_point *point = &column->edges[edge];
        int low = item->low_free ? 1 : table_compare(column->kind, point, &item->low);
        int high = item->high_free ? -1 : table_compare(column->kind, point, &item->high);
        return (low > 0 || (low == 0 && !item->low_open)) && (high < 0 || (high == 0 && !item->high_open));
    }
    /* between two edges: the item's own ends are edges, so it takes all or nothing */
    bool low = item->low_free || (edge > 0 && table_compare(column->kind, &item->low, &column->edges[edge - 1]) <= 0);
    bool high =
        item->high_free || (edge < column->edge_count && table_compare(column->kind, &item->high, &column->edges[edge]) >= 0);
    return low && high;
}

static bool named_takes(const struct table_column *column, const struct table_item *item, size_t class) {
    if (column->kind == TABLE_BOOLEAN) return (size_t)item->low.whole == class;
    return class < column->edge_count && strcmp(column->edges[class].text, item->low.text) == 0;
}

bool table_cell_takes(const struct table_column *column, const struct table_cell *cell, size_t class) {
    if (cell->any) return true;
    if (class + 1 == column->class_count) return cell->missing;
    if (cell->missing) return false;
    bool named = column->kind == TABLE_TEXT || column->kind == TABLE_BOOLEAN, taken = false;
    for (size_t i = 0; !taken && i < cell->count; i++) {
        taken = named ? named_takes(column, &cell->items[i], class) : item_takes(column, &cell->items[i], class);
    }
    return taken != cell->negated;
}
