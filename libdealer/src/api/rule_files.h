/* A rule set as it comes from a host, {"note", "files": {name: source}}: for publishing and for trying. */
#ifndef API_RULE_FILES_H
#define API_RULE_FILES_H

#include "api/door.h"

struct rule_files {
    struct json *source;     /* owns the texts; freed by whoever read them */
    struct rule_file *files; /* in the call's region */
    size_t count;
};
dealer_status rule_files_read(struct door *door, const char *text, size_t length, struct rule_files *out);

#endif
