/* An instance as JSON and back, field by field from one table for each struct: what is written is what is read. Absent
 * members are zero, so that equal instances give equal texts. */
#include "approval/instance.h"
#include "approval/messages.h"
#include "base/sort.h"

#include <stddef.h>
#include <string.h>

enum field_kind { FIELD_INT64, FIELD_INT32, FIELD_UINT32, FIELD_TRUTH, FIELD_TEXT, FIELD_ENUM };

struct field {
    const char *key;
    enum field_kind kind;
    size_t offset;
    const char *(*name)(int value); /* FIELD_ENUM */
    int (*of)(const char *name);
    bool needed; /* must be there */
};

static const char *state_name(int value) {
    return approval_state_name((enum approval_state)value);
}
static const char *visit_state_name(int value) {
    return approval_visit_state_name((enum approval_visit_state)value);
}
static const char *task_state_name(int value) {
    return approval_task_state_name((enum approval_task_state)value);
}
static const char *decision_name(int value) {
    return approval_decision_name((enum approval_decision)value);
}

#define AT(type, member)                 offsetof(struct approval_##type, member), NULL, NULL, false
#define NEEDED_AT(type, member)          offsetof(struct approval_##type, member), NULL, NULL, true
#define ENUM_AT(type, member, names, of) FIELD_ENUM, offsetof(struct approval_##type, member), names, of, true

static const struct field instance_fields[] = {{"decision_move", FIELD_INT64, AT(instance, decision_move)},
    {"decision_task", FIELD_INT64, AT(instance, decision_task)}, {"document_id", FIELD_INT64, AT(instance, document_id)},
    {"flow_id", FIELD_TEXT, NEEDED_AT(instance, flow_id)}, {"flow_version", FIELD_TEXT, AT(instance, flow_version)},
    {"history", FIELD_INT64, AT(instance, history)}, {"id", FIELD_INT64, AT(instance, id)},
    {"move", FIELD_INT64, AT(instance, move)}, {"next_task", FIELD_INT64, AT(instance, next_task)},
    {"next_visit", FIELD_INT64, AT(instance, next_visit)}, {"resume_at", FIELD_TEXT, AT(instance, resume_at)},
    {"round", FIELD_INT32, AT(instance, round)}, {"state", ENUM_AT(instance, state, state_name, approval_state_of)},
    {"submitter", FIELD_INT64, AT(instance, submitter)}, {"suspended_ms", FIELD_INT64, AT(instance, suspended_ms)},
    {NULL, FIELD_INT64, 0, NULL, NULL, false}};

static const struct field visit_fields[] = {{"amended", FIELD_TRUTH, AT(visit, amended)},
    {"back_to", FIELD_TEXT, AT(visit, back_to)}, {"chosen", FIELD_UINT32, AT(visit, chosen)},
    {"closed_move", FIELD_INT64, AT(visit, closed_move)}, {"closed_ms", FIELD_INT64, AT(visit, closed_ms)},
    {"due_ms", FIELD_INT64, AT(visit, due_ms)}, {"entered_move", FIELD_INT64, AT(visit, entered_move)},
    {"entered_ms", FIELD_INT64, AT(visit, entered_ms)}, {"node", FIELD_TEXT, NEEDED_AT(visit, node)},
    {"number", FIELD_INT64, NEEDED_AT(visit, number)}, {"overridden", FIELD_TRUTH, AT(visit, overridden)},
    {"parent", FIELD_INT64, AT(visit, parent)}, {"round", FIELD_INT32, AT(visit, round)},
    {"state", ENUM_AT(visit, state, visit_state_name, approval_visit_state_of)},
    {"superseded_move", FIELD_INT64, AT(visit, superseded_move)}, {NULL, FIELD_INT64, 0, NULL, NULL, false}};

static const struct field task_fields[] = {{"added_by", FIELD_INT64, AT(task, added_by)},
    {"assignee", FIELD_INT64, AT(task, assignee)}, {"closed_move", FIELD_INT64, AT(task, closed_move)},
    {"closed_ms", FIELD_INT64, AT(task, closed_ms)}, {"comment", FIELD_TEXT, AT(task, comment)},
    {"decided_by", FIELD_INT64, AT(task, decided_by)}, {"decision", ENUM_AT(task, decision, decision_name, approval_decision_of)},
    {"digest", FIELD_TEXT, AT(task, digest)}, {"due_ms", FIELD_INT64, AT(task, due_ms)}, {"group", FIELD_INT32, AT(task, group)},
    {"id", FIELD_INT64, AT(task, id)}, {"node", FIELD_TEXT, NEEDED_AT(task, node)},
    {"number", FIELD_INT64, NEEDED_AT(task, number)}, {"opened_move", FIELD_INT64, AT(task, opened_move)},
    {"opened_ms", FIELD_INT64, AT(task, opened_ms)}, {"owner", FIELD_INT64, AT(task, owner)},
    {"reason_en", FIELD_TEXT, AT(task, reason_en)}, {"reason_zh", FIELD_TEXT, AT(task, reason_zh)},
    {"required", FIELD_TRUTH, AT(task, required)}, {"round", FIELD_INT32, AT(task, round)},
    {"stands_for", FIELD_INT64, AT(task, stands_for)}, {"state", ENUM_AT(task, state, task_state_name, approval_task_state_of)},
    {"turn", FIELD_INT32, AT(task, turn)}, {"veto", FIELD_TRUTH, AT(task, veto)}, {"visit", FIELD_INT64, AT(task, visit)},
    {"weight", FIELD_INT64, AT(task, weight)}, {NULL, FIELD_INT64, 0, NULL, NULL, false}};

/* One member, when there is something to say. */
static void write_field(struct text *out, const struct field *field, const char *from) {
    const void *at = from + field->offset;
    const char *text = NULL;
    int64_t number = 0;
    int32_t small = 0;
    uint32_t bits = 0;
    bool truth = false;
    int value = 0;
    switch (field->kind) {
    case FIELD_INT64: memcpy(&number, at, sizeof number); break;
    case FIELD_INT32: memcpy(&small, at, sizeof small); break;
    case FIELD_UINT32: memcpy(&bits, at, sizeof bits); break;
    case FIELD_TRUTH: memcpy(&truth, at, sizeof truth); break;
    case FIELD_TEXT: memcpy(&text, at, sizeof text); break;
    case FIELD_ENUM:
        memcpy(&value, at, sizeof value);
        text = field->name(value);
        break;
    }
    number += small + (int64_t)bits;
    if (number == 0 && !truth && text == NULL) return;
    text_add_key(out, field->key);
    if (text != NULL) {
        text_add_json(out, text, strlen(text));
    } else if (truth) {
        text_add(out, "true");
    } else {
        text_add_integer(out, number);
    }
}

/* Members are in the order of their names; one that is no field stands where its name belongs. */
static const struct field *write_struct(struct text *out, const struct field *fields, const void *from, const char *until) {
    for (; fields->key != NULL && (until == NULL || strcmp(fields->key, until) < 0); fields++) write_field(out, fields, from);
    return fields;
}

static void write_task(struct text *out, const void *row) {
    const struct approval_task *task = row;
    text_add(out, "{");
    const struct field *rest = write_struct(out, task_fields, task, "candidates");
    if (task->candidate_count > 0) {
        text_add_key(out, "candidates");
        text_add(out, "[");
        for (size_t i = 0; i < task->candidate_count; i++) {
            if (i > 0) text_add(out, ",");
            text_add_integer(out, task->candidates[i]);
        }
        text_add(out, "]");
    }
    write_struct(out, rest, task, NULL);
    text_add(out, "}");
}

static void write_visit(struct text *out, const void *row) {
    text_add(out, "{");
    write_struct(out, visit_fields, row, NULL);
    text_add(out, "}");
}

/* A task or a visit. The past is written too, in the order of numbers: what is past can be told from the rows themselves. */
struct row {
    int64_t number;
    const void *at;
};

static int compare_rows(const void *left, const void *right, void *user_data) {
    const struct row *a = left, *b = right;
    (void)user_data;
    return (a->number > b->number) - (a->number < b->number);
}

static void write_rows(
    struct text *out, struct row *rows, const size_t range[2], void (*write)(struct text *out, const void *row)) {
    sort_items(rows + range[0], range[1] - range[0], sizeof *rows, compare_rows, NULL);
    for (size_t i = range[0]; i < range[1]; i++) {
        if (i > range[0]) text_add(out, ",");
        write(out, rows[i].at);
    }
}

static size_t add_tasks(struct row *rows, size_t count, const struct approval_task *tasks, size_t task_count) {
    for (size_t i = 0; i < task_count; i++) rows[count++] = (struct row){tasks[i].number, &tasks[i]};
    return count;
}

static size_t add_visits(struct row *rows, size_t count, const struct approval_visit *visits, size_t visit_count) {
    for (size_t i = 0; i < visit_count; i++) rows[count++] = (struct row){visits[i].number, &visits[i]};
    return count;
}

static size_t row_count(const struct approval_instance *instance) {
    size_t count = instance->task_count + instance->visit_count;
    for (const struct approval_past *past = instance->past; past != NULL; past = past->earlier)
        count += past->task_count + past->visit_count;
    return count;
}

void approval_instance_write(const struct approval_instance *instance, struct text *out) {
    struct row *rows = env_alloc(out->env, row_count(instance) * sizeof *rows);
    if (rows == NULL) {
        out->status = DEALER_E_NOMEM;
        return;
    }
    size_t tasks = add_tasks(rows, 0, instance->tasks, instance->task_count);
    for (const struct approval_past *past = instance->past; past != NULL; past = past->earlier)
        tasks = add_tasks(rows, tasks, past->tasks, past->task_count);
    size_t all = add_visits(rows, tasks, instance->visits, instance->visit_count);
    for (const struct approval_past *past = instance->past; past != NULL; past = past->earlier)
        all = add_visits(rows, all, past->visits, past->visit_count);
    text_add(out, "{");
    write_struct(out, instance_fields, instance, NULL);
    text_add_key(out, "tasks");
    text_add(out, "[");
    write_rows(out, rows, (const size_t[2]){0, tasks}, write_task);
    text_add(out, "],\"visits\":[");
    write_rows(out, rows, (const size_t[2]){tasks, all}, write_visit);
    text_add(out, "]}");
    env_free(out->env, rows);
}

dealer_status approval_instance_to_json(
    struct env *env, struct json *json, const struct approval_instance *instance, json_value **out) {
    struct text text;
    text_init(&text, env);
    approval_instance_write(instance, &text);
    dealer_status status = text.status;
    json_value *value = status == DEALER_OK ? json_new_parsed(json, text.data, text.length) : NULL;
    text_finish(&text);
    if (status == DEALER_OK) status = json_status(json);
    if (status == DEALER_OK) *out = value;
    return status;
}

struct reading {
    struct env *env;
    struct region *region;
};

static dealer_status wrong(const struct reading *reading, const char *path, const char *expected) {
    return error_raise(&reading->env->error, &E_INSTANCE_JSON, "path", path, "expected", expected, NULL);
}

static dealer_status read_number(const struct reading *reading, const json_value *value, const struct field *field, char *into) {
    int64_t number = json_integer(value, 0);
    int32_t small = (int32_t)number;
    uint32_t bits = (uint32_t)number;
    if (json_kind(value) != JSON_INTEGER) return wrong(reading, field->key, "integer");
    if (field->kind == FIELD_INT64) memcpy(into + field->offset, &number, sizeof number);
    if (field->kind == FIELD_INT32) {
        if (small != number) return wrong(reading, field->key, "32 bits");
        memcpy(into + field->offset, &small, sizeof small);
    }
    if (field->kind == FIELD_UINT32) {
        if (bits != number) return wrong(reading, field->key, "32 bits");
        memcpy(into + field->offset, &bits, sizeof bits);
    }
    return DEALER_OK;
}

static dealer_status read_text(const struct reading *reading, const json_value *value, const struct field *field, char *into) {
    const char *text = json_text(value);
    if (text == NULL) return wrong(reading, field->key, "text");
    if (field->kind == FIELD_ENUM) {
        int number = field->of(text);
        if (number < 0) return wrong(reading, field->key, "name");
        memcpy(into + field->offset, &number, sizeof number);
        return DEALER_OK;
    }
    char *copy = region_copy(reading->region, reading->env, text, json_text_length(value));
    if (copy == NULL) return DEALER_E_NOMEM;
    memcpy(into + field->offset, &copy, sizeof copy);
    return DEALER_OK;
}

static dealer_status read_member(const struct reading *reading, const json_value *value, const struct field *field, void *into) {
    bool truth = json_is_true(value);
    switch (field->kind) {
    case FIELD_TRUTH: memcpy((char *)into + field->offset, &truth, sizeof truth); return DEALER_OK;
    case FIELD_TEXT:
    case FIELD_ENUM: return read_text(reading, value, field, into);
    default: return read_number(reading, value, field, into);
    }
}

/* Fields and members are both in the order of their names, so the next one is nearly always the one looked for. */
static int find_field(const struct field *fields, int from, const char *key) {
    int order = -1, at = from;
    while (fields[at].key != NULL && (order = strcmp(fields[at].key, key)) < 0) at++;
    if (fields[at].key != NULL && order == 0) return at;
    for (at = 0; at < from && strcmp(fields[at].key, key) != 0;) at++;
    return at < from ? at : -1;
}

static dealer_status check_needed(const struct reading *reading, const struct field *fields, uint32_t there) {
    for (int i = 0; fields[i].key != NULL; i++) {
        if (fields[i].needed && (there >> i & 1) == 0) return wrong(reading, fields[i].key, "present");
    }
    return DEALER_OK;
}

static dealer_status read_struct(const struct reading *reading, const json_value *object, const struct field *fields, void *into) {
    if (json_kind(object) != JSON_OBJECT) return wrong(reading, fields == instance_fields ? "instance" : "element", "object");
    const json_value *value = NULL;
    const char *key = NULL;
    uint32_t there = 0; /* fields of the table that were found */
    int from = 0;
    for (struct json_cursor cursor = json_each(object); (value = json_next(&cursor, &key)) != NULL;) {
        int found = find_field(fields, from, key);
        if (found < 0) continue;
        from = found + 1;
        there |= UINT32_C(1) << found;
        dealer_status status = read_member(reading, value, &fields[found], into);
        if (status != DEALER_OK) return status;
    }
    return check_needed(reading, fields, there);
}

static dealer_status read_candidates(const struct reading *reading, const json_value *array, struct approval_task *task) {
    size_t count = json_count(array);
    if (array == NULL) return DEALER_OK;
    if (json_kind(array) != JSON_ARRAY) return wrong(reading, "candidates", "array of integers");
    int64_t *people = REGION_ARRAY(reading->region, reading->env, int64_t, count);
    if (people == NULL) return DEALER_E_NOMEM;
    const json_value *value = NULL;
    for (struct json_cursor cursor = json_each(array); (value = json_next(&cursor, NULL)) != NULL;) {
        if (json_kind(value) != JSON_INTEGER) return wrong(reading, "candidates", "array of integers");
        people[cursor.index - 1] = json_integer(value, 0);
    }
    task->candidates = people;
    task->candidate_count = count;
    return DEALER_OK;
}

static dealer_status read_rows(const struct reading *reading, const json_value *object, struct approval_instance *out) {
    const json_value *visits = json_get(object, "visits"), *tasks = json_get(object, "tasks"), *row = NULL;
    if (json_kind(visits) != JSON_ARRAY) return wrong(reading, "visits", "array");
    if (json_kind(tasks) != JSON_ARRAY) return wrong(reading, "tasks", "array");
    out->visits = REGION_ARRAY(reading->region, reading->env, struct approval_visit, json_count(visits));
    out->tasks = REGION_ARRAY(reading->region, reading->env, struct approval_task, json_count(tasks));
    if (out->visits == NULL || out->tasks == NULL) return DEALER_E_NOMEM;
    for (struct json_cursor cursor = json_each(visits); (row = json_next(&cursor, NULL)) != NULL;) {
        dealer_status status = read_struct(reading, row, visit_fields, &out->visits[out->visit_count++]);
        if (status != DEALER_OK) return status;
    }
    for (struct json_cursor cursor = json_each(tasks); (row = json_next(&cursor, NULL)) != NULL;) {
        struct approval_task *task = &out->tasks[out->task_count++];
        dealer_status status = read_struct(reading, row, task_fields, task);
        if (status == DEALER_OK) status = read_candidates(reading, json_get(row, "candidates"), task);
        if (status != DEALER_OK) return status;
    }
    out->visit_capacity = out->visit_count;
    out->task_capacity = out->task_count;
    return DEALER_OK;
}

dealer_status approval_instance_from_json(
    struct env *env, struct region *region, const json_value *value, struct approval_instance *out) {
    struct reading reading = {.env = env, .region = region};
    struct approval_instance instance = {0};
    dealer_status status = read_struct(&reading, value, instance_fields, &instance);
    if (status == DEALER_OK) status = read_rows(&reading, value, &instance);
    if (status == DEALER_OK) *out = instance;
    return status;
}
