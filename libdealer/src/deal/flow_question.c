/* What people ask an approval: the route, who is awaited, what is on its way. Writes nothing. */
#include "approval/picture.h"
#include "deal/review_flow.h"
#include <string.h>

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
    dealer_status status = running ? flow_case_open(deal, document, &this) : flow_case_start(deal, document, &this);
    if (status) return status;
    struct people_source source = {&this.deal, this.flow, this.document, NULL, NULL};
    struct approval_people people = people_of(&source);
    struct approval_subject subject = subject_of(this.document, this.instance.submitter);
    struct approval_call call = {this.flow->flow, &people, &subject, deal->now_ms};
    struct approval_route route;
    status = approval_preview(deal->env, &this.deal.region, &call, &this.instance, &route);
    if (!status) {
        *out = route_to_json(json, &route);
        status = json_status(json) ? error_nomem(&deal->env->error) : DEALER_OK;
    }
    flow_case_close(&this);
    return status;
}

/* The route that a new submission would take under deal->snapshot, whatever is under way: for comparing rule sets. */
dealer_status flow_route(
    struct deal *deal, const struct document *document, struct json *json, const char **flow_out, json_value **out) {
    const struct deal_flow *flow = NULL;
    struct approval_instance instance;
    struct approval_route route;
    int64_t submitter = document_integer(document, COMMON_OWNER);
    dealer_status status = flow_choose(deal, document, &flow);
    if (status) return status;
    struct people_source source = {deal, flow, document, NULL, NULL};
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

/* -- pictures -- */

static const char *name_for_picture(void *user_data, int64_t person) {
    return deal_person_name(user_data, person);
}

dealer_status flow_picture(
    struct deal *deal, const struct document *document, enum picture_format format, bool zh, struct text *out) {
    struct flow_case this;
    bool under_way = false;
    dealer_status status = flow_is_running(deal, document, &under_way);
    if (status) return status;
    status = under_way || !document_status_is(document, STATUS_DRAFT) ? flow_case_open(deal, document, &this)
                                                                      : flow_case_start(deal, document, &this);
    if (status) return status;
    bool begun = this.instance.state != APPROVAL_STATE_NEW;
    struct picture picture = {this.flow->flow, begun ? &this.instance : NULL, zh, name_for_picture, &this.deal};
    picture_draw(&picture, format, out);
    status = out->status;
    flow_case_close(&this);
    return status;
}

dealer_status flow_picture_of(struct deal *deal, const char *id, enum picture_format format, bool zh, struct text *out) {
    const struct deal_flow *flow = snapshot_flow(deal->snapshot, id);
    if (!flow) return error_raise(&deal->env->error, &E_NO_SUCH_FLOW, "flow", id, NULL);
    struct picture picture = {flow->flow, NULL, zh, NULL, NULL};
    picture_draw(&picture, format, out);
    return out->status;
}
