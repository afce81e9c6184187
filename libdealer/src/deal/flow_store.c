/* Writes what a step of an approval did: only what changed, in the transaction of its cause. Knows rows; decides nothing. */
#include "base/text.h"
#include "deal/review_flow.h"
#include <string.h>

/* Members in the order of their names: the same bytes as canonical JSON of them, without a tree in between. */
static void add_member(struct text *text, const char *key, const char *value) {
    if (!value) return;
    text_add_key(text, key);
    text_add_json(text, value, strlen(value));
}

static void add_number(struct text *text, const char *key, int64_t value) {
    if (!value) return;
    text_add_key(text, key);
    text_add_integer(text, value);
}

static dealer_status journal_effect(struct flow_case *this, const struct approval_effect *effect, int64_t round) {
    struct env *env = this->deal.env;
    struct text text;
    text_init(&text, env);
    text_add(&text, "{");
    add_member(&text, "comment", effect->comment);
    add_member(&text, "en", effect->reason_en);
    if (effect->from_person) add_member(&text, "from", deal_person_name(&this->deal, effect->from_person));
    if (effect->person) add_member(&text, "name", deal_person_name(&this->deal, effect->person));
    add_member(&text, "node", effect->node);
    add_number(&text, "person", effect->person);
    add_number(&text, "round", round);
    add_number(&text, "task", effect->task);
    add_member(&text, "zh", effect->reason_en ? effect->reason_zh : NULL);
    text_add(&text, "}");
    struct journal_entry entry = {this->deal.now_ms, effect->actor, this->row.document, approval_effect_name(effect->kind),
        text_string(&text), effect->actor == this->deal.person ? this->deal.acting : 0};
    dealer_status status = text.status;
    if (!status) status = store_journal_add(env, this->deal.connection, &entry);
    text_finish(&text);
    return status;
}

struct approval_title flow_node_title(const struct flow_case *this, const char *node) {
    int32_t index = flow_find(this->flow->flow, node);
    return index >= 0 ? this->flow->flow->nodes[index].title : (struct approval_title){node, node};
}

/* Whoever is asked may read the document for ever. */
static dealer_status involve(struct flow_case *this, int64_t person) {
    return store_participant_add(this->deal.env, this->deal.connection, this->row.document, person);
}

/* A task of a post: all who may claim it. */
static dealer_status involve_all(
    struct flow_case *this, const struct approval_effect *effect, const struct approval_instance *after) {
    const struct approval_task *task = effect->person ? NULL : approval_task_find(after, effect->task);
    dealer_status status = effect->person ? involve(this, effect->person) : DEALER_OK;
    for (size_t i = 0; !status && task && i < task->candidate_count; i++) status = involve(this, task->candidates[i]);
    return status;
}

static dealer_status send_copy(struct flow_case *this, const struct approval_effect *effect) {
    struct approval_title title = effect->node ? flow_node_title(this, effect->node) : (struct approval_title){NULL, NULL};
    struct cc_row row = {.approval = this->row.id,
        .document = this->row.document,
        .person = effect->person,
        .sender = effect->from_person,
        .node = effect->node,
        .title_en = title.en,
        .title_zh = title.zh,
        .comment = effect->comment,
        .sent_ms = this->deal.now_ms};
    dealer_status status = involve(this, effect->person);
    return status ? status : store_cc_add(this->deal.env, this->deal.connection, &row);
}

static dealer_status apply_effect(
    struct flow_case *this, const struct approval_effect *effect, const struct approval_instance *after) {
    switch (effect->kind) {
    case APPROVAL_EFFECT_TASK_OPENED:
    case APPROVAL_EFFECT_TASK_REOPENED:
    case APPROVAL_EFFECT_UNCLAIMED:
    case APPROVAL_EFFECT_REMINDED:
    case APPROVAL_EFFECT_TRANSFERRED:
    case APPROVAL_EFFECT_DELEGATED:
    case APPROVAL_EFFECT_RESOLVED:
    case APPROVAL_EFFECT_HANDED_OVER: return involve_all(this, effect, after);
    case APPROVAL_EFFECT_CC_SENT: return send_copy(this, effect);
    default: return DEALER_OK;
    }
}

static dealer_status apply_effects(struct flow_case *this, const struct approval_outcome *outcome) {
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < outcome->effect_count; i++) {
        status = journal_effect(this, &outcome->effects[i], outcome->instance.round);
        if (!status) status = apply_effect(this, &outcome->effects[i], &outcome->instance);
    }
    return status;
}

static struct task_row task_row_of(const struct flow_case *this, const struct approval_task *task) {
    struct approval_title title = flow_node_title(this, task->node);
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

static bool same_candidates(const struct approval_task *a, const struct approval_task *b) {
    return a->candidate_count == b->candidate_count &&
           (!a->candidate_count || memcmp(a->candidates, b->candidates, a->candidate_count * sizeof *a->candidates) == 0);
}

static bool is_claimable(const struct approval_task *task) {
    return task && task->state == APPROVAL_TASK_OPEN && !task->assignee;
}

/* Rows of candidates are there while the task waits to be claimed. */
static dealer_status sync_candidates(struct flow_case *this, const struct approval_task *before, const struct approval_task *task) {
    struct env *env = this->deal.env;
    struct connection *connection = this->deal.connection;
    bool was = is_claimable(before), is = is_claimable(task), same = was && is && same_candidates(before, task);
    dealer_status status = DEALER_OK;
    if (was && !same) status = store_task_candidates_clear(env, connection, this->row.id, task->number);
    for (size_t i = 0; !status && is && !same && i < task->candidate_count; i++)
        status = store_task_candidate_add(env, connection, this->row.id, task->number, task->candidates[i]);
    return status;
}

static bool same_task(const struct approval_task *a, const struct approval_task *b) {
    return a->state == b->state && a->assignee == b->assignee && a->decision == b->decision && same_candidates(a, b);
}

/* Only rows that changed are written. */
static dealer_status sync_task(struct flow_case *this, const struct approval_task *before, const struct approval_task *task) {
    struct task_row row = task_row_of(this, task);
    dealer_status status = DEALER_OK;
    if (!before && is_closed(task)) { /* decided as it came: credited */
        struct task_row waiting = row;
        waiting.state = approval_task_state_name(APPROVAL_TASK_WAITING);
        waiting.decision = NULL;
        waiting.opened_ms = row.opened_ms ? row.opened_ms : row.closed_ms;
        status = store_task_insert(this->deal.env, this->deal.connection, &waiting);
        if (status) return status;
    }
    if ((!before || !is_closed(before)) && is_closed(task))
        status = store_task_close(this->deal.env, this->deal.connection, &row);
    else if (before && is_closed(before) && !is_closed(task))
        status = store_task_reopen(this->deal.env, this->deal.connection, &row);
    else if (before)
        status = store_task_open(this->deal.env, this->deal.connection, &row);
    else
        status = store_task_insert(this->deal.env, this->deal.connection, &row);
    return status ? status : sync_candidates(this, before, task);
}

static dealer_status sync_tasks(struct flow_case *this, const struct approval_instance *after) {
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < after->task_count; i++) {
        const struct approval_task *task = &after->tasks[i], *before = approval_task_find(&this->instance, task->number);
        if (!before || !same_task(before, task)) status = sync_task(this, before, task);
    }
    return status;
}

static dealer_status sync_one_due(struct flow_case *this, int64_t subject, int64_t before_ms, int64_t due_ms) {
    struct due_row row = {this->row.id, subject, due_ms, this->row.document};
    if (due_ms == before_ms) return DEALER_OK;
    return due_ms ? store_due_put(this->deal.env, this->deal.connection, &row)
                  : store_due_remove(this->deal.env, this->deal.connection, &row);
}

/* Rows of what comes due are there while it can fire. A row that was put off goes back only when its instant changes. */
static dealer_status sync_due(struct flow_case *this, const struct approval_instance *after) {
    const struct approval_instance *before = &this->instance;
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < after->task_count; i++) {
        const struct approval_task *task = &after->tasks[i], *old = approval_task_find(before, task->number);
        if (task->due_ms || (old && old->due_ms))
            status = sync_one_due(this, task->number, old ? approval_task_due(before, old) : 0, approval_task_due(after, task));
    }
    for (size_t i = 0; !status && i < after->visit_count; i++) {
        const struct approval_visit *visit = &after->visits[i];
        const struct approval_visit *old = visit->due_ms ? approval_visit_find(before, visit->number) : NULL;
        if (visit->due_ms)
            status =
                sync_one_due(this, -visit->number, old ? approval_visit_due(before, old) : 0, approval_visit_due(after, visit));
    }
    return status;
}

static dealer_status store_instance(struct flow_case *this, const struct approval_instance *after) {
    struct env *env = this->deal.env;
    struct text body;
    text_init(&body, env);
    approval_instance_write(after, &body);
    bool running = after->state == APPROVAL_STATE_RUNNING || after->state == APPROVAL_STATE_SUSPENDED;
    this->row.state = approval_state_name(after->state);
    this->row.round = after->round;
    this->row.ended_ms = running ? 0 : this->deal.now_ms;
    this->row.body = text_string(&body);
    this->row.body_length = body.length;
    dealer_status status = body.status;
    if (!status && !this->row.id) {
        this->row.started_ms = this->deal.now_ms;
        status = store_approval_insert(env, this->deal.connection, &this->row);
    } else if (!status) {
        status = store_approval_update(env, this->deal.connection, &this->row);
    }
    this->row.body = NULL;
    text_finish(&body);
    return status;
}

dealer_status flow_keep(struct flow_case *this, const struct approval_outcome *outcome) {
    dealer_status status = store_instance(this, &outcome->instance);
    if (!status) status = sync_tasks(this, &outcome->instance);
    if (!status) status = sync_due(this, &outcome->instance);
    return status ? status : apply_effects(this, outcome);
}
