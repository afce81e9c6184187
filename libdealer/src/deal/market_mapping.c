#include "deal/market_mapping.h"
#include "base/digest.h"
#include "base/money.h"
#include "deal/market_words.h"
#include "deal/messages.h"
#include <string.h>

enum { YEAR_MOST = 2200, HOURS_MOST = 1000000, KEY_SIZE = 33 };

static const char *const target_names[TARGET_COUNT] = {
    [TARGET_SOURCE] = "source",
    [TARGET_KEY] = "key",
    [TARGET_DATE] = "date",
    [TARGET_PRICE] = "price",
    [TARGET_CATEGORY] = "category",
    [TARGET_SIZE_CLASS] = "size_class",
    [TARGET_MODEL] = "model",
    [TARGET_BASE_MODEL] = "base_model",
    [TARGET_SERIES] = "series",
    [TARGET_SERIAL] = "serial",
    [TARGET_REGION] = "region",
    [TARGET_YEAR] = "year",
    [TARGET_HOURS] = "hours",
};

/* -- reading the mapping -- */

static dealer_status wrong(struct env *env, const char *member, const char *expected) {
    return error_raise(&env->error, &E_MAPPING, "member", member, "expected", expected, NULL);
}

static bool is_one_of(const char *name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static dealer_status read_source_object(struct env *env, const char *member, const json_value *value, struct market_source *out) {
    static const char *const known[] = {
        "column", "value", "map", "else", "unknown", "format", "currency", "currency_column", "decimal"};
    const char *key, *decimal = json_get_text(value, "decimal");
    for (struct json_cursor each = json_each(value); json_next(&each, &key);)
        if (!is_one_of(key, known, sizeof known / sizeof known[0]))
            return wrong(env, key, "one of column, value, map, else, unknown, format, currency, currency_column, decimal");
    out->header = json_get_text(value, "column");
    out->constant = json_get_text(value, "value");
    out->fallback = json_get_text(value, "else");
    out->format = json_get_text(value, "format");
    out->currency = json_get_text(value, "currency");
    out->currency_header = json_get_text(value, "currency_column");
    out->map = json_get(value, "map");
    out->unknown = json_get(value, "unknown");
    out->decimal_comma = decimal && strcmp(decimal, ",") == 0;
    if (!out->header == !out->constant) return wrong(env, member, "a column's name, {\"column\": name, ...} or {\"value\": text}");
    if (out->map && json_kind(out->map) != JSON_OBJECT)
        return wrong(env, member, "with a map {\"word in the file\": \"word here\"}");
    return DEALER_OK;
}

static dealer_status read_source(struct env *env, const char *member, const json_value *value, struct market_source *out) {
    *out = (struct market_source){.column = -1, .currency_column = -1};
    if (json_kind(value) <= JSON_NULL) return DEALER_OK;
    if (json_kind(value) == JSON_OBJECT) return read_source_object(env, member, value, out);
    out->header = json_text(value);
    return out->header ? DEALER_OK : wrong(env, member, "a column's name, {\"column\": name, ...} or {\"value\": text}");
}

/* "options": ["Enclosure", ...], {"cab": "Enclosure", ...} or "rest". */
static dealer_status read_options(struct env *env, const json_value *value, struct market_mapping *out) {
    const json_value *item;
    const char *key, *word = json_text(value);
    out->rest = word && strcmp(word, "rest") == 0;
    if (json_kind(value) <= JSON_NULL || out->rest) return DEALER_OK;
    if (json_kind(value) != JSON_ARRAY && json_kind(value) != JSON_OBJECT)
        return wrong(env, "options", "an array of columns, an object {option: column} or \"rest\"");
    out->options = REGION_ARRAY(&out->region, env, struct market_option, json_count(value) + 1);
    if (!out->options) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(value); (item = json_next(&each, &key));) {
        struct market_option *option = &out->options[out->option_count++];
        dealer_status status = read_source(env, "options", item, &option->source);
        if (status) return status;
        option->name = json_kind(value) == JSON_OBJECT ? key : option->source.header;
        if (!option->name || !option->source.header) return wrong(env, "options", "columns");
    }
    return DEALER_OK;
}

static dealer_status check_members(struct env *env, const json_value *root) {
    static const char *const more[] = {"unknown", "options"};
    const char *key;
    if (json_kind(root) != JSON_OBJECT) return wrong(env, "mapping", "an object");
    for (struct json_cursor each = json_each(root); json_next(&each, &key);)
        if (!is_one_of(key, target_names, TARGET_COUNT) && !is_one_of(key, more, sizeof more / sizeof more[0]))
            return wrong(env, key,
                "one of source, key, date, price, category, size_class, model, base_model, series, serial, region, year, hours, "
                "options, unknown");
    return DEALER_OK;
}

static dealer_status check_whole(struct env *env, const struct market_mapping *mapping) {
    static const enum market_target needed[] = {TARGET_SOURCE, TARGET_DATE, TARGET_PRICE, TARGET_CATEGORY, TARGET_MODEL};
    const struct market_source *price = &mapping->sources[TARGET_PRICE];
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        const struct market_source *source = &mapping->sources[needed[i]];
        if (!source->header && !source->constant) return wrong(env, target_names[needed[i]], "given");
    }
    if (!price->currency_header && (!price->currency || money_exponent(price->currency) < 0))
        return wrong(env, "price", "with \"currency\": an ISO 4217 code, or \"currency_column\"");
    if (mapping->unknown && json_kind(mapping->unknown) != JSON_ARRAY) return wrong(env, "unknown", "an array of texts");
    return DEALER_OK;
}

dealer_status market_mapping_read(struct env *env, const char *text, size_t length, struct market_mapping *out) {
    *out = (struct market_mapping){0};
    region_init(&out->region, env->seams);
    dealer_status status = json_parse(env, text, length, true, &out->json);
    const json_value *root = status ? NULL : json_root(out->json);
    if (!status) status = check_members(env, root);
    for (int i = 0; !status && i < TARGET_COUNT; i++)
        status = read_source(env, target_names[i], json_get(root, target_names[i]), &out->sources[i]);
    out->unknown = json_get(root, "unknown");
    if (!status) status = read_options(env, json_get(root, "options"), out);
    if (!status) status = check_whole(env, out);
    if (status) market_mapping_free(out);
    return status;
}

void market_mapping_free(struct market_mapping *mapping) {
    json_free(mapping->json);
    region_finish(&mapping->region);
    *mapping = (struct market_mapping){0};
}

/* -- the header -- */

static dealer_status find_column(struct env *env, const struct csv_record *record, const char *header, int *out) {
    const char *nearest = NULL;
    int distance = 4;
    *out = -1;
    if (!header) return DEALER_OK;
    for (size_t i = 0; i < record->count; i++) {
        if (strcmp(record->fields[i], header) == 0) {
            *out = (int)i;
            return DEALER_OK;
        }
        int apart = text_distance(record->fields[i], header);
        if (apart < distance) {
            distance = apart;
            nearest = record->fields[i];
        }
    }
    return error_raise(&env->error, &E_IMPORT_COLUMN, "column", header, "nearest", nearest ? nearest : record->fields[0], NULL);
}

static bool is_used(const struct market_mapping *mapping, int column) {
    for (int i = 0; i < TARGET_COUNT; i++)
        if (mapping->sources[i].column == column || mapping->sources[i].currency_column == column) return true;
    return false;
}

static dealer_status take_rest(struct env *env, struct market_mapping *mapping, const struct csv_record *record) {
    mapping->options = REGION_ARRAY(&mapping->region, env, struct market_option, record->count + 1);
    if (!mapping->options) return DEALER_E_NOMEM;
    for (size_t i = 0; i < record->count; i++) {
        if (is_used(mapping, (int)i)) continue;
        struct market_option *option = &mapping->options[mapping->option_count++];
        option->source = (struct market_source){.column = (int)i, .currency_column = -1};
        option->name = region_copy(&mapping->region, env, record->fields[i], strlen(record->fields[i]));
        if (!option->name) return DEALER_E_NOMEM;
    }
    return DEALER_OK;
}

dealer_status market_mapping_header(struct env *env, struct market_mapping *mapping, const struct csv_record *record) {
    dealer_status status = DEALER_OK;
    if (record->fault) return error_raise(&env->error, &E_IMPORT_HEADER, NULL);
    for (size_t i = 0; i < record->count; i++)
        if (!utf8_is_plain(record->fields[i], strlen(record->fields[i]))) return error_raise(&env->error, &E_IMPORT_HEADER, NULL);
    mapping->column_count = record->count;
    for (int i = 0; !status && i < TARGET_COUNT; i++) {
        struct market_source *source = &mapping->sources[i];
        status = find_column(env, record, source->header, &source->column);
        if (!status) status = find_column(env, record, source->currency_header, &source->currency_column);
    }
    for (size_t i = 0; !status && i < mapping->option_count; i++)
        status = find_column(env, record, mapping->options[i].source.header, &mapping->options[i].source.column);
    return !status && mapping->rest ? take_rest(env, mapping, record) : status;
}

/* -- a row -- */

struct row {
    struct env *env;
    const struct market_mapping *mapping;
    struct region *region;
    const struct csv_record *record;
};

static dealer_status refuse(const struct row *row, const char *column, const char *found, const char *expected) {
    char shown[64];
    size_t length = strlen(found), cut = utf8_is_plain(found, length) ? utf8_cut(found, length, sizeof shown - 1) : 0;
    memcpy(shown, found, cut);
    shown[cut] = '\0';
    return error_raise(&row->env->error, &E_IMPORT_ROW, "line", NUMBER(row->record->line), "column", column, "found", shown,
        "expected", expected, NULL);
}

static bool lists(const json_value *array, const char *word) {
    const json_value *item;
    for (struct json_cursor each = json_each(array); (item = json_next(&each, NULL));)
        if (json_text(item) && strcmp(json_text(item), word) == 0) return true;
    return false;
}

/* Blanks around it do not count. */
static size_t trim(const char **word) {
    *word += strspn(*word, " \t");
    size_t length = strlen(*word);
    while (length && strchr(" \t", (*word)[length - 1])) length--;
    return length;
}

static dealer_status translate(const struct row *row, const char *name, const struct market_source *source, const char **word) {
    const char *meaning = json_get_text(source->map, *word);
    if (!meaning) meaning = source->fallback;
    if (!meaning) return refuse(row, name, *word, "a word of the map");
    *word = meaning;
    return DEALER_OK;
}

/* The word for a source, after its map; NULL: unknown. */
static dealer_status word_of(const struct row *row, const char *name, const struct market_source *source, const char **out) {
    const char *word = source->column >= 0 ? row->record->fields[source->column] : source->constant;
    *out = NULL;
    if (!word) return DEALER_OK;
    if (!utf8_is_plain(word, strlen(word))) return refuse(row, name, "", "plain UTF-8");
    size_t length = trim(&word);
    const char *kept = region_copy(row->region, row->env, word, length);
    if (!kept) return DEALER_E_NOMEM;
    if (!length || lists(source->unknown, kept) || lists(row->mapping->unknown, kept)) return DEALER_OK;
    dealer_status status = source->map ? translate(row, name, source, &kept) : DEALER_OK;
    if (!status) *out = kept;
    return status;
}

static dealer_status word_for(const struct row *row, enum market_target target, const char **out) {
    return word_of(row, target_names[target], &row->mapping->sources[target], out);
}

static dealer_status read_price(const struct row *row, struct market_sale *out) {
    const struct market_source *source = &row->mapping->sources[TARGET_PRICE];
    const char *word = NULL;
    struct market_source currency = {.constant = source->currency, .column = source->currency_column, .currency_column = -1};
    dealer_status status = word_for(row, TARGET_PRICE, &word);
    if (!status) status = word_of(row, "currency", &currency, &out->currency);
    if (status) return status;
    int exponent = out->currency ? money_exponent(out->currency) : -1;
    if (exponent < 0) return refuse(row, "currency", out->currency ? out->currency : "", "an ISO 4217 code");
    if (!word || !market_parse_price(word, source->decimal_comma, exponent, &out->price_minor) || out->price_minor <= 0)
        return refuse(row, "price", word ? word : "", "a number above 0");
    return DEALER_OK;
}

static dealer_status read_whole(const struct row *row, enum market_target target, int64_t most, int64_t *out) {
    const char *word = NULL;
    dealer_status status = word_for(row, target, &word);
    *out = 0;
    if (status || !word || market_parse_whole(word, most, out)) return status;
    return refuse(row, target_names[target], word, "a whole number, 0 for unknown");
}

static dealer_status read_attributes(const struct row *row, struct market_sale *out) {
    struct json *json = NULL;
    size_t length = 0;
    if (!row->mapping->option_count) return DEALER_OK;
    dealer_status status = json_new(row->env, &json);
    json_value *object = status ? NULL : json_new_object(json);
    for (size_t i = 0; !status && i < row->mapping->option_count; i++) {
        const struct market_option *option = &row->mapping->options[i];
        const char *word = NULL;
        status = word_of(row, option->name, &option->source, &word);
        if (!status && word) json_set_text(json, object, option->name, word);
    }
    char *text = status || json_status(json) ? NULL : json_write(row->env, object, true, false, &length);
    if (!status) {
        out->attributes_json = text ? region_copy(row->region, row->env, text, length) : NULL;
        if (!out->attributes_json) status = error_nomem(&row->env->error);
    }
    env_free(row->env, text);
    json_free(json);
    return status;
}

/* Without a key of its own a row is known by all that it says. */
static dealer_status read_key(const struct row *row, struct market_sale *out) {
    char hex[DIGEST_HEX_SIZE];
    uint8_t digest[DIGEST_SIZE];
    struct text all;
    dealer_status status = word_for(row, TARGET_KEY, &out->source_key);
    if (status || out->source_key) return status;
    text_init(&all, row->env);
    for (size_t i = 0; i < row->record->count; i++) text_append(&all, row->record->fields[i], strlen(row->record->fields[i]) + 1);
    if (!all.status) {
        digest_sha256(all.data ? all.data : "", all.length, digest);
        digest_hex(digest, hex);
        out->source_key = region_copy(row->region, row->env, hex, KEY_SIZE - 1);
    }
    text_finish(&all);
    return out->source_key ? DEALER_OK : error_nomem(&row->env->error);
}

static dealer_status read_words(const struct row *row, struct market_sale *out) {
    const struct {
        enum market_target target;
        const char **place;
        bool needed;
    } words[] = {{TARGET_SOURCE, &out->source, true}, {TARGET_CATEGORY, &out->category, true}, {TARGET_MODEL, &out->model, true},
        {TARGET_SIZE_CLASS, &out->size_class, false}, {TARGET_BASE_MODEL, &out->base_model, false},
        {TARGET_SERIES, &out->series, false}, {TARGET_SERIAL, &out->serial, false}, {TARGET_REGION, &out->region, false}};
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < sizeof words / sizeof words[0]; i++) {
        status = word_for(row, words[i].target, words[i].place);
        if (!status && words[i].needed && !*words[i].place) status = refuse(row, target_names[words[i].target], "", "a text");
    }
    return status;
}

static const char *fault_words(enum csv_fault fault) {
    switch (fault) {
    case CSV_QUOTE: return "a comma or the line's end after a closing quote";
    case CSV_OPEN: return "a closing quote";
    default: return "at most 1 MiB and 4096 fields";
    }
}

dealer_status market_mapping_row(struct env *env, const struct market_mapping *mapping, struct region *region,
    const struct csv_record *record, struct market_sale *out) {
    struct row row = {env, mapping, region, record};
    const char *day = NULL;
    *out = (struct market_sale){0};
    if (record->fault) return refuse(&row, "-", "", fault_words(record->fault));
    if (record->count != mapping->column_count) return refuse(&row, "-", "", "as many fields as the header has");
    dealer_status status = read_words(&row, out);
    if (!status) status = word_for(&row, TARGET_DATE, &day);
    if (!status && (!day || !market_parse_date(day, mapping->sources[TARGET_DATE].format, &out->date_days)))
        status = refuse(&row, "date", day ? day : "", "a date that exists, as the format says (default YYYY-MM-DD)");
    if (!status) status = read_price(&row, out);
    if (!status) status = read_whole(&row, TARGET_YEAR, YEAR_MOST, &out->year);
    if (!status) status = read_whole(&row, TARGET_HOURS, HOURS_MOST, &out->hours);
    if (!status) status = read_attributes(&row, out);
    return status ? status : read_key(&row, out);
}
