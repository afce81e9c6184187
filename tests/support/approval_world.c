#include "support/approval_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t approval_world_person(const struct approval_world *world, const char *code) {
    const json_value *persons = json_get(world->people_json, "persons");
    for (size_t i = 0; i < json_count(persons) && code != NULL; i++) {
        if (strcmp(json_text(json_at(persons, i)), code) == 0) return (int64_t)i + 1;
    }
    return 0;
}

const char *approval_world_code(const struct approval_world *world, int64_t person) {
    const char *code = json_text(json_at(json_get(world->people_json, "persons"), (size_t)(person - 1)));
    return code == NULL ? "?" : code;
}

static bool listed(const json_value *array, const char *text) {
    for (size_t i = 0; i < json_count(array); i++) {
        if (strcmp(json_text(json_at(array, i)), text) == 0) return true;
    }
    return false;
}

static dealer_status add(
    struct approval_world *world, struct env *env, const char *code, const char *reason, struct approval_candidates *out) {
    if (code == NULL || listed(json_get(world->people_json, "gone"), code)) return DEALER_OK;
    int64_t person = approval_world_person(world, code);
    return approval_candidates_add(out, env, person, approval_world_code(world, person), reason, reason);
}

static dealer_status add_all(
    struct approval_world *world, struct env *env, const json_value *codes, const char *reason, struct approval_candidates *out) {
    dealer_status status = DEALER_OK;
    for (size_t i = 0; i < json_count(codes) && status == DEALER_OK; i++) {
        status = add(world, env, json_text(json_at(codes, i)), reason, out);
    }
    return status;
}

static dealer_status choose(struct approval_world *world, struct env *env, const char *rule, struct approval_candidates *out) {
    bool broken = strcmp(rule, "broken") == 0;
    out->failed = out->failed || broken;
    if (broken) out->nobody_en = out->nobody_zh = "the rule failed";
    return add_all(world, env, json_get(json_get(world->people_json, "choices"), rule), "chosen by rule", out);
}

static dealer_status resolve(void *user_data, struct env *env, const struct approval_who *who,
    const struct approval_subject *subject, struct approval_candidates *out) {
    struct approval_world *world = user_data;
    const json_value *heads = json_get(world->people_json, "department_heads");
    const char *places[] = {"department", "company", who->company};
    char key[128];
    dealer_status status = DEALER_OK;
    switch (who->kind) {
    case APPROVAL_WHO_PERSON: return add(world, env, who->code, "named", out);
    case APPROVAL_WHO_POST:
        snprintf(key, sizeof key, "%s@%s", who->code, places[who->place]);
        out->nobody_en = out->nobody_zh = "nobody holds the post";
        return add_all(world, env, json_get(json_get(world->people_json, "posts"), key), "holds the post", out);
    case APPROVAL_WHO_HEAD: return add(world, env, json_text(json_at(heads, (size_t)who->level - 1)), "head", out);
    case APPROVAL_WHO_HEADS:
        for (int32_t i = 0; i < who->level && status == DEALER_OK; i++) {
            status = add(world, env, json_text(json_at(heads, (size_t)i)), "head", out);
        }
        return status;
    case APPROVAL_WHO_FIELD: return add(world, env, json_get_text(json_get(world->people_json, "fields"), who->code), "field", out);
    case APPROVAL_WHO_SUBMITTER: return add(world, env, approval_world_code(world, subject->submitter), "submitter", out);
    case APPROVAL_WHO_HEADS_TO_LIMIT:
        for (size_t i = 0; i < json_count(heads) && status == DEALER_OK; i++) {
            status = add(world, env, json_text(json_at(heads, i)), "head", out);
            if (listed(json_get(world->people_json, "covers"), json_text(json_at(heads, i)))) return status;
        }
        out->count = 0;
        return status;
    case APPROVAL_WHO_RULE: return choose(world, env, who->code, out);
    case APPROVAL_WHO_ADMINISTRATORS:
        return add_all(world, env, json_get(world->people_json, "administrators"), "administrates", out);
    }
    return DEALER_E_INTERNAL;
}

static dealer_status head_of(
    void *user_data, struct env *env, int64_t person, const struct approval_subject *subject, struct approval_candidates *out) {
    struct approval_world *world = user_data;
    (void)subject;
    const json_value *heads = json_get(world->people_json, "heads");
    return add(world, env, json_get_text(heads, approval_world_code(world, person)), "head", out);
}

static dealer_status look_up(void *user_data, struct env *env, int64_t person, struct approval_candidates *out) {
    struct approval_world *world = user_data;
    const char *code = approval_world_code(world, person);
    return strcmp(code, "?") == 0 ? DEALER_OK : add(world, env, code, NULL, out);
}

static dealer_status condition(
    void *user_data, struct env *env, const struct approval_condition *which, const struct approval_subject *subject, bool *out) {
    struct approval_world *world = user_data;
    (void)subject;
    const char *name = which->rule != NULL ? which->rule : json_text(which->predicate);
    static const struct message broken = {"E_BROKEN", DEALER_E_RULE, "rule broken fails", "规则 broken 失败"};
    if (strcmp(name, "broken") == 0) return error_raise(&env->error, &broken, NULL);
    *out = listed(json_get(world->people_json, "true"), name);
    return DEALER_OK;
}

/* Eight hours make a day. */
static dealer_status business(
    void *user_data, struct env *env, const struct approval_subject *subject, int64_t from_ms, int64_t hours, int64_t *out_ms) {
    (void)user_data;
    (void)env;
    (void)subject;
    *out_ms = from_ms + hours / 8 * 24 * 3600000 + hours % 8 * 3600000;
    return DEALER_OK;
}

static dealer_status may_read(void *user_data, struct env *env, int64_t person, const struct approval_subject *subject, bool *out) {
    struct approval_world *world = user_data;
    (void)env;
    (void)subject;
    *out = !listed(json_get(world->people_json, "cannot_read"), approval_world_code(world, person));
    return DEALER_OK;
}

static dealer_status digest(
    void *user_data, struct env *env, const struct approval_node *node, struct region *region, const char **out) {
    struct approval_world *world = user_data;
    const char *content = json_get_text(json_get(world->people_json, "content"), node->id);
    if (content == NULL) return DEALER_OK;
    *out = region_copy(region, env, content, strlen(content));
    return *out == NULL ? DEALER_E_NOMEM : DEALER_OK;
}

/* Titles for what has none. */
static void complete(struct json *json, json_value *object) {
    if (json_get(object, "title") == NULL && json_get(object, "id") != NULL) {
        json_value *title = json_new_object(json);
        json_set(json, title, "en", json_copy(json, json_get(object, "id")));
        json_set(json, title, "zh", json_copy(json, json_get(object, "id")));
        json_set(json, object, "title", title);
    }
    static const char *const inner[] = {"nodes", "branches"};
    for (size_t key = 0; key < 2; key++) {
        json_value *array = json_get(object, inner[key]);
        for (size_t i = 0; json_kind(array) == JSON_ARRAY && i < json_count(array); i++) {
            if (json_kind(json_at(array, i)) == JSON_OBJECT) complete(json, json_at(array, i));
        }
    }
}

/* The flows that come with it become the offer. */
static dealer_status take_sub_flows(struct approval_world *world, json_value *flow) {
    json_value *given = json_get(flow, "sub_flows"), *one = NULL;
    size_t count = json_count(given), at = 0;
    const char **names = REGION_ARRAY(&world->region, &world->env, const char *, count + 1);
    const json_value **flows = REGION_ARRAY(&world->region, &world->env, const json_value *, count + 1);
    if (names == NULL || flows == NULL) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(given); (one = json_next(&each, &names[at])) != NULL; at++) {
        complete(world->flow_json, one);
        flows[at] = one;
    }
    names[at] = NULL;
    world->offer = (struct flow_offer){names, flows};
    json_value *rest = json_new_object(world->flow_json), *value = NULL;
    const char *key = NULL;
    for (struct json_cursor each = json_each(flow); (value = json_next(&each, &key)) != NULL;)
        if (strcmp(key, "sub_flows") != 0) json_set(world->flow_json, rest, key, json_copy(world->flow_json, value));
    world->flow_given = given == NULL ? flow : rest;
    return DEALER_OK;
}

dealer_status approval_world_open(
    struct approval_world *world, const struct seams *seams, const json_value *flow, const json_value *people) {
    *world = (struct approval_world){.people_json = people};
    if (seams == NULL) {
        seams_defaults(&world->seams);
    } else {
        world->seams = *seams;
    }
    env_init(&world->env, &world->seams);
    region_init(&world->region, &world->seams);
    world->people = (struct approval_people){.user_data = world,
        .resolve = resolve,
        .head_of = head_of,
        .look_up = look_up,
        .condition = condition,
        .business = business,
        .may_read = may_read,
        .digest = digest};
    world->subject = (struct approval_subject){.document_id = 100, .submitter = 1, .company = 1, .department = 1};
    dealer_status status = json_new(&world->env, &world->flow_json);
    if (status != DEALER_OK) return status;
    json_value *copy = json_copy(world->flow_json, flow);
    if (json_kind(copy) == JSON_OBJECT) complete(world->flow_json, copy);
    json_set_root(world->flow_json, copy);
    status = json_status(world->flow_json);
    world->flow_given = copy;
    if (status == DEALER_OK && json_kind(copy) == JSON_OBJECT) status = take_sub_flows(world, copy);
    if (status == DEALER_OK) status = json_status(world->flow_json);
    if (status == DEALER_OK) status = flow_load(&world->env, &world->region, world->flow_given, &world->offer, &world->flow);
    if (status != DEALER_OK) return status;
    world->call = (struct approval_call){.flow = world->flow, .people = &world->people, .subject = &world->subject, .now_ms = 1000};
    approval_instance_init(&world->instance, 100, 1, world->flow->id, "v1");
    return DEALER_OK;
}

void approval_world_close(struct approval_world *world) {
    json_free(world->flow_json);
    region_finish(&world->region);
    env_finish(&world->env);
}

dealer_status approval_world_act(struct approval_world *world, const struct approval_action *action) {
    error_clear(&world->env.error);
    world->call.now_ms += 1000;
    dealer_status status = approval_step(&world->env, &world->region, &world->call, &world->instance, action, &world->last);
    if (status == DEALER_OK) world->instance = world->last.instance;
    return status;
}

dealer_status approval_world_step(struct approval_world *world, const json_value *json) {
    int verb = approval_verb_of(json_get_text(json, "verb"));
    const char *person = json_get_text(json, "person");
    world->call.now_ms += json_get_integer(json, "hours_later", 0) * 3600000;
    struct approval_action action = {.verb = (enum approval_verb)verb,
        .actor = approval_world_person(world, json_get_text(json, "actor")),
        .administrator = json_is_true(json_get(json, "administrator")),
        .task = json_get_integer(json, "task", 0),
        .person = approval_world_person(world, person),
        .from_person = approval_world_person(world, json_get_text(json, "from")),
        .target = json_get_text(json, "target"),
        .back = json_is_true(json_get(json, "back")),
        .comment = json_get_text(json, "comment"),
        .expected_history = json_get_integer(json, "history", 0)};
    if (person != NULL && action.person == 0) action.person = 99; /* nobody has this id */
    return approval_world_act(world, &action);
}

char *approval_world_text(struct approval_world *world, const struct approval_instance *instance) {
    struct json *json = NULL;
    json_value *value = NULL;
    char *text = NULL, *copy = NULL;
    if (json_new(&world->env, &json) != DEALER_OK) return NULL;
    if (approval_instance_to_json(&world->env, json, instance, &value) == DEALER_OK) {
        text = json_write(&world->env, value, true, false, NULL);
    }
    if (text != NULL) {
        copy = malloc(strlen(text) + 1);
        if (copy != NULL) strcpy(copy, text);
    }
    env_free(&world->env, text);
    json_free(json);
    return copy;
}

static bool is_over(enum approval_state state) {
    return state != APPROVAL_STATE_RUNNING && state != APPROVAL_STATE_SUSPENDED;
}

static const char *task_fault(const struct approval_instance *instance, const struct approval_task *task) {
    const struct approval_visit *visit = approval_visit_find(instance, task->visit);
    bool undecided = task->state == APPROVAL_TASK_OPEN || task->state == APPROVAL_TASK_WAITING;
    if (visit == NULL) return "a task without its visit";
    if (undecided && visit->state != APPROVAL_VISIT_ACTIVE) return "an undecided task at a node that is closed";
    if (undecided && task->decision != APPROVAL_DECISION_NONE) return "an undecided task with a decision";
    if (task->state == APPROVAL_TASK_DONE && task->decision == APPROVAL_DECISION_NONE) return "a done task without decision";
    if (task->state == APPROVAL_TASK_OPEN && task->owner == 0 && task->candidate_count == 0) return "a task without an owner";
    if (undecided && is_over(instance->state)) return "an undecided task though it is over";
    return NULL;
}

static bool has_open_task(const struct approval_instance *instance, int64_t visit) {
    for (size_t i = 0; i < instance->task_count; i++) {
        if (instance->tasks[i].visit == visit && instance->tasks[i].state == APPROVAL_TASK_OPEN) return true;
    }
    return false;
}

static bool has_active_child(const struct approval_instance *instance, int64_t visit) {
    for (size_t i = 0; i < instance->visit_count; i++) {
        if (instance->visits[i].parent == visit && instance->visits[i].state == APPROVAL_VISIT_ACTIVE) return true;
    }
    return false;
}

static const char *voices_fault(const struct approval_instance *instance, size_t at) {
    const struct approval_task *task = &instance->tasks[at];
    for (size_t i = 0; i < at; i++) {
        const struct approval_task *other = &instance->tasks[i];
        bool counted = task->state != APPROVAL_TASK_CANCELLED && other->state != APPROVAL_TASK_CANCELLED;
        bool same = task->visit == other->visit && task->owner != 0 && task->owner == other->owner;
        if (counted && same) return "one person with two voices at a node";
    }
    return NULL;
}

static const char *visit_fault(const struct approval_instance *instance, const struct approval_visit *visit) {
    if (visit->state != APPROVAL_VISIT_ACTIVE) return NULL;
    if (is_over(instance->state)) return "an active node though it is over";
    if (visit->superseded_move != 0) return "an active node that is superseded";
    bool somebody = has_open_task(instance, visit->number) || has_active_child(instance, visit->number) ||
                    approval_visit_due(instance, visit) > 0 || (instance->state == APPROVAL_STATE_SUSPENDED && visit->due_ms > 0);
    return somebody ? NULL : "an active node where nobody is awaited";
}

const char *approval_world_fault(const struct approval_instance *instance) {
    bool somebody = false;
    for (size_t i = 0; i < instance->task_count; i++) {
        const char *fault = task_fault(instance, &instance->tasks[i]);
        if (fault == NULL) fault = voices_fault(instance, i);
        if (fault != NULL) return fault;
        somebody = somebody || instance->tasks[i].state == APPROVAL_TASK_OPEN;
    }
    for (size_t i = 0; i < instance->visit_count; i++) {
        const char *fault = visit_fault(instance, &instance->visits[i]);
        if (fault != NULL) return fault;
        somebody = somebody || (instance->visits[i].state == APPROVAL_VISIT_ACTIVE && instance->visits[i].due_ms > 0);
    }
    return is_over(instance->state) || somebody ? NULL : "running, and nobody is awaited";
}
