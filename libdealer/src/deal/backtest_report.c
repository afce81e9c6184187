#include "deal/backtest_report.h"
#include "base/time.h"
#include <stdio.h>
#include <string.h>

enum { GROUPS_MOST = 4000, CHINA_MINUTES = 8 * 60, DAY_TEXT = 11, KEY_SIZE = 1024 };
static const char OTHERS[] = "(others)";

struct sums {
    int64_t before, after;
};

struct backtest_total {
    const char *group, *currency;
    int64_t documents, changed, failed;
    struct sums valuation, allowance;
};

static const char *const outcome_names[] = {
    [VERDICT_YES] = "pass", [VERDICT_NO] = "refuse", [VERDICT_REFERRED] = "refer", [VERDICT_FAILED] = "failed"};

dealer_status backtest_report_start(
    struct backtest_report *report, struct deal *deal, const struct backtest_order *order, struct json *json, struct text *csv) {
    *report = (struct backtest_report){.env = deal->env, .json = json, .csv = csv, .rows_most = order->rows};
    region_init(&report->region, deal->cache->seams);
    report->rows = json_new_array(json);
    if (csv)
        text_add(csv, "document,number,type,company,department,owner,day,basis,currency,valuation_before,valuation_after,"
                      "valuation_difference,allowance_before,allowance_after,allowance_difference,outcome_before,outcome_after,"
                      "flow_before,flow_after,people_differ,reasons\r\n");
    return text_map_init(&report->by_key, &report->region, deal->env, GROUPS_MOST + 1);
}

void backtest_report_finish(struct backtest_report *report) {
    region_finish(&report->region);
}

/* -- totals -- */

static int64_t saturating_add(int64_t a, int64_t b) {
    if (b > 0 && a > INT64_MAX - b) return INT64_MAX;
    if (b < 0 && a < INT64_MIN - b) return INT64_MIN;
    return a + b;
}

static dealer_status grow(struct backtest_report *report) {
    size_t capacity = report->total_capacity ? report->total_capacity * 2 : 32;
    struct backtest_total *totals = REGION_ARRAY(&report->region, report->env, struct backtest_total, capacity);
    if (!totals) return DEALER_E_NOMEM;
    if (report->total_count) memcpy(totals, report->totals, report->total_count * sizeof *totals);
    report->totals = totals;
    report->total_capacity = capacity;
    return DEALER_OK;
}

static dealer_status find_total(
    struct backtest_report *report, const char *group, const char *currency, struct backtest_total **out) {
    if (report->total_count >= GROUPS_MOST) group = OTHERS;
    char wanted[KEY_SIZE];
    snprintf(wanted, sizeof wanted, "%s\n%s", currency, group);
    int32_t at = text_map_get(&report->by_key, wanted);
    if (at < 0) {
        const char *key = region_copy(&report->region, report->env, wanted, strlen(wanted));
        if (!key || (report->total_count == report->total_capacity && grow(report))) return DEALER_E_NOMEM;
        at = (int32_t)report->total_count++;
        text_map_put(&report->by_key, key, at);
        report->totals[at] = (struct backtest_total){
            .group = strchr(key, '\n') + 1, .currency = region_copy(&report->region, report->env, currency, strlen(currency))};
        if (!report->totals[at].currency) return DEALER_E_NOMEM;
    }
    *out = &report->totals[at];
    return DEALER_OK;
}

/* A sum compares like with like: documents that only one side values count on neither. */
static void add_sums(struct sums *sums, bool both, int64_t before, int64_t after) {
    if (!both) return;
    sums->before = saturating_add(sums->before, before);
    sums->after = saturating_add(sums->after, after);
}

/* -- what differs -- */

struct difference {
    bool valuation, allowance, outcome, route, failed, any;
};

static struct difference compare(const struct backtest_case *one) {
    const struct trial *before = one->before, *after = one->after;
    struct difference found = {
        .valuation = before->has_valuation != after->has_valuation || before->valuation != after->valuation,
        .allowance = before->has_allowance != after->has_allowance || before->allowance != after->allowance,
        .outcome = before->outcome != after->outcome,
        .route = one->route_differs,
        .failed = after->outcome == VERDICT_FAILED && before->outcome != VERDICT_FAILED,
    };
    found.any = found.valuation || found.allowance || found.outcome || found.route;
    return found;
}

static const char *currency_of(const struct backtest_case *one) {
    if (one->after->currency[0]) return one->after->currency;
    return one->before->currency[0] ? one->before->currency : "";
}

/* -- rows as JSON -- */

static void set_sides(struct json *json, json_value *row, const char *name, const char *before, const char *after) {
    json_value *pair = json_new_object(json);
    json_set_text(json, pair, "before", before);
    json_set_text(json, pair, "after", after);
    json_set(json, row, name, pair);
}

struct amount_sides {
    bool has_before, has_after;
    int64_t before, after;
};

static struct amount_sides valuation_of(const struct backtest_case *one) {
    return (struct amount_sides){
        one->before->has_valuation, one->after->has_valuation, one->before->valuation, one->after->valuation};
}

static struct amount_sides allowance_of(const struct backtest_case *one) {
    return (struct amount_sides){
        one->before->has_allowance, one->after->has_allowance, one->before->allowance, one->after->allowance};
}

static void set_amounts(struct json *json, json_value *row, const char *name, struct amount_sides sides) {
    json_value *pair = json_new_object(json);
    if (!sides.has_before && !sides.has_after) return;
    if (sides.has_before) json_set_integer(json, pair, "before_minor", sides.before);
    if (sides.has_after) json_set_integer(json, pair, "after_minor", sides.after);
    if (sides.has_before && sides.has_after)
        json_set_integer(json, pair, "difference_minor", saturating_add(sides.after, -sides.before));
    json_set(json, row, name, pair);
}

static void set_changed(struct json *json, json_value *row, const struct difference *found) {
    const struct {
        bool is;
        const char *name;
    } all[] = {
        {found->valuation, "valuation"}, {found->allowance, "allowance"}, {found->outcome, "outcome"}, {found->route, "route"}};
    json_value *names = json_new_array(json);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].is) json_push(json, names, json_new_text(json, all[i].name, strlen(all[i].name)));
    json_set(json, row, "changed", names);
}

static void push_row(struct backtest_report *report, const struct backtest_case *one, const struct difference *found) {
    struct json *json = report->json;
    json_value *row = json_new_object(json);
    char day[DAY_TEXT];
    date_format(date_of_instant(one->at_ms, CHINA_MINUTES), day);
    json_set_integer(json, row, "document", one->document);
    json_set_text(json, row, "number", one->number);
    json_set_text(json, row, "type", one->type);
    json_set_text(json, row, "company", one->company);
    json_set_text(json, row, "department", one->department);
    json_set_text(json, row, "owner", one->owner);
    json_set_text(json, row, "day", day);
    json_set_text(json, row, "basis", one->rebuilt ? "rebuilt" : "logged");
    json_set_text(json, row, "currency", currency_of(one));
    set_changed(json, row, found);
    set_amounts(json, row, "valuation", valuation_of(one));
    set_amounts(json, row, "allowance", allowance_of(one));
    set_sides(json, row, "outcome", outcome_names[one->before->outcome], outcome_names[one->after->outcome]);
    json_set(json, row, "reasons", one->after->reasons ? json_copy(json, one->after->reasons) : json_new_array(json));
    if (found->route) {
        json_value *route = json_new_object(json);
        set_sides(json, row, "flow", one->flow_before, one->flow_after);
        json_set(json, route, "before", json_copy(json, one->route_before));
        json_set(json, route, "after", json_copy(json, one->route_after));
        json_set(json, row, "route", route);
    }
    json_push(json, report->rows, row);
}

/* -- rows as CSV -- */

static void add_field(struct text *csv, const char *value) {
    if (!value) value = "";
    if (!strpbrk(value, ",\"\r\n")) {
        text_add(csv, value);
        return;
    }
    text_add(csv, "\"");
    for (const char *at = value; *at; at++) {
        if (*at == '"') text_add(csv, "\"");
        text_append(csv, at, 1);
    }
    text_add(csv, "\"");
}

static void add_fields(struct text *csv, const char *const *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        add_field(csv, values[i]);
        text_add(csv, ",");
    }
}

static void add_amount(struct text *csv, bool has, int64_t minor, const char *currency) {
    char amount[32] = "";
    struct money money = {minor, ""};
    memcpy(money.currency, currency, sizeof money.currency);
    if (has && currency[0]) money_format(money, amount, sizeof amount);
    add_field(csv, amount);
    text_add(csv, ",");
}

static void add_amounts(struct text *csv, struct amount_sides sides, const char *currency) {
    add_amount(csv, sides.has_before, sides.before, currency);
    add_amount(csv, sides.has_after, sides.after, currency);
    add_amount(csv, sides.has_before && sides.has_after, saturating_add(sides.after, -sides.before), currency);
}

static void add_reasons(struct backtest_report *report, const struct backtest_case *one) {
    struct text joined;
    const json_value *reason;
    text_init(&joined, report->env);
    for (struct json_cursor each = json_each(one->after->reasons); (reason = json_next(&each, NULL));) {
        const char *en = json_get_text(reason, "en");
        if (!en) continue;
        if (joined.length) text_add(&joined, "; ");
        text_add(&joined, en);
    }
    add_field(report->csv, text_string(&joined));
    if (joined.status) report->csv->status = joined.status;
    text_finish(&joined);
}

static void add_line(struct backtest_report *report, const struct backtest_case *one) {
    char day[DAY_TEXT];
    struct number_text id;
    struct text *csv = report->csv;
    const char *currency = currency_of(one);
    date_format(date_of_instant(one->at_ms, CHINA_MINUTES), day);
    const char *const head[] = {number_text(&id, one->document), one->number, one->type, one->company, one->department, one->owner,
        day, one->rebuilt ? "rebuilt" : "logged", currency};
    const char *const tail[] = {outcome_names[one->before->outcome], outcome_names[one->after->outcome], one->flow_before,
        one->flow_after, one->route_differs ? "yes" : "no"};
    add_fields(csv, head, sizeof head / sizeof head[0]);
    add_amounts(csv, valuation_of(one), currency);
    add_amounts(csv, allowance_of(one), currency);
    add_fields(csv, tail, sizeof tail / sizeof tail[0]);
    add_reasons(report, one);
    text_add(csv, "\r\n");
}

/* -- adding and telling -- */

static void count(struct backtest_report *report, const struct backtest_case *one, const struct difference *found) {
    report->documents++;
    report->rebuilt += one->rebuilt;
    report->changed += found->any;
    report->valued += found->valuation;
    report->allowed += found->allowance;
    report->decided += found->outcome;
    report->routed += found->route;
    report->failed += found->failed;
}

dealer_status backtest_report_add(struct backtest_report *report, const struct backtest_case *one) {
    struct difference found = compare(one);
    struct backtest_total *total = NULL;
    dealer_status status = find_total(report, one->group ? one->group : "", currency_of(one), &total);
    if (status) return status;
    count(report, one, &found);
    total->documents++;
    total->changed += found.any;
    total->failed += found.failed;
    add_sums(
        &total->valuation, one->before->has_valuation && one->after->has_valuation, one->before->valuation, one->after->valuation);
    add_sums(
        &total->allowance, one->before->has_allowance && one->after->has_allowance, one->before->allowance, one->after->allowance);
    if (!found.any || report->rows_told >= report->rows_most) return DEALER_OK;
    report->rows_told++;
    if (report->csv)
        add_line(report, one);
    else
        push_row(report, one, &found);
    if (report->csv && report->csv->status) return report->csv->status;
    return json_status(report->json) ? error_nomem(&report->env->error) : DEALER_OK;
}

static void set_sums(struct json *json, json_value *object, const char *name, const struct sums *sums) {
    json_value *value = json_new_object(json);
    json_set_integer(json, value, "before_minor", sums->before);
    json_set_integer(json, value, "after_minor", sums->after);
    json_set_integer(json, value, "difference_minor", saturating_add(sums->after, -sums->before));
    json_set(json, object, name, value);
}

void backtest_report_tell(const struct backtest_report *report, json_value *object) {
    struct json *json = report->json;
    json_value *changes = json_new_object(json), *totals = json_new_array(json);
    json_set_integer(json, object, "documents", report->documents);
    json_set_integer(json, object, "rebuilt", report->rebuilt);
    json_set_integer(json, object, "changed", report->changed);
    json_set_integer(json, object, "rows_left_out", report->changed - report->rows_told);
    json_set_integer(json, changes, "valuation", report->valued);
    json_set_integer(json, changes, "allowance", report->allowed);
    json_set_integer(json, changes, "outcome", report->decided);
    json_set_integer(json, changes, "route", report->routed);
    json_set_integer(json, changes, "failed", report->failed);
    json_set(json, object, "changes", changes);
    for (size_t i = 0; i < report->total_count; i++) {
        const struct backtest_total *total = &report->totals[i];
        json_value *item = json_new_object(json);
        json_set_text(json, item, "group", total->group);
        json_set_text(json, item, "currency", total->currency);
        json_set_integer(json, item, "documents", total->documents);
        json_set_integer(json, item, "changed", total->changed);
        json_set_integer(json, item, "failed", total->failed);
        set_sums(json, item, "valuation", &total->valuation);
        set_sums(json, item, "allowance", &total->allowance);
        json_push(json, totals, item);
    }
    json_set(json, object, "totals", totals);
    json_set(json, object, "rows", report->rows);
}
