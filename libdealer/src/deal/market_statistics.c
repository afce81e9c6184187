/* What comparable machines fetched: counts and spread for rules that would rather have figures than an estimate. Quartiles are unmoved by a
 * few odd sales; those far outside (three interquartile ranges) are counted as outliers and left out of low, high and average. */
#include "deal/use_cases.h"
#include "base/sort.h"
#include "base/time.h"
#include "store/trial_store.h"
#include <string.h>

enum { BAND_HOURS = 2000, FENCE = 3, LEAST_YEAR = 1900, GROUPS_MOST = 200 };

struct price_list {
    struct env *env;
    struct market_price *prices;
    size_t count, capacity;
};

static dealer_status collect(void *user_data, const struct market_price *price) {
    struct price_list *list = user_data;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 256;
        struct market_price *prices = env_resize(list->env, list->prices, capacity * sizeof *prices);
        if (!prices) return DEALER_E_NOMEM;
        list->prices = prices;
        list->capacity = capacity;
    }
    list->prices[list->count++] = *price;
    return DEALER_OK;
}

static int64_t band_of(const struct market_price *price) {
    return price->hours > 0 ? price->hours / BAND_HOURS : -1;
}

static int64_t year_of(const struct market_price *price) {
    return price->year > LEAST_YEAR ? price->year : 0;
}

static int by_price(int64_t a, int64_t b) {
    return a < b ? -1 : a > b;
}

static int compare_prices(const void *a, const void *b, void *user_data) {
    (void)user_data;
    const struct market_price *left = a, *right = b;
    return by_price(left->price_minor, right->price_minor);
}

/* Newest year first, then few hours first, unknown ones last; prices ascending within. */
static int compare_groups(const void *a, const void *b, void *user_data) {
    const struct market_price *left = a, *right = b;
    int order = by_price(year_of(right), year_of(left));
    if (!order) order = by_price(band_of(left) < 0 ? INT64_MAX : band_of(left), band_of(right) < 0 ? INT64_MAX : band_of(right));
    return order ? order : compare_prices(a, b, user_data);
}

/* Nearest rank from below and above, halfway between: exact for money but for half a minor unit, which is cut. */
static int64_t quantile(const struct market_price *sorted, size_t count, size_t quarter) {
    size_t at = (count - 1) * quarter, low = at / 4;
    int64_t from = sorted[low].price_minor, to = sorted[low + (at % 4 != 0)].price_minor;
    return from + (to - from) / 4 * (int64_t)(at % 4) + (to - from) % 4 * (int64_t)(at % 4) / 4;
}

static json_value *amount(struct json *json, int64_t minor, const char *currency) {
    json_value *value = json_new_object(json);
    json_set_integer(json, value, "amount_minor", minor);
    json_set_text(json, value, "currency", currency);
    return value;
}

/* How many lie inside the fences, from the first that does. */
static size_t inside(const struct market_price *sorted, size_t count, size_t *first_out) {
    int64_t low = quantile(sorted, count, 1), high = quantile(sorted, count, 3), reach = (high - low) * FENCE;
    size_t first = 0, end = count;
    while (first < count && sorted[first].price_minor < low - reach) first++;
    while (end > first && sorted[end - 1].price_minor > high + reach) end--;
    *first_out = first;
    return end - first;
}

static int64_t average(const struct market_price *sorted, size_t count) {
    int64_t whole = 0, rest = 0, n = (int64_t)count;
    for (size_t i = 0; i < count; i++) {
        whole += sorted[i].price_minor / n;
        rest += sorted[i].price_minor % n;
    }
    return whole + rest / n;
}

static void describe(struct json *json, json_value *object, const struct market_price *sorted, size_t count, const char *currency) {
    size_t first = 0, kept = inside(sorted, count, &first);
    json_set_integer(json, object, "count", (int64_t)count);
    json_set_integer(json, object, "outliers", (int64_t)(count - kept));
    json_set(json, object, "low", amount(json, sorted[first].price_minor, currency));
    json_set(json, object, "lower_quartile", amount(json, quantile(sorted, count, 1), currency));
    json_set(json, object, "median", amount(json, quantile(sorted, count, 2), currency));
    json_set(json, object, "upper_quartile", amount(json, quantile(sorted, count, 3), currency));
    json_set(json, object, "high", amount(json, sorted[first + kept - 1].price_minor, currency));
    json_set(json, object, "average", amount(json, average(sorted + first, kept), currency));
}

static json_value *groups_to_json(struct json *json, struct price_list *list, const char *currency) {
    json_value *groups = json_new_array(json);
    sort_items(list->prices, list->count, sizeof *list->prices, compare_groups, NULL);
    for (size_t from = 0, to; from < list->count && json_count(groups) < GROUPS_MOST; from = to) {
        const struct market_price *first = &list->prices[from];
        json_value *group = json_new_object(json);
        for (to = from;
             to < list->count && year_of(&list->prices[to]) == year_of(first) && band_of(&list->prices[to]) == band_of(first);)
            to++;
        if (year_of(first)) json_set_integer(json, group, "year", year_of(first));
        if (band_of(first) >= 0) {
            json_set_integer(json, group, "hours_from", band_of(first) * BAND_HOURS);
            json_set_integer(json, group, "hours_below", (band_of(first) + 1) * BAND_HOURS);
        }
        describe(json, group, first, to - from, currency);
        json_push(json, groups, group);
    }
    return groups;
}

static dealer_status read_day(struct deal *deal, const json_value *arguments, const char *name, int64_t otherwise, int64_t *out) {
    const char *text = json_get_text(arguments, name);
    int32_t day = 0;
    *out = otherwise;
    if (!text) return DEALER_OK;
    if (!date_parse(text, strlen(text), &day))
        return error_raise(&deal->env->error, &E_MARKET_ROW, "index", "-", "member", name, "expected", "a date", NULL);
    *out = day;
    return DEALER_OK;
}

dealer_status market_statistics(
    void *user_data, struct env *env, const json_value *arguments, struct json *answers, json_value **out) {
    struct deal *deal = user_data;
    struct price_list list = {.env = env};
    struct market_scope scope = {
        json_get_text(arguments, "currency"), json_get_text(arguments, "category"), json_get_text(arguments, "model"), 0, 0};
    *out = NULL;
    if (!scope.currency || money_exponent(scope.currency) < 0) return DEALER_OK;
    dealer_status status = read_day(deal, arguments, "from", INT32_MIN, &scope.from_days);
    if (!status) status = read_day(deal, arguments, "to", INT32_MAX, &scope.to_days);
    if (scope.to_days > deal_today(deal)) scope.to_days = deal_today(deal); /* never from the future */
    if (!status) status = store_market_prices(env, deal->connection, &scope, collect, &list);
    if (!status && list.count) {
        json_value *answer = json_new_object(answers);
        json_set(answers, answer, "groups", groups_to_json(answers, &list, scope.currency));
        sort_items(list.prices, list.count, sizeof *list.prices, compare_prices, NULL);
        describe(answers, answer, list.prices, list.count, scope.currency);
        *out = answer;
        status = json_status(answers) ? error_nomem(&env->error) : DEALER_OK;
    }
    env_free(env, list.prices);
    return status;
}
