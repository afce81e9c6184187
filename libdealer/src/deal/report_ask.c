/* Reports: which one, over what the asker may see, grouped by what. The store groups and sums; names of places and people are put beside
 * their ids here. */
#include "deal/reports.h"
#include "base/text.h"
#include "base/time.h"
#include "catalogue/json_place.h"
#include "store/report.h"
#include <string.h>

struct asking {
    struct deal *deal;
    const json_value *parameters;
    struct report_query query;
    char as_of[11];
};

static dealer_status refuse(const struct asking *asking, const char *member, const char *expected) {
    return error_raise(&asking->deal->env->error, &E_REPORT_PARAMETER, "report", asking->query.shape->name, "member", member,
        "expected", expected, NULL);
}

static dealer_status find_shape(struct deal *deal, const char *name, const struct report_shape **out) {
    struct suggestion suggestion = SUGGESTION(name);
    for (const struct report_shape *shape = report_shapes; shape->name; shape++) {
        *out = shape;
        if (strcmp(shape->name, name) == 0) return DEALER_OK;
        suggestion_offer(&suggestion, shape->name);
    }
    return error_raise(&deal->env->error, &E_REPORT_UNKNOWN, "report", name, "closest", suggestion.closest, NULL);
}

/* -- parameters -- */

static bool has_key(const struct report_shape *shape, const char *key) {
    for (int i = 0; i < REPORT_KEYS_MOST && shape->keys[i]; i++)
        if (strcmp(shape->keys[i], key) == 0) return true;
    return false;
}

static bool has_asked(const struct report_query *query, const char *key) {
    for (int i = 0; i < query->key_count; i++)
        if (strcmp(query->keys[i], key) == 0) return true;
    return false;
}

static const char *list_keys(struct asking *asking) {
    struct text text;
    text_init(&text, asking->deal->env);
    for (int i = 0; i < REPORT_KEYS_MOST && asking->query.shape->keys[i]; i++) {
        text_add(&text, i ? ", " : "different ones of ");
        text_add(&text, asking->query.shape->keys[i]);
    }
    const char *copy = region_copy(&asking->deal->region, asking->deal->env, text_string(&text), text.length);
    text_finish(&text);
    return copy ? copy : "its keys";
}

static dealer_status read_keys(struct asking *asking) {
    struct report_query *query = &asking->query;
    const json_value *by = json_get(asking->parameters, "by"), *item;
    for (int i = 0; !by && i < (int)(sizeof query->shape->usual / sizeof *query->shape->usual) && query->shape->usual[i]; i++)
        query->keys[query->key_count++] = query->shape->usual[i];
    if (by && json_kind(by) != JSON_ARRAY) return refuse(asking, "by", list_keys(asking));
    for (struct json_cursor each = json_each(by); (item = json_next(&each, NULL));) {
        const char *key = json_text(item);
        if (!key || !has_key(query->shape, key) || has_asked(query, key)) return refuse(asking, "by", list_keys(asking));
        query->keys[query->key_count++] = key;
    }
    if (query->shape->money) query->keys[query->key_count++] = "currency";
    return DEALER_OK;
}

static bool is_month(const char *text) {
    char day[11] = "";
    int32_t days;
    if (strlen(text) != 7) return false;
    memcpy(day, text, 7);
    memcpy(day + 7, "-01", 3);
    return date_parse(day, 10, &days);
}

static dealer_status read_time(struct asking *asking, const char *member, const char **out) {
    const json_value *value = json_get(asking->parameters, member);
    const char *text = json_text(value);
    bool months = asking->query.shape->months, told = asking->query.shape->as_of;
    int32_t day;
    if (json_kind(value) == JSON_NONE || json_kind(value) == JSON_NULL) return DEALER_OK;
    if (told) return refuse(asking, member, "left out: it tells of the day as_of");
    *out = text;
    if (text && (is_month(text) || (!months && date_parse(text, strlen(text), &day)))) return DEALER_OK;
    return refuse(asking, member, months ? "a month, YYYY-MM" : "a day, YYYY-MM-DD, or a month, YYYY-MM");
}

static dealer_status read_as_of(struct asking *asking) {
    const char *text = json_get_text(asking->parameters, "as_of");
    int32_t day = deal_today(asking->deal);
    if (json_get(asking->parameters, "as_of") && (!text || !date_parse(text, strlen(text), &day) || !asking->query.shape->as_of))
        return refuse(asking, "as_of", asking->query.shape->as_of ? "a day, YYYY-MM-DD" : "left out: it tells of no day");
    date_format(day, asking->as_of);
    asking->query.as_of = asking->as_of;
    return DEALER_OK;
}

static dealer_status check_members(struct asking *asking) {
    static const char *const names[] = {"by", "type", "where", "from", "to", "as_of"};
    const char *key = NULL;
    if (json_kind(asking->parameters) != JSON_OBJECT) return refuse(asking, "parameters", "an object");
    for (struct json_cursor each = json_each(asking->parameters); json_next(&each, &key);) {
        size_t i = 0;
        while (i < sizeof names / sizeof *names && strcmp(names[i], key) != 0) i++;
        if (i == sizeof names / sizeof *names) return refuse(asking, key, "one of by, type, where, from, to, as_of");
    }
    return DEALER_OK;
}

static dealer_status read_parameters(struct asking *asking) {
    dealer_status status = check_members(asking);
    if (!status) status = read_keys(asking);
    if (!status) status = read_time(asking, "from", &asking->query.from);
    if (!status) status = read_time(asking, "to", &asking->query.to);
    return status ? status : read_as_of(asking);
}

/* -- what the asker may see -- */

static dealer_status scope_of(struct deal *deal, const struct catalogue_type *type, struct report_scope *out) {
    *out = (struct report_scope){.type = type};
    dealer_status status = deal_visible(deal, type, &out->visible);
    if (status || !deal->person || !permission_limits_fields(deal->snapshot->permissions, type)) return status;
    const struct predicate **seen = REGION_ARRAY(&deal->region, deal->env, const struct predicate *, type->field_count);
    if (!seen) return DEALER_E_NOMEM;
    for (int i = 0; !status && i < type->field_count; i++) status = deal_field_seen(deal, type, &type->fields[i], &seen[i]);
    out->seen = seen;
    return status;
}

static dealer_status scope_others(struct asking *asking) {
    struct deal *deal = asking->deal;
    struct report_query *query = &asking->query;
    struct report_scope *others = REGION_ARRAY(&deal->region, deal->env, struct report_scope, REPORT_OTHERS_MOST);
    dealer_status status = others ? DEALER_OK : DEALER_E_NOMEM;
    for (int i = 0; !status && i < REPORT_OTHERS_MOST && query->shape->others[i]; i++)
        status = scope_of(deal, catalogue_type(deal->snapshot->catalogue, query->shape->others[i]), &others[query->other_count++]);
    query->others = others;
    return status;
}

/* Of one type, or of all in which he may see anything. */
static dealer_status scope_types(struct asking *asking, const struct catalogue_type *only) {
    struct deal *deal = asking->deal;
    const struct catalogue *catalogue = deal->snapshot->catalogue;
    struct report_scope *types = REGION_ARRAY(&deal->region, deal->env, struct report_scope, catalogue->type_count);
    dealer_status status = types ? DEALER_OK : DEALER_E_NOMEM;
    for (int i = 0; !status && i < catalogue->type_count; i++) {
        struct report_scope *scope = &types[asking->query.type_count];
        if (only && only != &catalogue->types[i]) continue;
        status = scope_of(deal, &catalogue->types[i], scope);
        asking->query.type_count += !status && scope->visible->kind != PREDICATE_FALSE;
    }
    asking->query.types = types;
    return status;
}

static dealer_status find_type(struct asking *asking, const struct catalogue_type **out) {
    const char *fixed = asking->query.shape->type, *named = json_get_text(asking->parameters, "type");
    const struct catalogue *catalogue = asking->deal->snapshot->catalogue;
    *out = fixed ? catalogue_type(catalogue, fixed) : NULL;
    if (!json_get(asking->parameters, "type")) return DEALER_OK;
    if (fixed || !named) return refuse(asking, "type", fixed ? "left out: it is about one type" : "the name of a document type");
    return catalogue_find_type(asking->deal->env, catalogue, named, out);
}

static dealer_status read_filter(struct asking *asking, const struct catalogue_type *type) {
    struct deal *deal = asking->deal;
    const json_value *where = json_get(asking->parameters, "where");
    if (!where) return DEALER_OK;
    if (!type) return refuse(asking, "where", "given with a type");
    return predicate_parse(deal->env, &deal->region, type, where, &asking->query.filter);
}

static dealer_status restrict_asking(struct asking *asking) {
    const struct catalogue_type *type = NULL;
    dealer_status status = find_type(asking, &type);
    if (!status) status = read_filter(asking, type);
    if (!status) status = scope_types(asking, type);
    if (!status) status = scope_others(asking);
    if (status || !asking->query.filter || !asking->query.type_count) return status;
    struct report_scope *scope = (struct report_scope *)(void *)asking->query.types;
    return deal_require_filter(asking->deal, type, asking->query.filter, &scope->visible);
}

/* -- the answer -- */

static const char *name_of(const struct deal *deal, const char *key, int64_t id) {
    const struct org *org = deal->snapshot->org;
    if (strcmp(key, "person") == 0 || strcmp(key, "owner") == 0) return deal_person_name(deal, id);
    if (strcmp(key, "company") == 0) {
        int company = org_company_by_id(org, id);
        return company < 0 ? "?" : org->companies[company].name;
    }
    int department = org_department_by_id(org, id);
    return department < 0 ? "?" : org->departments[department].name;
}

static void name_rows(const struct asking *asking, struct json *json, json_value *rows) {
    static const struct {
        const char *key, *name;
    } named[] = {
        {"company", "company_name"}, {"department", "department_name"}, {"person", "person_name"}, {"owner", "owner_name"}};
    json_value *row;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (!has_asked(&asking->query, named[i].key)) continue;
        for (struct json_cursor each = json_each(rows); (row = json_next(&each, NULL));) {
            int64_t id = json_get_integer(row, named[i].key, 0);
            json_set_text(json, row, named[i].name, id ? name_of(asking->deal, named[i].key, id) : NULL);
        }
    }
}

static dealer_status answer_with(const struct asking *asking, struct json *json, json_value *answer) {
    const struct report_query *query = &asking->query;
    json_value *rows = json_new_array(json), *hidden = json_new_array(json), *by = json_new_array(json);
    dealer_status status = store_report(asking->deal->env, asking->deal->connection, query, rows, hidden, json);
    if (status) return status;
    name_rows(asking, json, rows);
    for (int i = 0; i < query->key_count; i++) json_push(json, by, json_new_text(json, query->keys[i], strlen(query->keys[i])));
    json_set_text(json, answer, "report", query->shape->name);
    if (query->shape->as_of) json_set_text(json, answer, "as_of", query->as_of);
    json_set(json, answer, "by", by);
    json_set(json, answer, "rows", rows);
    json_set(json, answer, "hidden", hidden);
    return DEALER_OK;
}

dealer_status report_ask(struct deal *deal, const char *name, const json_value *parameters, struct json *json, json_value *answer) {
    struct asking asking = {.deal = deal, .parameters = parameters, .query = {.now_ms = deal->now_ms}};
    dealer_status status = find_shape(deal, name, &asking.query.shape);
    if (!status) status = read_parameters(&asking);
    if (!status) status = restrict_asking(&asking);
    return status ? status : answer_with(&asking, json, answer);
}

/* -- which there are -- */

static json_value *texts(struct json *json, const char *const *list, size_t most) {
    json_value *array = json_new_array(json);
    for (size_t i = 0; i < most && list[i]; i++) json_push(json, array, json_new_text(json, list[i], strlen(list[i])));
    return array;
}

static void push_sum(struct json *json, const struct report_sum *sum, json_value *sums, json_value *money) {
    json_push(json, sums, json_new_text(json, sum->name, strlen(sum->name)));
    if (sum->money) json_push(json, money, json_new_text(json, sum->name, strlen(sum->name)));
}

void report_list(struct json *json, json_value *answer) {
    json_value *reports = json_new_array(json);
    for (const struct report_shape *shape = report_shapes; shape->name; shape++) {
        json_value *item = json_new_object(json), *title = json_new_object(json);
        json_value *sums = json_new_array(json), *money = json_new_array(json);
        json_set_text(json, title, "en", shape->title.en);
        json_set_text(json, title, "zh", shape->title.zh);
        json_push(json, sums, json_new_text(json, "count", strlen("count")));
        for (int i = 0; i < REPORT_SUMS_MOST && shape->sums[i].name; i++) push_sum(json, &shape->sums[i], sums, money);
        json_set_text(json, item, "report", shape->name);
        json_set(json, item, "title", title);
        json_set_text(json, item, "type", shape->type);
        json_set(json, item, "by", texts(json, shape->keys, REPORT_KEYS_MOST));
        json_set(json, item, "usual", texts(json, shape->usual, sizeof shape->usual / sizeof *shape->usual));
        json_set(json, item, "sums", sums);
        json_set(json, item, "money", money);
        json_push(json, reports, item);
    }
    json_set(json, answer, "reports", reports);
}
