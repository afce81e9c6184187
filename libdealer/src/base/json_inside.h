/* What the three files of JSON share: the document, the allocator that yyjson is given, the order of keys.
 * Included by base/json*.c only; yyjson shows nowhere else. */
#ifndef BASE_JSON_INSIDE_H
#define BASE_JSON_INSIDE_H

#include "base/json.h"
#include <yyjson.h>

enum { JSON_DEPTH_LIMIT = 64 };

struct json {
    const struct seams *seams; /* frees the document, also when its env is gone */
    struct env *env;           /* hears what goes wrong while building */
    yyjson_mut_doc *document;
    dealer_status status; /* sticky */
};

/* yyjson's allocator over the seams: the place that points to them must live as long as what is allocated. */
yyjson_alc json_allocator(const struct seams **seams);

struct json_key {
    const char *text;
    size_t length;
};
/* By bytes, shorter first; for sort_items. */
int json_key_compare(const void *left, const void *right, void *unused);

#endif
