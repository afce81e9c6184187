/* The life of one machine, and what is in stock since when: both read from the movements, so that any day can be asked. */
#include "deal/reports.h"
#include "deal/stock.h"
#include "base/time.h"
#include <string.h>

/* -- one machine's life -- */

struct life {
    struct deal *deal;
    struct json *json;
    json_value *rows;
    bool hides_cost, hides_warehouse;
};

/* The document behind a movement, when the asker may read it; that there was one shows in any case. */
static dealer_status tell_cause(struct life *life, json_value *row, int64_t id) {
    struct document *cause = NULL;
    dealer_status status = deal_load(life->deal, id, &cause);
    if (!status && (!life->deal->person || link_may_read(life->deal, cause))) {
        json_set_integer(life->json, row, "document", id);
        json_set_text(life->json, row, "type", cause->type->name);
        json_set_text(life->json, row, "number", document_text(cause, COMMON_NUMBER));
    } else if (!status) {
        json_set(life->json, row, "document", json_new_null(life->json));
    }
    document_free(cause);
    return status;
}

static dealer_status tell_movement(void *user_data, const struct movement *movement) {
    struct life *life = user_data;
    struct json *json = life->json;
    char at[25];
    json_value *row = json_new_object(json);
    instant_format(movement->at_ms, at);
    json_set_text(json, row, "day", movement->day);
    json_set_text(json, row, "kind", movement->kind);
    json_set_text(json, row, "position", movement->position);
    if (movement->warehouse && !life->hides_warehouse) json_set_text(json, row, "warehouse", movement->warehouse);
    if (!life->hides_cost) json_set_integer(json, row, "cost", movement->cost);
    json_set_text(json, row, "at", at);
    json_push(json, life->rows, row);
    return tell_cause(life, row, movement->document);
}

dealer_status machine_life(struct deal *deal, const struct document *machine, struct json *json, json_value *answer) {
    struct life life = {.deal = deal, .json = json, .rows = json_new_array(json)};
    life.hides_cost = document_hides(machine, deal_field(machine, "cost"));
    life.hides_warehouse = document_hides(machine, deal_field(machine, "warehouse"));
    json_set(json, answer, "machine", document_to_json(machine, json));
    json_set(json, answer, "movements", life.rows);
    return store_movements(deal->env, deal->connection, document_id(machine), tell_movement, &life);
}

/* -- age -- */

struct bucket {
    const char *name;
    int32_t last; /* day */
};
static const struct bucket buckets[] = {{"0-90", 90}, {"91-180", 180}, {"181-365", 365}, {"366+", INT32_MAX}};
enum { BUCKETS = sizeof buckets / sizeof buckets[0], CURRENCIES_MOST = 32 };

struct ages {
    struct report report; /* first: the visit gets it */
    struct {
        char currency[4];
        int64_t count[BUCKETS], cost[BUCKETS];
    } totals[CURRENCIES_MOST];
    int currencies;
};

/* Where it stood at the end of a day, and since when; on its way between warehouses its age goes on. */
struct standing {
    int32_t day, since;
    int64_t cost;
    bool in_stock;
    char warehouse[128];
};

static dealer_status follow_movement(void *user_data, const struct movement *movement) {
    struct standing *standing = user_data;
    int32_t day = 0;
    if (!date_parse(movement->day, strlen(movement->day), &day) || day > standing->day) return DEALER_OK;
    bool transfer = strcmp(movement->kind, "transfer") == 0;
    standing->in_stock = strcmp(movement->position, "in_stock") == 0;
    standing->cost = movement->cost;
    standing->warehouse[0] = '\0';
    if (movement->warehouse) strncat(standing->warehouse, movement->warehouse, sizeof standing->warehouse - 1);
    if (standing->in_stock && !transfer) standing->since = day;
    return DEALER_OK;
}

static void add_total(struct ages *ages, const char *currency, int bucket, int64_t cost) {
    int i = 0;
    while (i < ages->currencies && strcmp(ages->totals[i].currency, currency) != 0) i++;
    if (i == CURRENCIES_MOST) return;
    if (i == ages->currencies) {
        ages->currencies++;
        memcpy(ages->totals[i].currency, currency, sizeof ages->totals[i].currency - 1);
    }
    ages->totals[i].count[bucket]++;
    ages->totals[i].cost[bucket] += cost;
}

static dealer_status tell_machine(struct deal *deal, struct report *report, struct document *machine) {
    static const char *const fields[] = {"category", "brand", "model", "serial_number", "used", "reserved_for"};
    struct ages *ages = (struct ages *)(void *)report;
    struct standing standing = {.day = report->days.to};
    dealer_status status = store_movements(deal->env, deal->connection, document_id(machine), follow_movement, &standing);
    if (!status && standing.in_stock) status = deal_conceal(deal, machine);
    if (status || !standing.in_stock) return status;
    bool hides_cost = document_hides(machine, deal_field(machine, "cost"));
    const char *currency = document_text(machine, COMMON_CURRENCY);
    int32_t days = report->days.to - standing.since;
    int bucket = 0;
    char since[11];
    while (days > buckets[bucket].last) bucket++;
    date_format(standing.since, since);
    json_value *row = report_row(report, machine);
    report_fields(report, row, machine, fields, sizeof fields / sizeof fields[0]);
    if (!document_hides(machine, deal_field(machine, "warehouse")))
        json_set_text(report->json, row, "warehouse", standing.warehouse);
    json_set_text(report->json, row, "since", since);
    json_set_integer(report->json, row, "days", days);
    json_set_text(report->json, row, "bucket", buckets[bucket].name);
    json_set_text(report->json, row, "currency", currency);
    if (!hides_cost) json_set_integer(report->json, row, "cost", standing.cost);
    add_total(ages, currency ? currency : "", bucket, hides_cost ? 0 : standing.cost);
    return DEALER_OK;
}

static void tell_totals(const struct ages *ages, json_value *totals) {
    struct json *json = ages->report.json;
    for (int i = 0; i < ages->currencies; i++)
        for (int b = 0; b < BUCKETS; b++) {
            if (!ages->totals[i].count[b]) continue;
            json_value *item = json_new_object(json);
            json_set_text(json, item, "bucket", buckets[b].name);
            json_set_text(json, item, "currency", ages->totals[i].currency);
            json_set_integer(json, item, "count", ages->totals[i].count[b]);
            json_set_integer(json, item, "cost", ages->totals[i].cost[b]);
            json_push(json, totals, item);
        }
}

dealer_status stock_age(struct deal *deal, struct report *report, json_value *answer) {
    struct ages ages = {.report = *report};
    json_value *totals = json_new_array(report->json);
    dealer_status status = report_each(deal, "machine", &ages.report, tell_machine);
    tell_totals(&ages, totals);
    json_set(report->json, answer, "buckets", totals);
    return status;
}
