/* The instance as a value: a fresh one, looking up, and the names of its states. */
#include "approval/instance.h"

#include <string.h>

void approval_instance_init(
    struct approval_instance *instance, int64_t document_id, int64_t submitter, const char *flow_id, const char *flow_version) {
    *instance = (struct approval_instance){.document_id = document_id,
        .submitter = submitter,
        .flow_id = flow_id,
        .flow_version = flow_version,
        .next_visit = 1,
        .next_task = 1};
}

const struct approval_task *approval_task_find(const struct approval_instance *instance, int64_t number) {
    for (size_t i = instance->task_count; i-- > 0;) {
        if (instance->tasks[i].number == number) return &instance->tasks[i];
    }
    for (const struct approval_past *past = instance->past; past != NULL; past = past->earlier) {
        for (size_t i = past->task_count; i-- > 0;) {
            if (past->tasks[i].number == number) return &past->tasks[i];
        }
    }
    return NULL;
}

const struct approval_visit *approval_visit_find(const struct approval_instance *instance, int64_t number) {
    for (size_t i = instance->visit_count; i-- > 0;) {
        if (instance->visits[i].number == number) return &instance->visits[i];
    }
    for (const struct approval_past *past = instance->past; past != NULL; past = past->earlier) {
        for (size_t i = past->visit_count; i-- > 0;) {
            if (past->visits[i].number == number) return &past->visits[i];
        }
    }
    return NULL;
}

static const char *const state_names[] = {
    "new", "running", "approved", "rejected", "returned", "recalled", "terminated", "suspended"};
static const char *const visit_names[] = {"active", "passed", "skipped", "rejected", "returned", "cancelled"};
static const char *const task_names[] = {"open", "waiting", "done", "cancelled"};
static const char *const decision_names[] = {
    "none", "approved", "rejected", "abstained", "returned", "credited", "auto_approved", "auto_rejected"};

#define COUNT(names) ((int)(sizeof(names) / sizeof *(names)))

static const char *name_at(const char *const *names, int count, int index) {
    return index >= 0 && index < count ? names[index] : NULL;
}

static int index_of(const char *const *names, int count, const char *name) {
    for (int i = 0; i < count && name != NULL; i++) {
        if (strcmp(names[i], name) == 0) return i;
    }
    return -1;
}

const char *approval_state_name(enum approval_state state) {
    return name_at(state_names, COUNT(state_names), (int)state);
}
const char *approval_visit_state_name(enum approval_visit_state state) {
    return name_at(visit_names, COUNT(visit_names), (int)state);
}
const char *approval_task_state_name(enum approval_task_state state) {
    return name_at(task_names, COUNT(task_names), (int)state);
}
const char *approval_decision_name(enum approval_decision decision) {
    return name_at(decision_names, COUNT(decision_names), (int)decision);
}
int approval_state_of(const char *name) {
    return index_of(state_names, COUNT(state_names), name);
}
int approval_visit_state_of(const char *name) {
    return index_of(visit_names, COUNT(visit_names), name);
}
int approval_task_state_of(const char *name) {
    return index_of(task_names, COUNT(task_names), name);
}
int approval_decision_of(const char *name) {
    return index_of(decision_names, COUNT(decision_names), name);
}
