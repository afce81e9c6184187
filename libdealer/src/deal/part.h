/* Reading a part of the configuration: where it is, and what is wrong with it. */
#ifndef DEAL_PART_H
#define DEAL_PART_H

#include "deal/snapshot.h"

struct part {
    struct env *env;
    struct deal_snapshot *snapshot;
    char path[96]; /* "messages[3]" */
};

/* DEALER_E_CONFIGURATION: what the member should be, and what was found (NULL: "-"). */
dealer_status part_wrong(struct part *part, const char *member, const char *expected, const char *found);
/* An object without members that are not in the list, which ends with NULL; `listed` says them in a sentence. */
dealer_status part_members(struct part *part, const json_value *object, const char *const *allowed, const char *listed);
bool part_has(const char *const *allowed, const char *name);
dealer_status part_type(struct part *part, const char *name, const struct catalogue_type **out);
/* "17:30" as minutes of the day, up to "24:00"; false: it is no such time. */
bool part_minute(const char *text, int *out);

#endif
