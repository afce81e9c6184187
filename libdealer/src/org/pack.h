/* An organisation that has its ids as two runs of bytes, which loading it again takes a tenth of the time of reading and checking the
 * configuration. `people` are the group, companies, departments, employees and what they hold; `posts` are posts with their grants and
 * whatever else the configuration says. Whoever keeps them sees to it that nobody else has written them: these functions only make sure
 * that wrong bytes are refused instead of believed to be an organisation. */
#ifndef ORG_PACK_H
#define ORG_PACK_H

#include "base/text.h"
#include "org/org.h"

/* Changes whenever the bytes of an organisation do. */
enum { ORG_FORMAT = 1 };

dealer_status org_pack(struct env *env, const struct org *org, struct text *people, struct text *posts);

struct org_bytes {
    const uint8_t *data;
    size_t length;
};
/* `same`: an organisation that was read from the same bytes of people; then those are shared with it instead of being read (`people` may
 * be empty). NULL: none. E_ORG_BYTES: these bytes are no organisation. */
dealer_status org_unpack(
    struct env *env, const struct org_bytes *people, const struct org *same, const struct org_bytes *posts, struct org **out);

#endif
