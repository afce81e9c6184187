/* What the clock does: fires one thing that is due, in a transaction of the host's tick. Exactly once, since its row goes, or moves on, in
 * the same transaction. What fails is put off by an hour and noted, so that it never stands in the way of the others. */
#include "deal/review_flow.h"

enum { PUT_OFF_MS = 3600000 };

dealer_status flow_fire(struct deal *deal, const struct due_row *due) {
    struct flow_case this;
    struct document *document = NULL;
    struct verdict verdict = {0};
    struct approval_action action = {.verb = APPROVAL_VERB_TIME_OUT, .administrator = true, .task = due->subject};
    dealer_status status = deal_load(deal, due->document, &document);
    if (!status) status = deal_check_unlocked(deal, document);
    if (!status) status = flow_case_open(deal, document, &this);
    if (!status) {
        status = verdict_start(deal, &verdict);
        if (!status) status = flow_step(deal, &this, &action, document, &verdict);
        flow_case_close(&this);
    }
    verdict_finish(&verdict);
    document_free(document);
    return status;
}

dealer_status flow_put_off(struct deal *deal, const struct due_row *due) {
    struct due_row later = *due;
    struct json *json = NULL;
    const struct error *error = &deal->env->error;
    const char *en = error->depth ? error->entries[0].en : "", *zh = error->depth ? error->entries[0].zh : "";
    dealer_status status = json_new(deal->env, &json);
    if (status) return status;
    json_value *root = json_new_object(json);
    json_set_text(json, root, "en", en);
    json_set_text(json, root, "zh", zh);
    json_set_integer(json, root, "task", due->subject);
    char *detail = json_status(json) ? NULL : json_write(deal->env, root, true, false, NULL);
    struct journal_entry entry = {deal->now_ms, 0, due->document, "time_out_failed", detail, 0};
    later.due_ms = deal->now_ms + PUT_OFF_MS;
    status = detail ? store_due_put(deal->env, deal->connection, &later) : error_nomem(&deal->env->error);
    if (!status) status = store_journal_add(deal->env, deal->connection, &entry);
    env_free(deal->env, detail);
    json_free(json);
    return status;
}
