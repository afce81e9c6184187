/* The working copy of a step: growth, numbers, texts. Decides nothing. */
#include "approval/engine.h"

#include <string.h>

void engine_fail(struct engine *engine, dealer_status status) {
    if (engine->status == DEALER_OK) engine->status = status;
}

void *engine_grow(struct engine *engine, void *items, size_t count, size_t *capacity, size_t item_size) {
    if (count < *capacity) return items;
    size_t larger = *capacity * 2 > count + 8 ? *capacity * 2 : count + 8;
    void *grown = region_alloc(engine->region, engine->env, larger * item_size);
    if (grown == NULL) {
        engine_fail(engine, DEALER_E_NOMEM);
        return NULL;
    }
    if (count > 0) memcpy(grown, items, count * item_size);
    *capacity = larger;
    return grown;
}

void engine_start(struct engine *engine, struct env *env, struct region *region, const struct approval_call *call,
    const struct approval_instance *in) {
    *engine = (struct engine){.env = env, .region = region, .call = call, .flow = call->flow, .instance = *in};
    struct approval_instance *instance = &engine->instance;
    instance->visit_capacity = instance->visit_count;
    instance->task_capacity = instance->task_count;
    void *visits =
        engine_grow(engine, instance->visits, instance->visit_count, &instance->visit_capacity, sizeof *instance->visits);
    void *tasks = engine_grow(engine, instance->tasks, instance->task_count, &instance->task_capacity, sizeof *instance->tasks);
    instance->visits = visits;
    instance->tasks = tasks;
    if (visits == NULL) instance->visit_count = 0;
    if (tasks == NULL) instance->task_count = 0;
}

struct approval_effect *engine_effect(struct engine *engine, enum approval_effect_kind kind, int64_t visit, int64_t task) {
    void *grown = engine_grow(engine, engine->effects, engine->effect_count, &engine->effect_capacity, sizeof *engine->effects);
    struct approval_effect *effect = &engine->spare;
    if (grown != NULL) {
        engine->effects = grown;
        effect = &engine->effects[engine->effect_count++];
    }
    *effect = (struct approval_effect){.kind = kind, .visit = visit, .task = task};
    if (engine->action != NULL) effect->actor = engine->action->actor;
    const struct approval_visit *there = visit == 0 ? NULL : approval_visit_find(&engine->instance, visit);
    if (there != NULL) effect->node = there->node;
    return effect;
}

size_t engine_new_visit(struct engine *engine, const char *node, int64_t parent) {
    struct approval_instance *instance = &engine->instance;
    void *grown = engine_grow(engine, instance->visits, instance->visit_count, &instance->visit_capacity, sizeof *instance->visits);
    if (grown == NULL) return SIZE_MAX;
    instance->visits = grown;
    size_t index = instance->visit_count++;
    instance->visits[index] = (struct approval_visit){.number = instance->next_visit++,
        .parent = parent,
        .node = node,
        .state = APPROVAL_VISIT_ACTIVE,
        .round = instance->round,
        .entered_ms = engine->call->now_ms,
        .entered_move = instance->move};
    engine_effect(engine, APPROVAL_EFFECT_NODE_ENTERED, instance->visits[index].number, 0);
    return index;
}

size_t engine_new_task(struct engine *engine, size_t visit) {
    struct approval_instance *instance = &engine->instance;
    void *grown = engine_grow(engine, instance->tasks, instance->task_count, &instance->task_capacity, sizeof *instance->tasks);
    if (grown == NULL) return SIZE_MAX;
    instance->tasks = grown;
    size_t index = instance->task_count++;
    instance->tasks[index] = (struct approval_task){.number = instance->next_task++,
        .visit = instance->visits[visit].number,
        .node = instance->visits[visit].node,
        .state = APPROVAL_TASK_WAITING,
        .round = instance->round,
        .weight = 1};
    return index;
}

void engine_queue(struct engine *engine, int32_t node, int64_t parent, const char *back_to) {
    void *grown = engine_grow(engine, engine->queue, engine->queue_count, &engine->queue_capacity, sizeof *engine->queue);
    if (grown == NULL) return;
    engine->queue = grown;
    engine->queue[engine->queue_count++] = (struct engine_entry){.node = node, .parent = parent, .back_to = back_to};
}

struct approval_route_node *engine_note(struct engine *engine, const struct approval_node *node) {
    if (!engine->preview) return NULL;
    void *grown = engine_grow(engine, engine->route, engine->route_count, &engine->route_capacity, sizeof *engine->route);
    if (grown == NULL) return NULL;
    engine->route = grown;
    struct approval_route_node *row = &engine->route[engine->route_count++];
    *row = (struct approval_route_node){.node = node->id, .kind = node->kind, .title = node->title};
    return row;
}

static const char *render(struct engine *engine, const char *pattern, const char *const *arguments) {
    char text[ERROR_TEXT_SIZE];
    message_render(text, sizeof text, pattern, arguments);
    const char *copy = region_copy(engine->region, engine->env, text, strlen(text));
    if (copy == NULL) engine_fail(engine, DEALER_E_NOMEM);
    return copy;
}

void engine_reason(
    struct engine *engine, const struct message *message, const char *const *arguments, const char **en_out, const char **zh_out) {
    *en_out = render(engine, message->en, arguments);
    *zh_out = render(engine, message->zh, arguments);
}

void engine_explain(
    struct engine *engine, struct approval_effect *effect, const struct message *message, const char *const *arguments) {
    engine_reason(engine, message, arguments, &effect->reason_en, &effect->reason_zh);
}

const char *engine_person(struct engine *engine, int64_t person) {
    struct approval_candidates found = {.region = engine->region};
    const struct approval_people *people = engine->call->people;
    dealer_status status = people->look_up(people->user_data, engine->env, person, &found);
    if (status != DEALER_OK) engine_fail(engine, status);
    if (status == DEALER_OK && found.count > 0 && found.items[0].name != NULL) return found.items[0].name;
    const char *number = render(engine, "#{id}", ARGUMENTS("id", NUMBER(person)));
    return number == NULL ? "?" : number;
}

const char *engine_awaited(struct engine *engine) {
    const struct approval_task *task = NULL;
    const char *text = "-";
    int named = 0;
    for (size_t at = 0; (task = approval_awaited(&engine->instance, &at)) != NULL && text != NULL; named++) {
        if (named == 3) break;
        int64_t person = task->assignee != 0 ? task->assignee : task->candidates[0];
        const char *name = engine_person(engine, person);
        text = named == 0 ? name : region_format(engine->region, engine->env, "%s, %s", text, name);
    }
    if (text != NULL && task != NULL) text = region_format(engine->region, engine->env, "%s ...", text);
    if (text == NULL) engine_fail(engine, DEALER_E_NOMEM);
    return text;
}

const char *engine_comment(struct engine *engine) {
    const char *comment = engine->action->comment;
    if (comment == NULL || comment[0] == '\0') return NULL;
    const char *copy = region_copy(engine->region, engine->env, comment, strlen(comment));
    if (copy == NULL) engine_fail(engine, DEALER_E_NOMEM);
    return copy;
}

/* Newest first: that is where the one asked for nearly always is. */
size_t engine_visit_index(const struct engine *engine, int64_t number) {
    for (size_t i = engine->instance.visit_count; i-- > 0;) {
        if (engine->instance.visits[i].number == number) return i;
    }
    return SIZE_MAX;
}

size_t engine_task_index(const struct engine *engine, int64_t number) {
    for (size_t i = engine->instance.task_count; i-- > 0;) {
        if (engine->instance.tasks[i].number == number) return i;
    }
    return SIZE_MAX;
}

int32_t engine_node_index(const struct engine *engine, const char *id) {
    return flow_find(engine->flow, id);
}

const struct approval_node *engine_node(const struct engine *engine, const char *id) {
    return &engine->flow->nodes[flow_find(engine->flow, id)];
}

bool task_is_undecided(const struct approval_task *task) {
    return task->state == APPROVAL_TASK_OPEN || task->state == APPROVAL_TASK_WAITING;
}
