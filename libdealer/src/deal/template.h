/* Texts of messages with places to fill in: {price}, {customer.name}, {line.amount}, {number|none yet}; {{ stands for a brace. What may stand in a
 * place is checked when the configuration is loaded; how a value looks follows its kind. */
#ifndef DEAL_TEMPLATE_H
#define DEAL_TEMPLATE_H

#include "deal/events.h"

enum { TEMPLATE_NAME_MAX = 200 };

struct template {
    struct deal *deal;
    const struct document *document; /* without what the reader may not see */
    const struct event *event;
    bool zh;
    int reader; /* employee for whom it is; -1: nobody's posts say what may be seen */
};
/* *whole_out (may be NULL): nothing was missing. The text lives in the call's region. */
dealer_status template_render(const struct template *template, const char *pattern, const char **out, bool *whole_out);
/* Takes out of a copy what the reader may not see. */
dealer_status template_conceal(const struct template *template, struct document *document);

struct template_fault {
    char place[TEMPLATE_NAME_MAX + 4]; /* "pice", "customer.nme"; "...": a brace without its end, or with nothing in it */
    const char *nearest;               /* what could be meant; NULL */
};
/* false: it says something that a document of this type does not have. */
bool template_check(
    const struct catalogue *catalogue, const struct catalogue_type *type, const char *pattern, struct template_fault *fault_out);

#endif
