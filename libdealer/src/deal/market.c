/* The used-machine market: sales in, and the look-up "market" out, by which valuation rules compare. The statistics are rules/market_model's;
 * this file feeds them from the store, as of the day asked for, and keeps the few models in use. */
#include "deal/use_cases.h"
#include "base/text.h"
#include "base/time.h"
#include "rules/market_maths.h"
#include "rules/market_model.h"
#include <math.h>
#include <string.h>

enum { MODELS_KEPT = 4, BP = 10000, NEAREST_TOLD = 6 };
static const double PRICE_MOST = 1e12, PERCENT_MOST_BP = 1e12; /* in whole units; what fits for certain */
static const double TOLD_ALONE = 0.01;

/* One model: all sales of a currency before a day. It serves every day after its last sale up to the day of the first sale it lacks. */
struct market {
    struct region region; /* texts and sales; borrowed by the model */
    struct market_sale_facts *sales;
    size_t count, capacity;
    struct market_model *model;
    char currency[4];
    int32_t last_day, next_day;
    int64_t version;
};

struct market_cache {
    struct lock lock; /* held while a model is built or asked: a model is worth the wait */
    const struct seams *seams;
    struct market *items[MODELS_KEPT];
};

static void market_free(struct market *market, const struct seams *seams) {
    if (!market) return;
    market_model_free(market->model);
    region_finish(&market->region);
    seams->allocate(seams->allocator_data, market, 0);
}

struct market_cache *market_cache_new(struct env *env) {
    struct market_cache *cache = env_alloc(env, sizeof *cache);
    if (!cache) return NULL;
    cache->seams = env->seams;
    if (!lock_init(&cache->lock)) {
        env_free(env, cache);
        error_nomem(&env->error);
        return NULL;
    }
    return cache;
}

void market_cache_free(struct market_cache *cache, const struct seams *seams) {
    if (!cache) return;
    for (int i = 0; i < MODELS_KEPT; i++) market_free(cache->items[i], seams);
    lock_finish(&cache->lock);
    seams->allocate(seams->allocator_data, cache, 0);
}

/* -- what is known of a machine, for the model -- */

static int64_t minor_units(const char *currency) {
    int64_t units = 1;
    for (int i = money_exponent(currency); i > 0; i--) units *= 10;
    return units;
}

/* Options of these names are facts of their own; the others are equipment. Auction houses name their columns so. */
enum named_fact { FACT_CAB, FACT_SIZE, FACT_VARIANT, FACT_DESCRIPTOR };

static const struct {
    const char *name;
    enum named_fact fact;
} named_facts[] = {{"cab", FACT_CAB}, {"enclosure", FACT_CAB}, {"size", FACT_SIZE}, {"productsize", FACT_SIZE},
    {"variant", FACT_VARIANT}, {"fisecondarydesc", FACT_VARIANT}, {"descriptor", FACT_DESCRIPTOR},
    {"fimodeldescriptor", FACT_DESCRIPTOR}};

/* "Product_Size" is productsize: letters and digits count, in any case. */
static bool is_named(const char *name, const char *folded) {
    for (; *name; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name + ('a' - 'A')) : *name;
        if (strchr(" _-", c)) continue;
        if (c != *folded++) return false;
    }
    return !*folded;
}

/* The first to name a fact has it. */
static bool put_named(struct market_sale_facts *sale, const char *name, const char *value) {
    const char **facts[] = {[FACT_CAB] = &sale->cab,
        [FACT_SIZE] = &sale->size,
        [FACT_VARIANT] = &sale->secondary,
        [FACT_DESCRIPTOR] = &sale->descriptor};
    for (size_t i = 0; i < sizeof named_facts / sizeof named_facts[0]; i++) {
        if (!is_named(name, named_facts[i].name) || *facts[named_facts[i].fact]) continue;
        *facts[named_facts[i].fact] = value;
        return true;
    }
    return false;
}

struct reading {
    struct env *env;
    struct region *region;
    struct market_sale_facts *sale;
    struct market_attribute *attributes;
};

static const char *keep(const struct reading *reading, const char *text) {
    return text ? region_copy(reading->region, reading->env, text, strlen(text)) : NULL;
}

static dealer_status put_option(const struct reading *reading, const char *name, const char *value) {
    const char *kept_name = keep(reading, name), *kept = keep(reading, value ? value : "");
    if (!kept_name || !kept) return DEALER_E_NOMEM;
    if (!put_named(reading->sale, kept_name, kept))
        reading->attributes[reading->sale->attribute_count++] = (struct market_attribute){kept_name, kept};
    return DEALER_OK;
}

/* Options come as an object of texts (sales) or as lines of name and value (documents). */
static dealer_status read_options(struct reading *reading, const json_value *options) {
    const json_value *item;
    const char *key;
    dealer_status status = DEALER_OK;
    reading->attributes = REGION_ARRAY(reading->region, reading->env, struct market_attribute, json_count(options) + 1);
    if (!reading->attributes) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(options); !status && (item = json_next(&each, &key));) {
        if (json_kind(item) == JSON_OBJECT)
            status = put_option(reading, json_get_text(item, "name"), json_get_text(item, "value"));
        else if (json_text(item))
            status = put_option(reading, key, json_text(item));
    }
    reading->sale->attributes = reading->attributes;
    return status;
}

static int year_of(int32_t days) {
    int year, month, day;
    date_civil(days, &year, &month, &day);
    return year;
}

/* -- building -- */

struct collecting {
    struct env *env;
    struct market *market;
    int32_t as_of;
};

static dealer_status grow(struct collecting *collecting) {
    struct market *market = collecting->market;
    size_t capacity = market->capacity ? market->capacity * 2 : 1024;
    struct market_sale_facts *sales = REGION_ARRAY(&market->region, collecting->env, struct market_sale_facts, capacity);
    if (!sales) return DEALER_E_NOMEM;
    if (market->count) memcpy(sales, market->sales, market->count * sizeof *sales);
    market->sales = sales;
    market->capacity = capacity;
    return DEALER_OK;
}

static dealer_status put_attributes(struct reading *reading, const char *text) {
    struct json *json = NULL;
    if (!text) return DEALER_OK;
    dealer_status status = json_parse(reading->env, text, strlen(text), false, &json);
    if (!status) status = read_options(reading, json_root(json));
    json_free(json);
    return status;
}

static dealer_status collect(void *user_data, const struct market_sale *row) {
    struct collecting *collecting = user_data;
    struct market *market = collecting->market;
    if (row->date_days >= collecting->as_of) { /* they come oldest first */
        if (row->date_days < market->next_day) market->next_day = (int32_t)row->date_days;
        return DEALER_OK;
    }
    market->last_day = (int32_t)row->date_days;
    dealer_status status = market->count == market->capacity ? grow(collecting) : DEALER_OK;
    if (status) return status;
    struct market_sale_facts *sale = &market->sales[market->count];
    struct reading reading = {collecting->env, &market->region, sale, NULL};
    *sale = (struct market_sale_facts){.price = (double)row->price_minor / (double)minor_units(row->currency),
        .day = (int32_t)row->date_days,
        .sale_year = year_of((int32_t)row->date_days),
        .category = keep(&reading, row->category),
        .size_class = keep(&reading, row->size_class),
        .model = keep(&reading, row->model),
        .base_model = keep(&reading, row->base_model),
        .series = keep(&reading, row->series),
        .machine = keep(&reading, row->serial),
        .region = keep(&reading, row->region),
        .year = (int)row->year,
        .hours = (double)row->hours};
    status = put_attributes(&reading, row->attributes_json);
    market->count += !status;
    return status ? status : error_status(&collecting->env->error);
}

static dealer_status build(struct deal *deal, const char *currency, int32_t as_of, int64_t version, struct market **out) {
    const struct seams *seams = deal->env->seams;
    struct market *market = env_alloc(deal->env, sizeof *market);
    if (!market) return DEALER_E_NOMEM;
    region_init(&market->region, deal->market->seams);
    memcpy(market->currency, currency, sizeof market->currency);
    market->last_day = INT32_MIN;
    market->next_day = INT32_MAX;
    market->version = version;
    struct collecting collecting = {deal->env, market, as_of};
    dealer_status status = store_market_each(deal->env, deal->connection, currency, INT32_MAX, collect, &collecting);
    if (!status && market->count)
        status = market_model_build(deal->env, market->sales, market->count, market->last_day, &market->model);
    if (status)
        market_free(market, seams);
    else
        *out = market;
    return status;
}

static bool serves(const struct market *market, const char *currency, int32_t as_of, int64_t version) {
    return market && market->version == version && as_of > market->last_day && as_of <= market->next_day &&
           strcmp(market->currency, currency) == 0;
}

/* Under the lock. */
static dealer_status find(struct deal *deal, const char *currency, int32_t as_of, struct market **out) {
    struct market_cache *cache = deal->market;
    int64_t count, version;
    dealer_status status = store_market_version(deal->env, deal->connection, &count, &version);
    for (int i = 0; !status && i < MODELS_KEPT; i++) {
        if (serves(cache->items[i], currency, as_of, version)) {
            *out = cache->items[i];
            return DEALER_OK;
        }
    }
    if (!status) status = build(deal, currency, as_of, version, out);
    if (status) return status;
    market_free(cache->items[MODELS_KEPT - 1], cache->seams);
    memmove(&cache->items[1], &cache->items[0], (MODELS_KEPT - 1) * sizeof cache->items[0]);
    cache->items[0] = *out;
    return DEALER_OK;
}

/* What was sold before the day; when that is nothing, what was gathered on the day itself (listings, say) is all there is. */
static dealer_status find_for_day(struct deal *deal, const char *currency, int32_t as_of, struct market **out) {
    dealer_status status = find(deal, currency, as_of, out);
    return !status && !(*out)->count && (*out)->next_day == as_of ? find(deal, currency, as_of + 1, out) : status;
}

/* -- the answer -- */

/* In whole units, one at least: an estimate knows no cents. */
static json_value *money_json(struct json *json, double price, const char *currency) {
    json_value *value = json_new_object(json);
    double units = fmin(fmax(round(price), 1), PRICE_MOST);
    json_set_integer(json, value, "amount_minor", (int64_t)units * minor_units(currency));
    json_set_text(json, value, "currency", currency);
    return value;
}

static void push_effect(struct json *json, json_value *effects, const struct market_effect *effect) {
    json_value *item = json_new_object(json);
    json_set_text(json, item, "name", effect->name);
    if (effect->detail) json_set_text(json, item, "detail", effect->detail);
    json_set_integer(json, item, "percent_bp", (int64_t)fmin(round((market_exp(effect->effect) - 1) * BP), PERCENT_MOST_BP));
    json_push(json, effects, item);
}

/* Attributes of less than a percent are told together, as the rest of the equipment. */
static json_value *effects_json(struct json *json, const struct market_estimate *estimate, double *base_out) {
    json_value *effects = json_new_array(json);
    struct market_effect equipment = {"equipment", NULL, 0};
    *base_out = 0;
    for (size_t i = 0; i < estimate->effect_count; i++) {
        const struct market_effect *effect = &estimate->effects[i];
        if (strcmp(effect->name, "market") == 0)
            *base_out += effect->effect;
        else if (strcmp(effect->name, "equipment") == 0 || (effect->detail && fabs(effect->effect) < TOLD_ALONE))
            equipment.effect += effect->effect;
        else
            push_effect(json, effects, effect);
    }
    if (equipment.effect != 0) push_effect(json, effects, &equipment);
    return effects;
}

static json_value *evidence_json(struct json *json, const struct market_estimate *estimate) {
    json_value *evidence = json_new_object(json);
    json_set_integer(json, evidence, "machine", (int64_t)estimate->evidence.machine);
    json_set_integer(json, evidence, "model", (int64_t)estimate->evidence.model);
    json_set_integer(json, evidence, "base_model", (int64_t)estimate->evidence.base_model);
    json_set_integer(json, evidence, "size_class", (int64_t)estimate->evidence.size_class);
    json_set_integer(json, evidence, "category", (int64_t)estimate->evidence.category);
    json_set_integer(json, evidence, "all", (int64_t)estimate->evidence.all);
    return evidence;
}

static json_value *nearest_json(struct json *json, const struct market *market, const struct market_estimate *estimate) {
    json_value *nearest = json_new_array(json);
    for (size_t i = 0; i < estimate->near_count && i < NEAREST_TOLD; i++) {
        const struct market_sale_facts *sale = &market->sales[estimate->nearest[i].sale];
        json_value *item = json_new_object(json);
        char day[11];
        date_format(sale->day, day);
        json_set_text(json, item, "model", sale->model);
        json_set_text(json, item, "date", day);
        if (sale->year > 0) json_set_integer(json, item, "year", sale->year);
        if (sale->hours > 0) json_set_integer(json, item, "hours", (int64_t)sale->hours);
        json_set(json, item, "price", money_json(json, sale->price, market->currency));
        json_set_integer(json, item, "weight_bp", (int64_t)llround(estimate->nearest[i].weight * BP));
        json_push(json, nearest, item);
    }
    return nearest;
}

static json_value *answer_json(struct json *json, const struct market *market, const struct market_estimate *estimate) {
    double base;
    json_value *answer = json_new_object(json);
    json_set(json, answer, "effects", effects_json(json, estimate, &base));
    json_set(json, answer, "base", money_json(json, market_exp(base), market->currency));
    json_set(json, answer, "estimate", money_json(json, estimate->price, market->currency));
    json_set(json, answer, "low", money_json(json, market_exp(estimate->log_low) - 1, market->currency));
    json_set(json, answer, "high", money_json(json, market_exp(estimate->log_high) - 1, market->currency));
    json_set(json, answer, "evidence", evidence_json(json, estimate));
    json_set(json, answer, "nearest", nearest_json(json, market, estimate));
    return answer;
}

static dealer_status read_request(
    struct deal *deal, const json_value *arguments, struct market_sale_facts *request, int32_t *as_of_out) {
    const char *day = json_get_text(arguments, "date");
    struct reading reading = {deal->env, &deal->region, request, NULL};
    if (!day || !date_parse(day, strlen(day), as_of_out))
        return error_raise(&deal->env->error, &E_MARKET_ROW, "index", "-", "member", "date", "expected", "a date", NULL);
    *request = (struct market_sale_facts){.day = *as_of_out,
        .sale_year = year_of(*as_of_out),
        .category = json_get_text(arguments, "category"),
        .size_class = json_get_text(arguments, "size_class"),
        .model = json_get_text(arguments, "model"),
        .make = NULL,
        .base_model = json_get_text(arguments, "base_model"),
        .series = json_get_text(arguments, "series"),
        .machine = json_get_text(arguments, "serial_number"),
        .region = json_get_text(arguments, "region"),
        .year = (int)json_get_integer(arguments, "year", 0),
        .hours = (double)json_get_integer(arguments, "hours", 0)};
    return read_options(&reading, json_get(arguments, "options"));
}

static dealer_status look_up(
    void *user_data, struct env *env, const json_value *arguments, struct json *answers, json_value **out) {
    struct deal *deal = user_data;
    const char *currency = json_get_text(arguments, "currency");
    struct market_sale_facts request;
    struct market_estimate estimate;
    struct market *market = NULL;
    int32_t as_of = 0;
    (void)env;
    *out = NULL;
    dealer_status status = read_request(deal, arguments, &request, &as_of);
    if (as_of > deal_today(deal)) as_of = deal_today(deal); /* never from the future, whatever day a rule names */
    if (status || !currency || money_exponent(currency) < 0) return status;
    lock_take(&deal->market->lock);
    status = find_for_day(deal, currency, as_of, &market);
    if (!status && market->model) {
        market_model_value(market->model, &request, &estimate);
        *out = answer_json(answers, market, &estimate);
    }
    lock_release(&deal->market->lock);
    return status;
}

dealer_status market_lookup_new(struct deal *deal, const struct rule_lookup **lookups_out, size_t *count_out) {
    struct rule_lookup *lookups = REGION_ARRAY(&deal->region, deal->env, struct rule_lookup, 2);
    if (!lookups) return DEALER_E_NOMEM;
    lookups[0] = (struct rule_lookup){"market", look_up, deal};
    lookups[1] = (struct rule_lookup){"market_statistics", market_statistics, deal};
    *lookups_out = lookups;
    *count_out = 2;
    return DEALER_OK;
}

/* -- adding sales -- */

static dealer_status raise_row(struct deal *deal, size_t index, const char *member, const char *expected) {
    return error_raise(
        &deal->env->error, &E_MARKET_ROW, "index", NUMBER((int64_t)index), "member", member, "expected", expected, NULL);
}

static dealer_status read_price(struct deal *deal, size_t index, const json_value *row, struct market_sale *sale) {
    const json_value *price = json_get(row, "price");
    sale->price_minor = json_get_integer(price, "amount_minor", 0);
    sale->currency = json_get_text(price, "currency");
    if (sale->price_minor <= 0 || !sale->currency || money_exponent(sale->currency) < 0)
        return raise_row(deal, index, "price", "{\"amount_minor\": > 0, \"currency\": code}");
    return DEALER_OK;
}

static dealer_status read_sale(
    struct deal *deal, size_t index, const json_value *row, struct market_sale *sale, char **attributes_out) {
    const char *day = json_get_text(row, "date");
    int32_t days;
    *sale = (struct market_sale){.category = json_get_text(row, "category"),
        .size_class = json_get_text(row, "size_class"),
        .model = json_get_text(row, "model"),
        .base_model = json_get_text(row, "base_model"),
        .series = json_get_text(row, "series"),
        .serial = json_get_text(row, "serial"),
        .region = json_get_text(row, "region"),
        .year = json_get_integer(row, "year", 0),
        .hours = json_get_integer(row, "hours", 0),
        .source = json_get_text(row, "source"),
        .source_key = json_get_text(row, "key")};
    if (!day || !date_parse(day, strlen(day), &days)) return raise_row(deal, index, "date", "a date YYYY-MM-DD that exists");
    sale->date_days = days;
    if (!sale->source || !sale->source_key || !sale->category || !sale->model)
        return raise_row(deal, index, "source, key, category, model", "texts");
    if (sale->year < 0 || sale->year > 2200 || sale->hours < 0) return raise_row(deal, index, "year, hours", "0 (unknown) or more");
    dealer_status status = read_price(deal, index, row, sale);
    const json_value *options = json_get(row, "options");
    if (!status && options && !(*attributes_out = json_write(deal->env, options, true, false, NULL))) status = DEALER_E_NOMEM;
    sale->attributes_json = *attributes_out;
    return status;
}

static void report_row(struct deal *deal, size_t index, json_value *refused, struct json *json) {
    const struct error *error = &deal->env->error;
    json_value *item = json_new_object(json);
    json_set_integer(json, item, "index", (int64_t)index);
    json_set_text(json, item, "en", error->entries[0].en);
    json_set_text(json, item, "zh", error->entries[0].zh);
    json_push(json, refused, item);
    error_clear(&deal->env->error);
}

dealer_status market_add(struct deal *deal, const json_value *sales, json_value *report, struct json *json) {
    json_value *refused = json_new_array(json);
    const json_value *row;
    int64_t added = 0, known = 0;
    size_t index = 0;
    dealer_status status = DEALER_OK;
    for (struct json_cursor each = json_each(sales); !status && (row = json_next(&each, NULL)); index++) {
        struct market_sale sale;
        char *attributes = NULL;
        bool is_new = false;
        status = read_sale(deal, index, row, &sale, &attributes);
        if (!status) status = store_market_add(deal->env, deal->connection, &sale, &is_new);
        env_free(deal->env, attributes);
        if (status == DEALER_E_INVALID) {
            report_row(deal, index, refused, json);
            status = DEALER_OK;
        } else {
            added += is_new;
            known += !is_new;
        }
    }
    json_set_integer(json, report, "added", added);
    json_set_integer(json, report, "known", known);
    json_set(json, report, "refused", refused);
    if (status || json_status(json)) return status ? status : error_nomem(&deal->env->error);
    return deal_journal(deal, NULL, "market_added", NULL);
}
