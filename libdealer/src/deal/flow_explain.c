/* Why this approver, why somebody was skipped, why not a certain person: from the instance, its history, and the same questions that the
 * engine asks. Writes nothing. */
#include "base/text.h"
#include "deal/review_flow.h"
#include <string.h>

struct explaining {
    struct flow_case *this;
    struct json *json;
    int64_t person; /* why not he; 0: nobody in particular */
};

static void set_both(struct json *json, json_value *item, const char *key, const char *en, const char *zh) {
    json_value *both = json_new_object(json);
    json_set_text(json, both, "en", en);
    json_set_text(json, both, "zh", zh);
    json_set(json, item, key, both);
}

/* -- who was asked, and why -- */

/* The store's ids, by which a verb names a task. */
static dealer_status set_id(void *user_data, const struct task_row *row) {
    struct flow_case *this = user_data;
    for (size_t i = 0; row->approval == this->row.id && i < this->instance.task_count; i++)
        if (this->instance.tasks[i].number == row->sequence) this->instance.tasks[i].id = row->id;
    return DEALER_OK;
}

static void add_task(struct explaining *explaining, const struct approval_task *task, json_value *people) {
    struct json *json = explaining->json;
    struct deal *deal = &explaining->this->deal;
    size_t voices = task->assignee ? 1 : task->candidate_count;
    for (size_t i = 0; i < voices; i++) {
        int64_t person = task->assignee ? task->assignee : task->candidates[i];
        json_value *item = json_new_object(json);
        json_set_integer(json, item, "task", task->id);
        json_set_integer(json, item, "person", person);
        json_set_text(json, item, "name", deal_person_name(deal, person));
        json_set_text(json, item, "state", approval_task_state_name(task->state));
        json_set_text(
            json, item, "decision", task->decision == APPROVAL_DECISION_NONE ? NULL : approval_decision_name(task->decision));
        set_both(json, item, "why", task->reason_en, task->reason_zh);
        json_push(json, people, item);
    }
}

static json_value *nodes_to_json(struct explaining *explaining) {
    const struct approval_instance *instance = &explaining->this->instance;
    struct json *json = explaining->json;
    json_value *nodes = json_new_array(json);
    for (size_t i = 0; i < instance->visit_count; i++) {
        const struct approval_visit *visit = &instance->visits[i];
        struct approval_title title = flow_node_title(explaining->this, visit->node);
        json_value *item = json_new_object(json), *people = json_new_array(json);
        json_set_text(json, item, "node", visit->node);
        set_both(json, item, "title", title.en, title.zh);
        json_set_text(json, item, "state", approval_visit_state_name(visit->state));
        json_set_integer(json, item, "round", visit->round);
        json_set_boolean(json, item, "counts", visit->superseded_move == 0);
        json_set_boolean(json, item, "overridden", visit->overridden);
        for (size_t j = 0; j < instance->task_count; j++)
            if (instance->tasks[j].visit == visit->number) add_task(explaining, &instance->tasks[j], people);
        json_set(json, item, "people", people);
        json_push(json, nodes, item);
    }
    return nodes;
}

/* -- what was left out, or chosen: the history says it -- */

static bool is_about_choice(const char *kind) {
    static const char *const kinds[] = {"approver_skipped", "node_skipped", "branch_chosen", "voided", "routed_back", "migrated"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i], kind) == 0) return true;
    return false;
}

static dealer_status add_choice(struct explaining *explaining, const json_value *row, json_value *choices) {
    struct env *env = explaining->this->deal.env;
    struct json *json = explaining->json, *detail = NULL;
    const char *kind = json_get_text(row, "kind"), *text = json_get_text(row, "detail");
    if (!kind || !text || !is_about_choice(kind)) return DEALER_OK;
    dealer_status status = json_parse(env, text, strlen(text), false, &detail);
    if (status) return status;
    json_value *item = json_new_object(json);
    const json_value *root = json_root(detail);
    json_set_text(json, item, "kind", kind);
    json_set_text(json, item, "node", json_get_text(root, "node"));
    json_set_text(json, item, "name", json_get_text(root, "name"));
    json_set_integer(json, item, "round", json_get_integer(root, "round", 0));
    set_both(json, item, "why", json_get_text(root, "en"), json_get_text(root, "zh"));
    json_push(json, choices, item);
    json_free(detail);
    return DEALER_OK;
}

static dealer_status choices_to_json(struct explaining *explaining, json_value *choices) {
    struct deal *deal = &explaining->this->deal;
    struct json *rows = NULL;
    const json_value *row;
    dealer_status status = json_new(deal->env, &rows);
    json_value *list = status ? NULL : json_new_array(rows);
    if (!status) status = store_journal_of(deal->env, deal->connection, explaining->this->row.document, list, rows);
    for (struct json_cursor each = json_each(list); !status && list && (row = json_next(&each, NULL));)
        status = add_choice(explaining, row, choices);
    json_free(rows);
    return status;
}

/* -- why not he -- */

static dealer_status say(struct explaining *explaining, json_value *list, const char *node, const struct message *message,
    const char *const *arguments) {
    char en[ERROR_TEXT_SIZE], zh[ERROR_TEXT_SIZE];
    struct json *json = explaining->json;
    json_value *item = json_new_object(json);
    message_render(en, sizeof en, message->en, arguments);
    message_render(zh, sizeof zh, message->zh, arguments);
    json_set_text(json, item, "node", node);
    set_both(json, item, "why", en, zh);
    json_push(json, list, item);
    return DEALER_OK;
}

static bool is_of(const struct approval_task *task, int64_t person) {
    bool his = task->owner == person || task->assignee == person || task->decided_by == person;
    for (size_t i = 0; !his && i < task->candidate_count; i++) his = task->candidates[i] == person;
    return his;
}

/* Who is asked there, for the sentence. */
static void names_of(struct explaining *explaining, const struct approval_visit *visit, char *out, size_t size) {
    const struct approval_instance *instance = &explaining->this->instance;
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < instance->task_count; i++) {
        const struct approval_task *task = &instance->tasks[i];
        if (task->visit != visit->number || task->state == APPROVAL_TASK_CANCELLED || !(task->assignee || task->candidate_count))
            continue;
        const char *name = deal_person_name(&explaining->this->deal, task->assignee ? task->assignee : task->candidates[0]);
        if (length + strlen(name) + 3 > size) return;
        if (length) {
            memcpy(out + length, ", ", 3);
            length += 2;
        }
        memcpy(out + length, name, strlen(name) + 1);
        length += strlen(name);
    }
}

static const struct approval_task *task_at(const struct approval_instance *instance, int64_t visit, int64_t person) {
    for (size_t i = 0; i < instance->task_count; i++)
        if (instance->tasks[i].visit == visit && (!person || is_of(&instance->tasks[i], person))) return &instance->tasks[i];
    return NULL;
}

static dealer_status why_not_here(struct explaining *explaining, const struct approval_visit *visit, json_value *list) {
    struct flow_case *this = explaining->this;
    const struct approval_task *his = task_at(&this->instance, visit->number, explaining->person);
    const struct approval_task *first = task_at(&this->instance, visit->number, 0);
    struct people_source source = {&this->deal, this->flow, this->document, NULL, NULL};
    struct approval_people people = people_of(&source);
    struct approval_title title = flow_node_title(this, visit->node), excluded = {NULL, NULL};
    char names[200];
    names_of(explaining, visit, names, sizeof names);
    const char *arguments[] = {"person", deal_person_name(&this->deal, explaining->person), "title_en", title.en, "title_zh",
        title.zh, "names", names, "state", his ? approval_task_state_name(his->state) : "", "reason_en",
        first && first->reason_en ? first->reason_en : "-", "reason_zh", first && first->reason_zh ? first->reason_zh : "-", NULL};
    if (his) return say(explaining, list, visit->node, &R_WHY_ASKED, arguments);
    if (explaining->person == this->instance.submitter) return say(explaining, list, visit->node, &R_WHY_SUBMITTER, arguments);
    dealer_status status = people.exclude(&source, this->deal.env, explaining->person, &this->deal.region, &excluded);
    if (status) return status;
    if (excluded.en) {
        arguments[11] = excluded.en;
        arguments[13] = excluded.zh;
        return say(explaining, list, visit->node, &R_WHY_EXCLUDED, arguments);
    }
    return say(explaining, list, visit->node, &R_WHY_NOT, arguments);
}

/* Later on the way, as it would go if everybody agreed. */
static dealer_status why_later(struct explaining *explaining, json_value *list) {
    struct flow_case *this = explaining->this;
    struct people_source source = {&this->deal, this->flow, this->document, NULL, NULL};
    struct approval_people people = people_of(&source);
    struct approval_subject subject = subject_of(this->document, this->instance.submitter);
    struct approval_call call = {this->flow->flow, &people, &subject, this->deal.now_ms};
    struct approval_route route = {NULL, 0};
    dealer_status status = approval_preview(this->deal.env, &this->deal.region, &call, &this->instance, &route);
    if (status == DEALER_E_STATE) { /* nobody would be found later: that is no answer to who is not asked now */
        error_clear(&this->deal.env->error);
        return DEALER_OK;
    }
    for (size_t i = 0; !status && i < route.count; i++) {
        const struct approval_route_node *node = &route.nodes[i];
        for (size_t j = 0; j < node->people_count; j++) {
            const char *arguments[] = {"person", deal_person_name(&this->deal, explaining->person), "title_en",
                node->title.en ? node->title.en : node->node, "title_zh", node->title.zh ? node->title.zh : node->node, NULL};
            bool now = task_at(&this->instance, 0, 0) != NULL;
            for (size_t k = 0; k < this->instance.visit_count; k++)
                now = now || (this->instance.visits[k].state == APPROVAL_VISIT_ACTIVE &&
                                 strcmp(this->instance.visits[k].node, node->node) == 0);
            if (node->people[j].person == explaining->person && !now)
                status = say(explaining, list, node->node, &R_WHY_LATER, arguments);
        }
    }
    return status;
}

static dealer_status why_not(struct explaining *explaining, json_value *list) {
    const struct approval_instance *instance = &explaining->this->instance;
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < instance->visit_count; i++) {
        int32_t node = flow_find(explaining->this->flow->flow, instance->visits[i].node);
        bool asks = node >= 0 && explaining->this->flow->flow->nodes[node].kind == APPROVAL_NODE_APPROVE;
        if (asks && instance->visits[i].state == APPROVAL_VISIT_ACTIVE)
            status = why_not_here(explaining, &instance->visits[i], list);
    }
    bool goes_on = instance->state == APPROVAL_STATE_RUNNING;
    return status || !goes_on ? status : why_later(explaining, list);
}

dealer_status flow_explain(
    struct deal *deal, const struct document *document, int64_t person, struct json *json, json_value **out) {
    struct flow_case this;
    dealer_status status = flow_case_open(deal, document, &this);
    if (status) return status;
    struct task_query query = {TASKS_OF_DOCUMENT, this.row.document, 0, INT64_MAX};
    struct explaining explaining = {&this, json, person};
    json_value *root = json_new_object(json), *choices = json_new_array(json), *reasons = json_new_array(json);
    json_set_text(json, root, "flow", this.row.flow);
    json_set_text(json, root, "version", this.instance.flow_version);
    json_set_text(json, root, "state", approval_state_name(this.instance.state));
    status = store_tasks(deal->env, deal->connection, &query, set_id, &this);
    json_set(json, root, "nodes", nodes_to_json(&explaining));
    if (!status) status = choices_to_json(&explaining, choices);
    if (!status && person) status = why_not(&explaining, reasons);
    json_set(json, root, "choices", choices);
    if (person) json_set(json, root, "why_not", reasons);
    *out = root;
    flow_case_close(&this);
    return status;
}
