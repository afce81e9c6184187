#include "deal/market_import.h"
#include "deal/market_mapping.h"
#include <string.h>

enum { BATCH_ROWS = 1000, REFUSALS_TOLD = 1000 };

struct market_import {
    struct market_mapping mapping;
    struct csv csv;
    struct env env; /* of the refusals */
    struct json *json;
    json_value *refusals;
    struct region region; /* of the batch */
    struct market_sale *rows;
    size_t count;
    int64_t read, added, known, refused;
    bool has_header;
    dealer_status over; /* after a failure */
    /* while a call lasts: */
    struct env *call;
    market_import_function full;
    void *user_data;
};

/* -- refusals -- */

/* The error becomes a line of the report. */
static dealer_status note_refusal(struct market_import *import, int64_t line) {
    struct error *error = &import->call->error;
    import->refused++;
    if (import->refused <= REFUSALS_TOLD) {
        json_value *item = json_new_object(import->json);
        json_set_integer(import->json, item, "line", line);
        json_set_text(import->json, item, "en", error->entries[0].en);
        json_set_text(import->json, item, "zh", error->entries[0].zh);
        json_push(import->json, import->refusals, item);
    }
    error_clear(error);
    return json_status(import->json) ? error_nomem(error) : DEALER_OK;
}

/* -- batches -- */

static void empty(struct market_import *import) {
    const struct seams *seams = import->region.seams;
    import->count = 0;
    region_finish(&import->region);
    region_init(&import->region, seams);
}

static dealer_status store_batch(struct market_import *import) {
    dealer_status status = import->full(import->user_data, import);
    empty(import);
    return status;
}

static dealer_status journal(struct deal *deal, int64_t added) {
    char *detail = region_format(&deal->region, deal->env, "{\"added\":%lld}", (long long)added);
    return detail ? deal_journal(deal, NULL, "market_added", detail) : DEALER_E_NOMEM;
}

dealer_status market_import_store(struct deal *deal, struct market_import *import) {
    int64_t added = 0;
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < import->count; i++) {
        bool is_new = false;
        status = store_market_add(deal->env, deal->connection, &import->rows[i], &is_new);
        added += is_new;
    }
    if (!status && added) status = journal(deal, added);
    if (status) return status;
    import->added += added;
    import->known += (int64_t)import->count - added;
    return DEALER_OK;
}

static dealer_status take_record(void *user_data, const struct csv_record *record) {
    struct market_import *import = user_data;
    if (!import->has_header) {
        import->has_header = true;
        return market_mapping_header(import->call, &import->mapping, record);
    }
    import->read++;
    dealer_status status =
        market_mapping_row(import->call, &import->mapping, &import->region, record, &import->rows[import->count]);
    if (status == DEALER_E_INVALID) return note_refusal(import, record->line);
    if (status) return status;
    return ++import->count == BATCH_ROWS ? store_batch(import) : DEALER_OK;
}

/* -- from outside -- */

static dealer_status prepare(struct env *env, struct market_import *import) {
    import->rows = env_alloc(env, BATCH_ROWS * sizeof *import->rows);
    dealer_status status = import->rows ? json_new(&import->env, &import->json) : DEALER_E_NOMEM;
    if (status == DEALER_E_NOMEM) return error_nomem(&env->error);
    import->refusals = json_new_array(import->json);
    return json_status(import->json) ? error_nomem(&env->error) : status;
}

dealer_status market_import_new(struct env *env, const char *mapping, size_t length, struct market_import **out) {
    struct market_import *import = env_alloc(env, sizeof *import);
    if (!import) return DEALER_E_NOMEM;
    env_init(&import->env, env->seams);
    region_init(&import->region, env->seams);
    csv_init(&import->csv, env, take_record, import);
    dealer_status status = market_mapping_read(env, mapping, length, &import->mapping);
    if (!status) status = prepare(env, import);
    if (status)
        market_import_free(import, env);
    else
        *out = import;
    return status;
}

void market_import_free(struct market_import *import, struct env *env) {
    if (!import) return;
    import->csv.env = import->csv.bytes.env = env;
    csv_free(&import->csv);
    market_mapping_free(&import->mapping);
    region_finish(&import->region);
    json_free(import->json);
    env_free(env, import->rows);
    env_free(env, import);
}

static dealer_status end_call(struct market_import *import, dealer_status status) {
    import->call = NULL;
    import->over = status;
    return status;
}

static dealer_status begin_call(struct env *env, struct market_import *import, market_import_function full, void *user_data) {
    if (import->over) return error_raise(&env->error, &E_IMPORT_OVER, NULL);
    import->call = env;
    import->full = full;
    import->user_data = user_data;
    return DEALER_OK;
}

dealer_status market_import_feed(
    struct env *env, struct market_import *import, const char *data, size_t length, market_import_function full, void *user_data) {
    dealer_status status = begin_call(env, import, full, user_data);
    return status ? status : end_call(import, csv_feed(&import->csv, env, data, length));
}

dealer_status market_import_finish(struct env *env, struct market_import *import, market_import_function full, void *user_data) {
    dealer_status status = begin_call(env, import, full, user_data);
    if (status) return status;
    status = csv_finish(&import->csv, env);
    if (!status && !import->has_header) status = error_raise(&env->error, &E_IMPORT_HEADER, NULL);
    if (!status && import->count) status = store_batch(import);
    return end_call(import, status);
}

void market_import_report(const struct market_import *import, struct json *json, json_value *report) {
    json_set_integer(json, report, "rows", import->read);
    json_set_integer(json, report, "added", import->added);
    json_set_integer(json, report, "known", import->known);
    json_set_integer(json, report, "refused", import->refused);
    json_set(json, report, "refusals", json_copy(json, import->refusals));
}
