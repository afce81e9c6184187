/* The host drives time: dealer_tick fires what is due. */
#include "api/door.h"
#include "deal/dates.h"
#include "dealer/approval.h"
#include "dealer/status.h"

enum { LIMIT_MAX = 1000 };

struct tick {
    struct door *door;
    struct json *json;
    json_value *failed;
    int64_t fired;
};

static void say_failed(struct tick *tick, const struct due_row *due, dealer_status status) {
    const struct error *error = &tick->door->deal.env->error;
    json_value *item = json_new_object(tick->json);
    json_set_integer(tick->json, item, "document", due->document);
    json_set_text(tick->json, item, "status", dealer_status_name(status));
    json_set_text(tick->json, item, "en", error->depth ? error->entries[0].en : "");
    json_set_text(tick->json, item, "zh", error->depth ? error->entries[0].zh : "");
    json_push(tick->json, tick->failed, item);
}

static dealer_status fire(struct tick *tick, const struct due_row *due) {
    struct deal *deal = &tick->door->deal;
    dealer_status status = door_try(tick->door);
    if (status) return status;
    status = door_tried(tick->door, flow_fire(deal, due), true);
    tick->fired += !status;
    if (!status || !door_is_about_one(status)) return status;
    say_failed(tick, due, status);
    status = flow_put_off(deal, due);
    if (!status) error_clear(&deal->env->error);
    return status;
}

/* Approvals first, then dates of documents; *more_out: there is more to fire than the limit. */
static dealer_status fire_all(struct tick *tick, int32_t limit, bool *more_out) {
    struct deal *deal = &tick->door->deal;
    struct due_row due;
    int64_t dates = 0;
    dealer_status status = DEALER_OK;
    bool found = true;
    for (int32_t i = 0; !status && found && i < limit; i++) {
        status = store_due_first(deal->env, deal->connection, deal->now_ms, &due, &found);
        if (!status && found) status = fire(tick, &due);
    }
    if (!status && found) status = store_due_first(deal->env, deal->connection, deal->now_ms, &due, &found);
    if (!status && !found) status = dates_look(deal, limit, &dates, &found);
    tick->fired += dates;
    *more_out = found;
    return status;
}

dealer_status dealer_tick(dealer_session *session, dealer_text **json_out, int32_t limit) {
    struct door door;
    struct tick tick = {.door = &door};
    bool more = false;
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_tick", "json_out"));
    if (limit < 1 || limit > LIMIT_MAX)
        return door_leave(
            &door, error_raise(&door.deal.env->error, &E_RANGE, "argument", "limit", "least", "1", "most", "1000", NULL));
    status = json_new(door.deal.env, &tick.json);
    json_value *root = status ? NULL : json_new_object(tick.json);
    tick.failed = status ? NULL : json_new_array(tick.json);
    if (!status) status = fire_all(&tick, limit, &more);
    if (!status) status = messages_forget(&door.deal, limit);
    if (!status) status = snapshot_recompile(door.deal.env, door.deal.connection, door.snapshot);
    if (!status) {
        json_set_integer(tick.json, root, "fired", tick.fired);
        json_set(tick.json, root, "failed", tick.failed);
        json_set_boolean(tick.json, root, "more", more);
    }
    return door_answer(&door, status, tick.json, root, json_out);
}
