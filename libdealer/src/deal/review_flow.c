/* The approval engine among store, rules and people: loads what is pinned, makes one step, writes what follows from it. Knows nothing of
 * votes and verbs; all of that is the engine's. */
#include "deal/people.h"
#include <string.h>

/* One document's approval, opened for a step. */
struct flow_case {
    struct deal deal;             /* the caller's, under the pinned snapshot */
    struct deal_snapshot *pinned; /* owned */
    const struct deal_flow *flow;
    struct document *document; /* a copy under the pinned catalogue; owned */
    struct approval_row row;
    struct approval_instance instance;
};

static void case_close(struct flow_case *this) {
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

static dealer_status case_open(struct deal *deal, const struct document *document, struct flow_case *this) {
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
    if (!status) status = deal_load(&this->deal, document_id(document), &this->document);
    if (!status) status = json_parse(deal->env, row.body, row.body_length, false, &body);
    if (!status) status = approval_instance_from_json(deal->env, &this->deal.region, json_root(body), &this->instance);
    json_free(body);
    if (status) case_close(this);
    return status;
}

/* -- choosing a flow: the first of the type, in the rules' order, that applies -- */

static dealer_status choose_flow(struct deal *deal, const struct document *document, const struct deal_flow **out) {
    const struct deal_snapshot *snapshot = deal->snapshot;
    struct json *json = NULL;
    json_value *input = NULL;
    dealer_status status = json_new(deal->env, &json);
    if (!status) status = rule_input(deal, document, json, &input);
    for (int i = 0; !status && i < snapshot->flow_count; i++) {
        bool applies = false;
        if (snapshot->flows[i].type != document->type) continue;
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
    dealer_status status = store_approval_of(deal->env, deal->connection, &deal->region, document_id(document), earlier);
    *again_out = !status && strcmp(earlier->flow, flow->rule->id) == 0 && earlier->rule_set == deal->snapshot->rule_set_version &&
                 earlier->submitter == deal->person;
    if (status != DEALER_E_NOT_FOUND) return status;
    error_clear(&deal->env->error);
    return DEALER_OK;
}

static dealer_status case_start(struct deal *deal, const struct document *document, struct flow_case *this) {
    const struct deal_flow *flow = NULL;
    struct approval_row earlier = {0};
    struct json *body = NULL;
    bool again = false;
    dealer_status status = choose_flow(deal, document, &flow);
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
    if (status) case_close(this);
    return status;
}

/* -- writing what a step did -- */

static dealer_status journal_effect(struct flow_case *this, const struct approval_effect *effect, int64_t round) {
    struct env *env = this->deal.env;
    struct json *json = NULL;
    dealer_status status = json_new(env, &json);
    if (status) return status;
    json_value *root = json_new_object(json);
    json_set_integer(json, root, "round", round);
    if (effect->node) json_set_text(json, root, "node", effect->node);
    if (effect->task) json_set_integer(json, root, "task", effect->task);
    if (effect->person) {
        json_set_integer(json, root, "person", effect->person);
        json_set_text(json, root, "name", deal_person_name(&this->deal, effect->person));
    }
    if (effect->from_person) json_set_text(json, root, "from", deal_person_name(&this->deal, effect->from_person));
    if (effect->comment) json_set_text(json, root, "comment", effect->comment);
    if (effect->reason_en) {
        json_set_text(json, root, "en", effect->reason_en);
        json_set_text(json, root, "zh", effect->reason_zh);
    }
    json_set_root(json, root);
    char *detail = json_status(json) ? NULL : json_write(env, root, true, false, NULL);
    struct journal_entry entry = {this->deal.now_ms, effect->actor, this->row.document, approval_effect_name(effect->kind), detail,
        effect->actor == this->deal.person ? this->deal.acting : 0};
    status = detail ? store_journal_add(env, this->deal.connection, &entry) : error_nomem(&env->error);
    env_free(env, detail);
    json_free(json);
    return status;
}

static struct approval_title node_title(const struct flow_case *this, const char *node) {
    int32_t index = flow_find(this->flow->flow, node);
    return index >= 0 ? this->flow->flow->nodes[index].title : (struct approval_title){node, node};
}

static dealer_status involve(struct flow_case *this, int64_t person, const char *node) {
    struct approval_title title = node_title(this, node);
    dealer_status status = store_participant_add(this->deal.env, this->deal.connection, this->row.document, person);
    return status ? status : message_waits(&this->deal, this->document, person, title.en, title.zh);
}

static dealer_status apply_effects(struct flow_case *this, const struct approval_outcome *outcome) {
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < outcome->effect_count; i++) {
        const struct approval_effect *effect = &outcome->effects[i];
        bool asks = effect->kind == APPROVAL_EFFECT_TASK_OPENED || effect->kind == APPROVAL_EFFECT_TASK_REOPENED ||
                    effect->kind == APPROVAL_EFFECT_CC_SENT || effect->kind == APPROVAL_EFFECT_REMINDED ||
                    effect->kind == APPROVAL_EFFECT_TRANSFERRED || effect->kind == APPROVAL_EFFECT_DELEGATED;
        status = journal_effect(this, effect, outcome->instance.round);
        if (!status && asks && effect->person) status = involve(this, effect->person, effect->node);
    }
    return status;
}

static struct task_row task_row_of(const struct flow_case *this, const struct approval_task *task) {
    struct approval_title title = node_title(this, task->node);
    return (struct task_row){
        .id = task->id,
        .approval = this->row.id,
        .document = this->row.document,
        .sequence = task->number,
        .person = task->assignee,
        .opened_ms = task->opened_ms,
        .closed_ms = task->closed_ms,
        .node = task->node,
        .node_title_en = title.en,
        .node_title_zh = title.zh,
        .state = approval_task_state_name(task->state),
        .decision = task->decision == APPROVAL_DECISION_NONE ? NULL : approval_decision_name(task->decision),
        .comment = task->comment,
        .reason_en = task->reason_en,
        .reason_zh = task->reason_zh,
        .round = task->round,
    };
}

static bool is_closed(const struct approval_task *task) {
    return task->state == APPROVAL_TASK_DONE || task->state == APPROVAL_TASK_CANCELLED;
}

/* Only rows that changed are written. */
static dealer_status sync_tasks(struct flow_case *this, const struct approval_instance *after) {
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < after->task_count; i++) {
        const struct approval_task *task = &after->tasks[i], *before = approval_task_find(&this->instance, task->number);
        if (before && before->state == task->state && before->assignee == task->assignee && before->decision == task->decision)
            continue;
        struct task_row row = task_row_of(this, task);
        if (before && is_closed(task) && !is_closed(before))
            status = store_task_close(this->deal.env, this->deal.connection, &row);
        else
            status = store_task_open(this->deal.env, this->deal.connection, &row);
    }
    return status;
}

static dealer_status store_instance(struct flow_case *this, const struct approval_instance *after) {
    struct env *env = this->deal.env;
    struct json *json = NULL;
    json_value *root = NULL;
    size_t length = 0;
    dealer_status status = json_new(env, &json);
    if (!status) status = approval_instance_to_json(env, json, after, &root);
    char *body = status ? NULL : json_write(env, root, true, false, &length);
    if (!status && !body) status = DEALER_E_NOMEM;
    bool running = after->state == APPROVAL_STATE_RUNNING || after->state == APPROVAL_STATE_SUSPENDED;
    this->row.state = approval_state_name(after->state);
    this->row.round = after->round;
    this->row.ended_ms = running ? 0 : this->deal.now_ms;
    this->row.body = body;
    this->row.body_length = length;
    if (!status && !this->row.id) {
        this->row.started_ms = this->deal.now_ms;
        status = store_approval_insert(env, this->deal.connection, &this->row);
    } else if (!status) {
        status = store_approval_update(env, this->deal.connection, &this->row);
    }
    env_free(env, body);
    json_free(json);
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
        struct approval_title title = node_title(this, task->node);
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
    const char *event;
    const struct message *message;
};

static const struct ending endings[] = {
    {APPROVAL_STATE_APPROVED, STATUS_APPROVED, NULL, &R_APPROVED},
    {APPROVAL_STATE_REJECTED, STATUS_REJECTED, "rejected", &R_REJECTED},
    {APPROVAL_STATE_RETURNED, STATUS_REJECTED, "returned", &R_RETURNED},
    {APPROVAL_STATE_RECALLED, STATUS_DRAFT, "recalled", &R_RECALLED},
    {APPROVAL_STATE_TERMINATED, STATUS_REJECTED, "rejected", &R_TERMINATED},
    {APPROVAL_STATE_RUNNING, STATUS_IN_APPROVAL, NULL, NULL},
};

static const struct ending *ending_of(enum approval_state state) {
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (endings[i].state == state) return &endings[i];
    return NULL;
}

static dealer_status follow_state(struct deal *deal, struct document *document, const struct approval_instance *after,
    const char *comment, struct verdict *verdict) {
    const struct ending *ending = ending_of(after->state);
    dealer_status status = DEALER_OK;
    if (!ending) return DEALER_OK;
    if (!document_status_is(document, ending->status)) status = document_conclude(deal, document, ending->status);
    if (!status && ending->event) {
        struct event event = {ending->event, comment};
        status = message_tell(deal, document, &event);
    }
    if (!status && ending->message)
        status = verdict_say(
            deal, verdict, ending->message, "document", deal_title(deal, document), "comment", comment ? comment : "", NULL);
    return status;
}

/* One step: decide, then write all of it. `document` is the caller's and ends as it was stored. */
static dealer_status step(struct deal *deal, struct flow_case *this, const struct approval_action *action,
    struct document *document, struct verdict *verdict) {
    struct people_source source = {&this->deal, this->flow, this->document};
    struct approval_people people = people_of(&source);
    struct approval_subject subject = subject_of(this->document, this->instance.submitter);
    struct approval_call call = {this->flow->flow, &people, &subject, deal->now_ms};
    struct approval_outcome outcome;
    dealer_status status = approval_step(deal->env, &this->deal.region, &call, &this->instance, action, &outcome);
    if (!status) status = follow_state(deal, document, &outcome.instance, action->comment, verdict);
    if (!status) status = store_instance(this, &outcome.instance);
    if (!status) status = sync_tasks(this, &outcome.instance);
    if (!status) status = apply_effects(this, &outcome);
    return status ? status : say_awaited(deal, this, &outcome.instance, verdict);
}

dealer_status flow_submit(struct deal *deal, struct document *document, struct verdict *verdict) {
    struct flow_case this;
    dealer_status status = case_start(deal, document, &this);
    if (status) return status;
    bool again = this.instance.state != APPROVAL_STATE_NEW;
    struct approval_action action = {.verb = again ? APPROVAL_VERB_RESUBMIT : APPROVAL_VERB_SUBMIT, .actor = deal->person};
    status = store_participant_add(deal->env, deal->connection, document_id(document), deal->person);
    if (!status) status = step(deal, &this, &action, document, verdict);
    case_close(&this);
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
    dealer_status status = case_open(deal, document, &this);
    if (status) return status;
    if (action->verb == APPROVAL_VERB_APPROVE) status = check_own_hand(deal, &this, document);
    if (!status) status = step(deal, &this, action, document, verdict);
    case_close(&this);
    return status;
}

dealer_status flow_recall(struct deal *deal, struct document *document, const char *comment, struct verdict *verdict) {
    struct approval_action action = {.verb = APPROVAL_VERB_RECALL, .actor = deal->person, .comment = comment};
    return act(deal, document, &action, verdict);
}

dealer_status flow_act_on_task(struct deal *deal, struct document *document, int64_t task_sequence, enum approval_verb verb,
    const struct flow_arguments *arguments, struct verdict *verdict) {
    struct approval_action action = {.verb = verb,
        .actor = deal->person,
        .task = task_sequence,
        .person = arguments->person,
        .target = arguments->target,
        .back = arguments->back,
        .comment = arguments->comment};
    return act(deal, document, &action, verdict);
}

dealer_status flow_act_on_document(struct deal *deal, struct document *document, enum approval_verb verb,
    const struct flow_arguments *arguments, bool administrator, struct verdict *verdict) {
    struct approval_action action = {.verb = verb,
        .actor = deal->person,
        .administrator = administrator,
        .person = arguments->person,
        .target = arguments->target,
        .back = arguments->back,
        .comment = arguments->comment};
    return act(deal, document, &action, verdict);
}

/* -- questions -- */

static json_value *people_to_json(struct json *json, const struct approval_route_node *node) {
    json_value *people = json_new_array(json);
    for (size_t i = 0; i < node->people_count; i++) {
        json_value *person = json_new_object(json);
        json_set_integer(json, person, "person", node->people[i].person);
        json_set_text(json, person, "name", node->people[i].name);
        json_set_text(json, person, "en", node->people[i].reason_en);
        json_set_text(json, person, "zh", node->people[i].reason_zh);
        json_push(json, people, person);
    }
    return people;
}

static json_value *route_to_json(struct json *json, const struct approval_route *route) {
    json_value *nodes = json_new_array(json);
    for (size_t i = 0; i < route->count; i++) {
        const struct approval_route_node *node = &route->nodes[i];
        json_value *item = json_new_object(json);
        json_set_text(json, item, "node", node->node);
        json_set_text(json, item, "title_en", node->title.en);
        json_set_text(json, item, "title_zh", node->title.zh);
        json_set_boolean(json, item, "skipped", node->skipped);
        json_set_boolean(json, item, "depends", node->depends);
        json_set_text(json, item, "en", node->reason_en);
        json_set_text(json, item, "zh", node->reason_zh);
        json_set(json, item, "people", people_to_json(json, node));
        json_push(json, nodes, item);
    }
    return nodes;
}

dealer_status flow_preview(struct deal *deal, const struct document *document, struct json *json, json_value **out) {
    struct flow_case this;
    bool running = document_status_is(document, STATUS_IN_APPROVAL);
    dealer_status status = running ? case_open(deal, document, &this) : case_start(deal, document, &this);
    if (status) return status;
    struct people_source source = {&this.deal, this.flow, this.document};
    struct approval_people people = people_of(&source);
    struct approval_subject subject = subject_of(this.document, this.instance.submitter);
    struct approval_call call = {this.flow->flow, &people, &subject, deal->now_ms};
    struct approval_route route;
    status = approval_preview(deal->env, &this.deal.region, &call, &this.instance, &route);
    if (!status) {
        *out = route_to_json(json, &route);
        status = json_status(json) ? error_nomem(&deal->env->error) : DEALER_OK;
    }
    case_close(&this);
    return status;
}

/* The route that a new submission would take under deal->snapshot, whatever is under way: for comparing rule sets. */
dealer_status flow_route(
    struct deal *deal, const struct document *document, struct json *json, const char **flow_out, json_value **out) {
    const struct deal_flow *flow = NULL;
    struct approval_instance instance;
    struct approval_route route;
    int64_t submitter = document_integer(document, COMMON_OWNER);
    dealer_status status = choose_flow(deal, document, &flow);
    if (status) return status;
    struct people_source source = {deal, flow, document};
    struct approval_people people = people_of(&source);
    struct approval_subject subject = subject_of(document, submitter);
    struct approval_call call = {flow->flow, &people, &subject, deal->now_ms};
    approval_instance_init(&instance, document_id(document), submitter, flow->flow->id, rule_set_hash(deal->snapshot->rules));
    status = approval_preview(deal->env, &deal->region, &call, &instance, &route);
    if (status) return status;
    *flow_out = flow->rule->id;
    *out = route_to_json(json, &route);
    return json_status(json) ? error_nomem(&deal->env->error) : DEALER_OK;
}

dealer_status flow_is_running(struct deal *deal, const struct document *document, bool *out) {
    struct approval_row row;
    dealer_status status = store_approval_of(deal->env, deal->connection, &deal->region, document_id(document), &row);
    *out = !status && !row.ended_ms;
    if (status != DEALER_E_NOT_FOUND) return status;
    error_clear(&deal->env->error);
    return DEALER_OK;
}

struct awaits {
    int64_t person;
    bool found;
};

static dealer_status note_awaited(void *user_data, const struct task_row *row) {
    struct awaits *awaits = user_data;
    awaits->found = awaits->found || row->person == awaits->person;
    return DEALER_OK;
}

dealer_status flow_awaits(struct deal *deal, int64_t document, int64_t person, bool *out) {
    struct awaits awaits = {person, false};
    struct task_query query = {TASKS_OPEN_OF_DOCUMENT, document, 0, INT64_MAX};
    dealer_status status = store_tasks(deal->env, deal->connection, &query, note_awaited, &awaits);
    *out = awaits.found;
    return status;
}
