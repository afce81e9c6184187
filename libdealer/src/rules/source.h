/* What a rule file may consist of, before Lua sees a byte of it. */
#ifndef RULES_SOURCE_H
#define RULES_SOURCE_H

#include "rules/rules.h"

/* Name, size, bytes: raises E_RULE_FILE_NAME, E_RULE_TOO_LARGE or E_RULE_SOURCE. */
dealer_status source_check(struct env *env, const struct rule_file *file, const struct rule_limits *limits);
/* The line where a field is set, as far as text shows it: the first `name =`; 1 when there is none. */
int source_line_of_field(const struct rule_file *file, const char *name);

#endif
