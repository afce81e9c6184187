/* Separation of duties along a chain of documents: whoever took a part in one may not take another part in one that is
 * linked to it. Knows the rules; who took which part is told by the journal, which others read. */
#ifndef PERMISSION_SEPARATION_H
#define PERMISSION_SEPARATION_H

#include "catalogue/catalogue.h"

enum chain_part {
    PART_CREATE,
    PART_EDIT,
    PART_SUBMIT,
    PART_VALUE, /* a trade-in */
    PART_APPROVE,
    PART_REVIEW,
    PART_LOCK,
    PART_VOID,
    PART_CONFIRM,
    PART_COUNT
};

struct chain_rule {
    const struct catalogue_type *did_type, *may_not_type;
    enum chain_part did, may_not;
};

struct permissions;
const struct chain_rule *permission_chain_rules(const struct permissions *permissions, int *count_out);
const char *chain_part_name(enum chain_part part);

#endif
