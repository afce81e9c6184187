/* The events there are, and which kinds of journal entries come to which. */
#include "deal/events.h"
#include <string.h>

static const struct event_kind kinds[] = {
#define EVENT(name, en, zh) {name, {en, zh}},
#include "deal/events.def"
#undef EVENT
};

const struct event_kind *event_kind_at(int index) {
    return index >= 0 && index < (int)(sizeof kinds / sizeof kinds[0]) ? &kinds[index] : NULL;
}

const struct event_kind *event_kind(const char *name) {
    for (size_t i = 0; name && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0) return &kinds[i];
    return NULL;
}

bool event_is_of_period(const char *name) {
    return strncmp(name, "period_", 7) == 0;
}

enum condition { ALWAYS, IN_FORCE, BY_PERSON, BY_CLOCK };
struct summary {
    const char *kind, *name;
    enum condition condition;
};

static const struct summary summaries[] = {
    {"task_opened", "waits", ALWAYS},
    {"task_reopened", "waits", ALWAYS},
    {"unclaimed", "waits", ALWAYS},
    {"transferred", "waits", ALWAYS},
    {"delegated", "waits", ALWAYS},
    {"resolved", "waits", ALWAYS},
    {"handed_over", "waits", ALWAYS},
    {"reminded", "waits", BY_PERSON},
    {"reminded", "overdue", BY_CLOCK},
    {"cc_sent", "cc", ALWAYS},
    {"submitted", "approved", IN_FORCE},
    {"entered_directly", "approved", IN_FORCE},
    {"reviewed", "approved", IN_FORCE},
    {"final_approved", "approved", IN_FORCE}, /* not of a wish to void */
    {"final_rejected", "rejected", ALWAYS},
    {"terminated", "rejected", ALWAYS},
    {"returned_to_submitter", "returned", ALWAYS},
    {"resubmitted", "submitted", ALWAYS},
    {"void_asked", "submitted", ALWAYS},
    {"refused", "rejected", ALWAYS},
    {"void_refused", "rejected", ALWAYS},
};

static bool fits(enum condition condition, bool by_clock, const struct document *document) {
    switch (condition) {
    case IN_FORCE: return document_status_is(document, STATUS_APPROVED);
    case BY_PERSON: return !by_clock;
    case BY_CLOCK: return by_clock;
    default: return true;
    }
}

const char *event_summary(const char *kind, bool by_clock, const struct document *document) {
    for (size_t i = 0; i < sizeof summaries / sizeof summaries[0]; i++)
        if (strcmp(summaries[i].kind, kind) == 0 && fits(summaries[i].condition, by_clock, document)) return summaries[i].name;
    return NULL;
}

const char *event_next_summary(const char *kind, size_t *position) {
    while (*position < sizeof summaries / sizeof summaries[0]) {
        const struct summary *summary = &summaries[(*position)++];
        if (strcmp(summary->kind, kind) == 0) return summary->name;
    }
    return NULL;
}
