/* Collects findings as JSON and keeps the first one as an error entry. Must not know what a configuration contains. */
#include "org/findings.h"

#include "base/text.h"
#include "org/messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_ARGUMENTS = 8, PLACE_DEPTH = 12 };

static size_t write_step(const struct place *step, bool first, char *out, size_t size) {
    int length;
    if (step->member != NULL)
        length =
            snprintf(out, size, "%s%.*s", first ? "" : ".", (int)utf8_cut(step->member, strlen(step->member), 64), step->member);
    else
        length = snprintf(out, size, "[%d]", step->index);
    size_t wanted = length > 0 ? (size_t)length : 0;
    return wanted < size ? wanted : size - 1;
}

void place_write(const struct place *place, char out[PLACE_SIZE]) {
    const struct place *steps[PLACE_DEPTH];
    int depth = 0;
    for (const struct place *p = place; p != NULL && depth < PLACE_DEPTH; p = p->above) steps[depth++] = p;
    size_t used = 0;
    out[0] = '\0';
    for (int i = depth - 1; i >= 0; i--) used += write_step(steps[i], i == depth - 1, out + used, PLACE_SIZE - used);
}

void findings_init(struct findings *findings, struct env *env, json_value *list, struct json *json) {
    memset(findings, 0, sizeof *findings);
    findings->env = env;
    findings->list = list;
    findings->json = json;
}

static void keep(struct findings *findings, const struct place *place, const struct error_entry *entry, const char *nearest) {
    char path[PLACE_SIZE];
    place_write(place, path);
    if (findings->count++ == 0) {
        findings->first = *entry;
        memcpy(findings->first_path, path, sizeof path);
    }
    if (findings->list == NULL) return;
    json_value *finding = json_new_object(findings->json);
    json_set_text(findings->json, finding, "path", path);
    json_set_text(findings->json, finding, "id", entry->message->id);
    json_set_text(findings->json, finding, "en", entry->en);
    json_set_text(findings->json, finding, "zh", entry->zh);
    if (nearest != NULL) json_set_text(findings->json, finding, "nearest", nearest);
    json_push(findings->json, findings->list, finding);
}

static void render_and_keep(struct findings *findings, const struct place *place, const struct message *message,
    const char *const *arguments_en, const char *const *arguments_zh, const char *nearest) {
    struct error_entry entry = {.message = message};
    message_render(entry.en, sizeof entry.en, message->en, arguments_en);
    message_render(entry.zh, sizeof entry.zh, message->zh, arguments_zh);
    keep(findings, place, &entry, nearest);
}

void findings_add_rendered(struct findings *findings, const struct place *place, const struct message *message,
    const char *const *arguments_en, const char *const *arguments_zh) {
    render_and_keep(findings, place, message, arguments_en, arguments_zh, NULL);
}

void findings_add(struct findings *findings, const struct place *place, const struct message *message, ...) {
    const char *arguments[2 * MAX_ARGUMENTS + 1] = {NULL};
    va_list list;
    va_start(list, message);
    for (int i = 0; i < 2 * MAX_ARGUMENTS; i++) {
        arguments[i] = va_arg(list, const char *);
        if (arguments[i] == NULL) break;
    }
    va_end(list);
    render_and_keep(findings, place, message, arguments, arguments, NULL);
}

void findings_add_unknown(struct findings *findings, const struct place *place, const struct message *message, const char *value,
    const char *nearest, const char *allowed) {
    char hint[128] = "";
    if (nearest != NULL) snprintf(hint, sizeof hint, " (%.*s?)", (int)utf8_cut(nearest, strlen(nearest), 100), nearest);
    const char *arguments[] = {"value", value, "code", value, "member", value, "hint", hint, "allowed", allowed, NULL};
    render_and_keep(findings, place, message, arguments, arguments, nearest);
}

dealer_status findings_result(struct findings *findings) {
    if (findings->list != NULL && json_status(findings->json) != DEALER_OK) return error_nomem(&findings->env->error);
    if (findings->count == 0) return DEALER_OK;
    struct error *error = &findings->env->error;
    error_clear(error);
    error->entries[0] = findings->first;
    error->depth = 1;
    return error_raise(error, &E_ORG_FINDINGS, "count", NUMBER(findings->count), "path",
        findings->first_path[0] != '\0' ? findings->first_path : "/", NULL);
}

void nearest_init(struct nearest *nearest, const char *text) {
    nearest->text = text;
    nearest->best = NULL;
    nearest->distance = (int)(strlen(text) / 3) + 1; /* one slip in three bytes is a slip; more is another word */
}

void nearest_offer(struct nearest *nearest, const char *candidate) {
    int distance = text_distance(nearest->text, candidate);
    if (distance < nearest->distance + (nearest->best == NULL)) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}
