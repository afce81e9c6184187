/* Market data, through the door: sales in, statistics and outcomes out. An import enters the door once for each batch, so that nobody waits
 * for the whole of a long file. */
#include "api/door.h"
#include "deal/market_import.h"
#include "dealer/market.h"

dealer_status dealer_market_add(dealer_session *session, dealer_text **report_out, const char *sales, size_t length) {
    struct door door;
    struct json *source = NULL, *json = NULL;
    json_value *report = NULL;
    dealer_text *unwanted = NULL;
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!sales) return door_leave(&door, misuse(door.deal.env, "dealer_market_add", "sales"));
    status = json_parse(door.deal.env, sales, length, false, &source);
    if (!status && json_kind(json_root(source)) != JSON_ARRAY)
        status = error_raise(&door.deal.env->error, &E_ARGUMENTS, "what", "sales", "expected", "an array of sales", NULL);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) {
        report = json_new_object(json);
        status = market_add(&door.deal, json_root(source), report, json);
    }
    json_free(source);
    status = door_answer(&door, status, json, report, report_out ? report_out : &unwanted);
    dealer_text_free(unwanted);
    return status;
}

/* -- import -- */

struct dealer_market_import {
    uint32_t mark;
    struct core *core;
    struct env env; /* only to free with */
    struct market_import *import;
};

static bool is_import(const dealer_market_import *import) {
    return import && import->mark == MARK_MARKET_IMPORT;
}

dealer_status dealer_market_import_open(
    dealer_session *session, dealer_market_import **import_out, const char *mapping, size_t length) {
    struct door door;
    dealer_market_import *handle = NULL;
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    struct env *env = door.deal.env;
    if (!import_out || !mapping)
        return door_leave(&door, misuse(env, "dealer_market_import_open", import_out ? "mapping" : "import_out"));
    handle = env_alloc(env, sizeof *handle);
    status = handle ? market_import_new(env, mapping, length, &handle->import) : DEALER_E_NOMEM;
    if (!status) {
        handle->mark = MARK_MARKET_IMPORT;
        handle->core = core_take(session->core);
        env_init(&handle->env, &session->core->seams);
    } else {
        env_free(env, handle);
        handle = NULL;
    }
    status = door_leave(&door, status);
    if (!status)
        *import_out = handle;
    else
        dealer_market_import_free(handle);
    return status;
}

/* One batch, one transaction. */
static dealer_status store_batch(void *user_data, struct market_import *import) {
    struct door door;
    dealer_status status = door_enter_system(&door, user_data, DOOR_WRITE);
    if (status) return status;
    return door_leave(&door, market_import_store(&door.deal, import));
}

static dealer_status check(dealer_session *session, const dealer_market_import *import, const char *call) {
    struct env *env = session_env(session);
    if (!is_import(import)) return misuse(env, call, "import");
    if (import->core != session->core) return error_raise(&env->error, &E_FOREIGN_HANDLE, NULL);
    return DEALER_OK;
}

dealer_status dealer_market_import_feed(dealer_session *given, dealer_market_import *import, const char *data, size_t length) {
    dealer_session *session = session_of(given);
    if (!session) return DEALER_E_MISUSE;
    dealer_status status = check(session, import, "dealer_market_import_feed");
    if (!status && !data && length) status = misuse(session->env, "dealer_market_import_feed", "data");
    return status ? status : market_import_feed(session->env, import->import, data, length, store_batch, session);
}

dealer_status dealer_market_import_finish(dealer_session *given, dealer_text **report_out, dealer_market_import *import) {
    dealer_session *session = session_of(given);
    struct door door;
    struct json *json = NULL;
    json_value *report = NULL;
    if (!session) return DEALER_E_MISUSE;
    dealer_status status = check(session, import, "dealer_market_import_finish");
    if (!status && !report_out) status = misuse(session->env, "dealer_market_import_finish", "report_out");
    if (!status) status = market_import_finish(session->env, import->import, store_batch, session);
    if (!status) status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    status = json_new(door.deal.env, &json);
    if (!status) {
        report = json_new_object(json);
        market_import_report(import->import, json, report);
    }
    return door_answer(&door, status, json, report, report_out);
}

void dealer_market_import_free(dealer_market_import *import) {
    if (!is_import(import)) return;
    struct core *core = import->core;
    import->mark = MARK_FREED;
    market_import_free(import->import, &import->env);
    env_finish(&import->env);
    core->seams.allocate(core->seams.allocator_data, import, 0);
    core_drop(core);
}

/* -- questions -- */

dealer_status dealer_market_statistics(dealer_session *session, dealer_text **json_out, const char *query, size_t length) {
    struct door door;
    struct json *asked = NULL, *json = NULL;
    json_value *answer = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out || !query)
        return door_leave(&door, misuse(door.deal.env, "dealer_market_statistics", json_out ? "query" : "json_out"));
    status = json_parse(door.deal.env, query, length, false, &asked);
    if (!status && !json_get_text(json_root(asked), "currency"))
        status =
            error_raise(&door.deal.env->error, &E_ARGUMENTS, "what", "query", "expected", "currency, and what else is asked", NULL);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) status = market_statistics(&door.deal, door.deal.env, json_root(asked), json, &answer);
    if (!status && !answer) answer = json_new_null(json);
    json_free(asked);
    return door_answer(&door, status, json, answer, json_out);
}

dealer_status dealer_trade_in_outcomes(dealer_session *session, dealer_text **json_out) {
    struct door door;
    struct json *json = NULL;
    json_value *report = NULL;
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_trade_in_outcomes", "json_out"));
    status = json_new(door.deal.env, &json);
    if (!status) {
        report = json_new_object(json);
        status = trade_in_outcomes(&door.deal, json, report);
    }
    return door_answer(&door, status, json, report, json_out);
}
