/* Looking a rule set's flows over before they take effect: shared by what asks for people (flow_lint.c) and what looks at conditions
 * (flow_bands.c). */
#ifndef DEAL_FLOW_LINT_H
#define DEAL_FLOW_LINT_H

#include "deal/flow_samples.h"
#include "deal/people.h"

struct linting {
    struct deal deal; /* under the snapshot that is looked at */
    struct json *json;
    json_value *findings;
    const struct deal_flow *flow;
    struct document *document; /* an empty one of the type, in the department */
    int department, submitter; /* indices; -1: none in particular */
    bool *unknown;             /* by node: not to be tried, for it names somebody unknown, or somebody known only with a document */
    bool *self;                /* by node: told already that one may decide about his own */
    bool cannot;               /* documents of the department cannot be submitted */
};

/* One finding, with the department and the submitter that are being looked at; node -1: of the whole flow. */
json_value *lint_add(
    struct linting *linting, const char *kind, int32_t node, const struct message *message, const char *const *arguments);
/* Of the error as it stands, which is cleared. */
json_value *lint_add_error(struct linting *linting, const char *kind, int32_t node);

/* flow_bands.c: conditions of exclusive branches over one field: holes, overlaps, branches that are never taken. */
dealer_status lint_bands(struct linting *linting);

#endif
