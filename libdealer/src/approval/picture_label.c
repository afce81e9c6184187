/* What is to be seen of each node: title, people, and how it stands. */
#include "approval/picture_parts.h"

#include <stdio.h>
#include <string.h>

const char *picture_fill(enum picture_state state) {
    static const char *const colours[] = {[PICTURE_PLAIN] = "#ffffff",
        [PICTURE_DONE] = "#d5f0d9",
        [PICTURE_WAITING] = "#ffe9b3",
        [PICTURE_SKIPPED] = "#e6e6e6",
        [PICTURE_REJECTED] = "#f8d0d0"};
    return colours[state];
}

const char *picture_word(const struct picture *picture, const char *en, const char *zh) {
    return picture->zh ? zh : en;
}

const char *picture_title(const struct picture *picture, const struct approval_title *title) {
    const char *text = picture->zh ? title->zh : title->en;
    return text == NULL ? "" : text;
}

static void add_line(struct picture_label *label, const char *text) {
    if (label->count == PICTURE_LINES) return;
    char *line = label->lines[label->count++];
    size_t length = utf8_cut(text, strlen(text), PICTURE_LINE_BYTES - 1);
    memcpy(line, text, length);
    line[length] = '\0';
}

/* The newest visit of a node that counts. */
static const struct approval_visit *visit_of(const struct picture *picture, int32_t node) {
    const struct approval_instance *instance = picture->instance;
    for (size_t i = instance == NULL ? 0 : instance->visit_count; i-- > 0;) {
        const struct approval_visit *visit = &instance->visits[i];
        if (visit->superseded_move == 0 && strcmp(visit->node, picture->flow->nodes[node].id) == 0) return visit;
    }
    return NULL;
}

static enum picture_state state_of(const struct picture *picture, const struct approval_visit *visit) {
    if (visit == NULL) return PICTURE_PLAIN;
    switch (visit->state) {
    case APPROVAL_VISIT_ACTIVE: return PICTURE_WAITING;
    case APPROVAL_VISIT_PASSED: return PICTURE_DONE;
    case APPROVAL_VISIT_SKIPPED: return PICTURE_SKIPPED;
    case APPROVAL_VISIT_REJECTED:
    case APPROVAL_VISIT_RETURNED: return PICTURE_REJECTED;
    case APPROVAL_VISIT_CANCELLED: return picture->instance->state == APPROVAL_STATE_REJECTED ? PICTURE_SKIPPED : PICTURE_PLAIN;
    }
    return PICTURE_PLAIN;
}

static const char *mark_of(const struct approval_task *task) {
    if (task->state == APPROVAL_TASK_OPEN) return "…";
    if (task->state == APPROVAL_TASK_WAITING) return "";
    switch (task->decision) {
    case APPROVAL_DECISION_APPROVED:
    case APPROVAL_DECISION_CREDITED: return "✓";
    case APPROVAL_DECISION_AUTO_APPROVED: return "⏱✓";
    case APPROVAL_DECISION_REJECTED: return "✗";
    case APPROVAL_DECISION_AUTO_REJECTED: return "⏱✗";
    case APPROVAL_DECISION_ABSTAINED: return "–";
    case APPROVAL_DECISION_RETURNED: return "↩";
    case APPROVAL_DECISION_NONE: break;
    }
    return "";
}

static void add_people(const struct picture *picture, const struct approval_visit *visit, struct picture_label *label) {
    const struct approval_instance *instance = picture->instance;
    char line[PICTURE_LINE_BYTES];
    for (size_t i = 0; i < instance->task_count; i++) {
        const struct approval_task *task = &instance->tasks[i];
        if (task->visit != visit->number || task->state == APPROVAL_TASK_CANCELLED) continue;
        size_t voices = task->assignee != 0 ? 1 : task->candidate_count;
        for (size_t j = 0; j < voices; j++) {
            int64_t person = task->assignee != 0 ? task->assignee : task->candidates[j];
            snprintf(line, sizeof line, "%s %s", picture->name(picture->user_data, person), mark_of(task));
            if (label->count == PICTURE_LINES - 1) snprintf(line, sizeof line, "…");
            add_line(label, line);
        }
    }
}

/* What the flow says of who is asked. */
static void add_who(const struct picture *picture, const struct approval_node *node, struct picture_label *label) {
    char line[PICTURE_LINE_BYTES];
    for (int32_t i = 0; i < node->who_count && label->count < PICTURE_LINES; i++) {
        const struct approval_who *who = &node->who[i];
        const char *code = who->code == NULL ? "" : who->code, *word = "";
        switch (who->kind) {
        case APPROVAL_WHO_PERSON: word = picture_word(picture, "person", "人员"); break;
        case APPROVAL_WHO_POST: word = picture_word(picture, "post", "岗位"); break;
        case APPROVAL_WHO_HEAD: word = picture_word(picture, "head, level", "部门负责人，级"); break;
        case APPROVAL_WHO_HEADS: word = picture_word(picture, "heads up to level", "逐级负责人至"); break;
        case APPROVAL_WHO_HEADS_TO_LIMIT: word = picture_word(picture, "heads up to the limit of", "逐级负责人至限额"); break;
        case APPROVAL_WHO_FIELD: word = picture_word(picture, "field", "字段"); break;
        case APPROVAL_WHO_SUBMITTER: word = picture_word(picture, "submitter", "发起人"); break;
        case APPROVAL_WHO_RULE: word = picture_word(picture, "rule", "规则"); break;
        case APPROVAL_WHO_ADMINISTRATORS: word = picture_word(picture, "administrators", "管理员"); break;
        }
        if (who->level > 0 && who->code == NULL) {
            snprintf(line, sizeof line, "%s %d", word, (int)who->level);
        } else {
            snprintf(line, sizeof line, "%s %s", word, code);
        }
        add_line(label, line);
    }
}

void picture_label(const struct picture *picture, int32_t index, struct picture_label *out) {
    const struct approval_node *node = &picture->flow->nodes[index];
    const struct approval_visit *visit = visit_of(picture, index);
    memset(out, 0, sizeof *out);
    out->state = state_of(picture, visit);
    add_line(out, picture_title(picture, &node->title));
    if (node->kind != APPROVAL_NODE_APPROVE && node->kind != APPROVAL_NODE_CC) return;
    if (visit != NULL && node->kind == APPROVAL_NODE_APPROVE) {
        add_people(picture, visit, out);
    } else {
        add_who(picture, node, out);
    }
}

bool picture_takes(const struct picture *picture, int32_t node, int32_t branch) {
    const struct approval_visit *visit = visit_of(picture, node);
    return visit == NULL || (visit->chosen >> branch & 1) != 0;
}

int32_t picture_sub_flow(const struct picture *picture, int32_t node) {
    const struct approval_node *nodes = picture->flow->nodes;
    int32_t at = nodes[node].parent;
    while (at >= 0 && nodes[at].kind != APPROVAL_NODE_SUB_FLOW) at = nodes[at].parent;
    return at;
}

enum picture_state picture_end_state(const struct picture *picture, bool rejected) {
    if (picture->instance == NULL) return PICTURE_PLAIN;
    if (rejected) return picture->instance->state == APPROVAL_STATE_REJECTED ? PICTURE_REJECTED : PICTURE_PLAIN;
    return picture->instance->state == APPROVAL_STATE_APPROVED ? PICTURE_DONE : PICTURE_PLAIN;
}
