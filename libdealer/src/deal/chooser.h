/* Approvers whom a rule in Lua chooses. */
#ifndef DEAL_CHOOSER_H
#define DEAL_CHOOSER_H

#include "deal/people.h"

/* Appends whom the rule names and who works here, with its reasons; nobody, with why, when there is none. A rule that fails, or names a
 * code that nobody has, sets out->failed. Each rule is asked once for a source. */
dealer_status chooser_resolve(struct people_source *source, struct env *env, const struct approval_who *who,
    const struct approval_subject *subject, struct approval_candidates *out);

#endif
