/* Delivery by several deliverers, through the door: leases, failures that wait, what is given up. */
#include "api/message_rows.h"
#include "base/text.h"
#include "base/time.h"
#include "dealer/message.h"
#include <stdio.h>
#include <string.h>

enum { LEASE_LEAST_MS = 1000, LEASE_MOST_MS = 86400000, REASON_MOST = 1000 };
static const int64_t wait_most_ms = INT64_C(2592000000);

/* -- what is fetched, as CloudEvents 1.0 -- */

struct leased {
    struct message_rows rows;
    struct message_lease lease;
};

static json_value *to_cloud_event(const struct deal *deal, const struct message_row *row, struct json *json) {
    static const char prefix[] = "org.libdealer.";
    json_value *event = json_new_object(json), *data = message_to_json(deal, row, json);
    char type[128], subject[96], time[25];
    snprintf(type, sizeof type, "%s%s.%s", prefix, row->type ? row->type : "message", row->event);
    bool of_one = row->type && row->document; /* else a digest, or a month: what is known of it is in its text */
    snprintf(subject, sizeof subject, "%s/%lld", of_one ? row->type : "message", (long long)(of_one ? row->document : row->id));
    instant_format(row->at_ms, time);
    json_set_text(json, event, "specversion", "1.0");
    json_set_text(json, event, "id", row->uid);
    json_set_text(json, event, "source", deal->snapshot->delivery.source);
    json_set_text(json, event, "type", type);
    json_set_text(json, event, "subject", subject);
    json_set_text(json, event, "time", time);
    json_set_text(json, event, "datacontenttype", "application/json");
    json_set(json, event, "data", data);
    return event;
}

static dealer_status add_leased(void *user_data, const struct message_row *row) {
    struct leased *leased = user_data;
    struct json *json = leased->rows.json;
    json_value *item = json_new_object(json);
    json_set_integer(json, item, "message", row->id);
    json_set_text(json, item, "lease", leased->lease.id);
    json_set_integer(json, item, "attempt", row->attempts);
    json_set_integer(json, item, "until", row->available_ms);
    json_set(json, item, "cloud_event", to_cloud_event(&leased->rows.door->deal, row, json));
    json_push(json, leased->rows.list, item);
    return DEALER_OK;
}

static dealer_status raise_range(struct door *door, const char *argument, const char *least, const char *most) {
    return error_raise(&door->deal.env->error, &E_RANGE, "argument", argument, "least", least, "most", most, NULL);
}

dealer_status dealer_outbox_lease(dealer_session *session, dealer_text **json_out, int64_t lease_ms, int32_t limit) {
    struct door door;
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    struct deal *deal = &door.deal;
    if (!json_out) return door_leave(&door, misuse(deal->env, "dealer_outbox_lease", "json_out"));
    if (lease_ms < LEASE_LEAST_MS || lease_ms > LEASE_MOST_MS)
        return door_leave(&door, raise_range(&door, "lease_ms", "1000", "86400000"));
    if (limit < 1 || limit > MESSAGES_LIMIT) return door_leave(&door, raise_range(&door, "limit", "1", "1000"));
    struct leased leased = {.rows = {.door = &door},
        .lease = {.now_ms = deal->now_ms,
            .until_ms = deal->now_ms + lease_ms,
            .limit = limit,
            .attempts_most = deal->snapshot->delivery.attempts}};
    status = json_new(deal->env, &leased.rows.json);
    if (!status) {
        leased.rows.list = json_new_array(leased.rows.json);
        status = store_messages_lease(deal->env, deal->connection, &leased.lease, add_leased, &leased);
    }
    return door_answer(&door, status, leased.rows.json, leased.rows.list, json_out);
}

/* -- what became of it -- */

dealer_status dealer_message_delivered(dealer_session *session, int64_t message, const char *lease) {
    struct door door;
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!lease) return door_leave(&door, misuse(door.deal.env, "dealer_message_delivered", "lease"));
    status = store_message_settle(door.deal.env, door.deal.connection, message, lease, door.deal.now_ms);
    return door_leave(&door, status);
}

/* Twice as long each time, up to the longest. */
static int64_t wait_after(const struct delivery *delivery, int64_t attempts) {
    int64_t wait = delivery->first_wait_ms;
    for (int64_t i = 1; i < attempts && wait < delivery->longest_wait_ms; i++) wait *= 2;
    return wait < delivery->longest_wait_ms ? wait : delivery->longest_wait_ms;
}

static dealer_status fail(struct deal *deal, struct message_failure *failure, int64_t wait_ms) {
    const struct delivery *delivery = &deal->snapshot->delivery;
    int64_t attempts = 0;
    dealer_status status = store_message_attempts(deal->env, deal->connection, failure->id, &attempts);
    if (status) return status;
    int64_t wait = wait_after(delivery, attempts);
    failure->available_ms = deal->now_ms + (wait > wait_ms ? wait : wait_ms);
    failure->dead_ms = attempts >= delivery->attempts ? deal->now_ms : 0;
    return store_message_fail(deal->env, deal->connection, failure);
}

dealer_status dealer_message_failed(
    dealer_session *session, int64_t message, const char *lease, const char *reason, int64_t wait_ms) {
    struct door door;
    struct message_failure failure = {.id = message, .lease = lease, .reason = reason};
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!lease) return door_leave(&door, misuse(door.deal.env, "dealer_message_failed", "lease"));
    if (wait_ms < 0 || wait_ms > wait_most_ms) return door_leave(&door, raise_range(&door, "wait_ms", "0", "2592000000"));
    if (reason && (strlen(reason) > REASON_MOST || !utf8_is_valid(reason, strlen(reason))))
        return door_leave(&door, raise_range(&door, "reason", "0", "1000 bytes of UTF-8"));
    return door_leave(&door, fail(&door.deal, &failure, wait_ms));
}

dealer_status dealer_dead_letters(dealer_session *session, dealer_text **json_out, int64_t after, int32_t limit) {
    struct door door;
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    return status ? status : messages_answer(&door, MESSAGES_DEAD, after, limit, json_out);
}

dealer_status dealer_message_revive(dealer_session *session, int64_t message) {
    struct door door;
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    return door_leave(&door, store_message_revive(door.deal.env, door.deal.connection, message, door.deal.now_ms));
}
