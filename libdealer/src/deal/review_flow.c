/* The approval engine among store, rules and people: loads what is pinned, makes one step, has it written. Knows nothing of votes and
 * verbs; all of that is the engine's. */
#include "deal/review_flow.h"
#include <string.h>

void flow_case_close(struct flow_case *this) {
    document_free(this->document);
    region_finish(&this->deal.region);
    snapshot_drop(this->pinned);
}

/* The pinned snapshot's view: same call, same person, other organisation and rules. The version of the caller's is just taken. */
static dealer_status case_pin(struct deal *deal, struct flow_case *this, const struct store_versions *versions) {
    memset(this, 0, sizeof *this);
    dealer_status status = snapshot_cache_get(deal->cache, deal->env, deal->connection, versions, &this->pinned);
    if (status) return status;
    this->deal = *deal;
    this->deal.snapshot = this->pinned;
    this->deal.employee = org_employee_by_id(this->pinned->org, deal->person);
    this->deal.taken = NULL;
    region_init(&this->deal.region, this->pinned->seams);
    return DEALER_OK;
}

static dealer_status case_flow(struct flow_case *this, const char *flow_id) {
    this->flow = snapshot_flow(this->pinned, flow_id);
    if (!this->flow) return error_raise(&this->deal.env->error, &E_FLOW_GONE, "flow", flow_id, NULL);
    return DEALER_OK;
}

dealer_status flow_case_open(struct deal *deal, const struct document *document, struct flow_case *this) {
    struct approval_row row;
    struct json *body = NULL;
    dealer_status status = store_approval_of(deal->env, deal->connection, &deal->region, document_id(document), &row);
    if (status == DEALER_E_NOT_FOUND) {
        error_clear(&deal->env->error);
        return error_raise(&deal->env->error, &E_NOT_IN_FLOW, "document", deal_title(deal, document), "status",
            document_text(document, COMMON_STATUS), NULL);
    }
    if (status) return status;
    status = case_pin(deal, this, &(struct store_versions){row.configuration, row.rule_set});
    if (status) return status;
    this->row = row;
    status = case_flow(this, row.flow);
    bool same = this->pinned == deal->snapshot && !document->hidden; /* then it is as the pinned catalogue has it, and whole */
    if (!status)
        status = same ? document_copy(deal->env, document, &this->document)
                      : deal_load(&this->deal, document_id(document), &this->document);
    if (!status) status = json_parse_own(deal->env, row.body, row.body_length, &body);
    if (!status) status = approval_instance_from_json(deal->env, &this->deal.region, json_root(body), &this->instance);
    json_free(body);
    if (status) flow_case_close(this);
    return status;
}

/* -- choosing a flow: the first of the type, in the rules' order, that applies -- */

dealer_status flow_choose(struct deal *deal, const struct document *document, const struct deal_flow **out) {
    const struct deal_snapshot *snapshot = deal->snapshot;
    struct json *json = NULL;
    json_value *input = NULL;
    dealer_status status = json_new(deal->env, &json);
    if (!status) status = rule_input(deal, document, json, &input);
    for (int i = 0; !status && i < snapshot->flow_count; i++) {
        bool applies = false;
        if (snapshot->flows[i].type != document->type || snapshot->flows[i].flow->sub_only) continue;
        status = rule_applies(deal, snapshot->flows[i].rule, input, &applies);
        if (!status && applies) {
            *out = &snapshot->flows[i];
            json_free(json);
            return DEALER_OK;
        }
    }
    json_free(json);
    return status ? status
                  : error_raise(
                        &deal->env->error, &E_NO_FLOW, "document", deal_title(deal, document), "type", document->type->name, NULL);
}

/* A document that was in approval before goes on in that instance (next round) when the same person brings it under the same rules; under
 * other rules its nodes may be gone, and another person is another submitter: then a new instance begins. */
static dealer_status find_earlier(struct deal *deal, const struct document *document, const struct deal_flow *flow,
    struct approval_row *earlier, bool *again_out) {
    if (document_has(document, COMMON_VOID_REVIEW)) return DEALER_OK; /* a wish to void goes a way of its own */
    dealer_status status = store_approval_of(deal->env, deal->connection, &deal->region, document_id(document), earlier);
    *again_out = !status && strcmp(earlier->flow, flow->rule->id) == 0 && earlier->rule_set == deal->snapshot->rule_set_version &&
                 earlier->submitter == deal->person;
    if (status != DEALER_E_NOT_FOUND) return status;
    error_clear(&deal->env->error);
    return DEALER_OK;
}

dealer_status flow_case_start(struct deal *deal, const struct document *document, struct flow_case *this) {
    const struct deal_flow *flow = NULL;
    struct approval_row earlier = {0};
    struct json *body = NULL;
    bool again = false;
    dealer_status status = flow_choose(deal, document, &flow);
    if (!status) status = find_earlier(deal, document, flow, &earlier, &again);
    if (status) return status;
    struct store_versions versions = {deal->snapshot->configuration, deal->snapshot->rule_set_version};
    status = case_pin(deal, this, &versions);
    if (status) return status;
    status = case_flow(this, flow->rule->id);
    if (!status) status = document_copy(deal->env, document, &this->document);
    approval_instance_init(&this->instance, document_id(document), deal->person, this->flow ? this->flow->flow->id : "",
        rule_set_hash(this->pinned->rules));
    if (!status && again) status = json_parse(deal->env, earlier.body, earlier.body_length, false, &body);
    if (!status && again) status = approval_instance_from_json(deal->env, &this->deal.region, json_root(body), &this->instance);
    json_free(body);
    this->instance.flow_version = rule_set_hash(this->pinned->rules);
    if (again) this->row = earlier;
    this->row.document = document_id(document);
    this->row.flow = flow->rule->id;
    this->row.rule_set = versions.rule_set;
    this->row.configuration = versions.configuration;
    this->row.submitter = deal->person;
    if (status) flow_case_close(this);
    return status;
}

/* -- what the verdict says afterwards -- */

static dealer_status say_awaited(
    struct deal *deal, struct flow_case *this, const struct approval_instance *after, struct verdict *verdict) {
    json_value *awaited = json_new_array(verdict->json);
    size_t position = 0;
    const struct approval_task *task;
    dealer_status status = DEALER_OK;
    while (!status && (task = approval_awaited(after, &position)) != NULL) {
        struct approval_title title = flow_node_title(this, task->node);
        json_value *item = json_new_object(verdict->json);
        json_set_text(verdict->json, item, "name", deal_person_name(deal, task->assignee));
        json_set_integer(verdict->json, item, "person", task->assignee);
        json_set_text(verdict->json, item, "node", task->node);
        json_set_integer(verdict->json, item, "since", task->opened_ms);
        json_push(verdict->json, awaited, item);
        status = verdict_say(deal, verdict, &R_AWAITED, "name", deal_person_name(deal, task->assignee), "title_en", title.en,
            "title_zh", title.zh, "reason_en", task->reason_en ? task->reason_en : "", "reason_zh",
            task->reason_zh ? task->reason_zh : "", NULL);
    }
    json_set(verdict->json, verdict->root, "awaited", awaited);
    json_set_text(verdict->json, verdict->root, "state", approval_state_name(after->state));
    return status;
}

struct ending {
    enum approval_state state;
    const char *status;
    const struct message *message;
};

static const struct ending endings[] = {
    {APPROVAL_STATE_APPROVED, STATUS_APPROVED, &R_APPROVED},
    {APPROVAL_STATE_REJECTED, STATUS_REJECTED, &R_REJECTED},
    {APPROVAL_STATE_RETURNED, STATUS_REJECTED, &R_RETURNED},
    {APPROVAL_STATE_RECALLED, STATUS_DRAFT, &R_RECALLED},
    {APPROVAL_STATE_TERMINATED, STATUS_REJECTED, &R_TERMINATED},
    {APPROVAL_STATE_RUNNING, STATUS_IN_APPROVAL, NULL},
};

static const struct ending *ending_of(enum approval_state state) {
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (endings[i].state == state) return &endings[i];
    return NULL;
}

/* Of a wish to void: agreed to, or the document is in force as before. */
static dealer_status follow_void(struct deal *deal, struct document *document, enum approval_state state, const char *comment) {
    if (state == APPROVAL_STATE_RUNNING) return DEALER_OK;
    if (state == APPROVAL_STATE_APPROVED) return void_agree(deal, document);
    dealer_status status =
        deal_journal_text(deal, document, state == APPROVAL_STATE_RECALLED ? "void_recalled" : "void_refused", "comment", comment);
    return status ? status : void_forget(deal, document);
}

static dealer_status follow_state(struct deal *deal, struct document *document, const struct approval_instance *after,
    const char *comment, struct verdict *verdict) {
    const struct ending *ending = ending_of(after->state);
    dealer_status status = DEALER_OK;
    if (!ending) return DEALER_OK;
    if (document_has(document, COMMON_VOID_REVIEW))
        status = follow_void(deal, document, after->state, comment);
    else if (!document_status_is(document, ending->status))
        status = document_conclude(deal, document, ending->status);
    if (!status && ending->message)
        status = verdict_say(
            deal, verdict, ending->message, "document", deal_title(deal, document), "comment", comment ? comment : "", NULL);
    return status;
}

dealer_status flow_step(struct deal *deal, struct flow_case *this, const struct approval_action *action, struct document *document,
    struct verdict *verdict) {
    struct people_source source = {&this->deal, this->flow, this->document, NULL, NULL};
    struct approval_people people = people_of(&source);
    struct approval_subject subject = subject_of(this->document, this->instance.submitter);
    struct approval_call call = {this->flow->flow, &people, &subject, deal->now_ms};
    struct approval_outcome outcome;
    dealer_status status = approval_step(deal->env, &this->deal.region, &call, &this->instance, action, &outcome);
    if (!status) status = flow_keep(this, &outcome); /* first, so that what follows from it stands behind it in the story */
    if (!status) status = follow_state(deal, document, &outcome.instance, action->comment, verdict);
    return status ? status : say_awaited(deal, this, &outcome.instance, verdict);
}

dealer_status flow_submit(struct deal *deal, struct document *document, struct verdict *verdict) {
    struct flow_case this;
    dealer_status status = flow_case_start(deal, document, &this);
    if (status) return status;
    bool again = this.instance.state != APPROVAL_STATE_NEW;
    struct approval_action action = {.verb = again ? APPROVAL_VERB_RESUBMIT : APPROVAL_VERB_SUBMIT, .actor = deal->person};
    status = store_participant_add(deal->env, deal->connection, document_id(document), deal->person);
    if (!status) status = flow_step(deal, &this, &action, document, verdict);
    flow_case_close(&this);
    return status;
}

/* Nobody approves by a substitute's session what he entered or submitted himself; and the duties along the chain are kept apart. */
static dealer_status check_own_hand(struct deal *deal, const struct flow_case *this, const struct document *document) {
    bool own = deal->acting && (deal->acting == this->row.submitter || deal->acting == document_integer(document, COMMON_OWNER));
    if (own)
        return error_raise(&deal->env->error, &E_SUBSTITUTE_OWN, "person", deal_person_name(deal, deal->acting), "other",
            deal_person_name(deal, deal->person), "document", deal_title(deal, document), NULL);
    return separation_check(deal, document, PART_APPROVE);
}

static dealer_status act(
    struct deal *deal, struct document *document, const struct approval_action *action, struct verdict *verdict) {
    struct flow_case this;
    dealer_status status = flow_case_open(deal, document, &this);
    if (status) return status;
    if (action->verb == APPROVAL_VERB_APPROVE) status = check_own_hand(deal, &this, document);
    if (!status) status = flow_step(deal, &this, action, document, verdict);
    flow_case_close(&this);
    return status;
}

dealer_status flow_recall(struct deal *deal, struct document *document, const char *comment, struct verdict *verdict) {
    struct approval_action action = {.verb = APPROVAL_VERB_RECALL, .actor = deal->person, .comment = comment};
    return act(deal, document, &action, verdict);
}

dealer_status flow_act(struct deal *deal, struct document *document, enum approval_verb verb,
    const struct flow_arguments *arguments, struct verdict *verdict) {
    struct approval_action action = {.verb = verb,
        .actor = deal->person,
        .administrator = arguments->administrator,
        .task = arguments->task,
        .person = arguments->person,
        .target = arguments->target,
        .back = arguments->back,
        .comment = arguments->comment};
    return act(deal, document, &action, verdict);
}

dealer_status flow_hand_over(struct deal *deal, struct document *document, int64_t from, int64_t to, const char *comment) {
    struct verdict verdict = {0};
    struct approval_action action = {.verb = APPROVAL_VERB_HAND_OVER,
        .actor = deal->person,
        .administrator = true,
        .person = to,
        .from_person = from,
        .comment = comment};
    dealer_status status = verdict_start(deal, &verdict);
    if (!status) status = act(deal, document, &action, &verdict);
    verdict_finish(&verdict);
    return status;
}

dealer_status flow_amended(struct deal *deal, struct document *document) {
    struct flow_case this;
    struct verdict verdict = {0};
    struct approval_action action = {.verb = APPROVAL_VERB_AMEND, .actor = deal->person, .administrator = true};
    dealer_status status = flow_case_open(deal, document, &this);
    if (status) return status;
    status = verdict_start(deal, &verdict);
    if (!status) status = flow_step(deal, &this, &action, document, &verdict);
    flow_case_close(&this);
    verdict_finish(&verdict);
    return status;
}
