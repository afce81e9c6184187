/* What all parts of the configuration check alike. Knows JSON places, not what is in them. */
#include "deal/part.h"
#include "deal/messages.h"
#include <string.h>

dealer_status part_wrong(struct part *part, const char *member, const char *expected, const char *found) {
    return error_raise(&part->env->error, &E_CONFIGURATION_MEMBER, "path", part->path, "member", member, "expected", expected,
        "found", found ? found : "-", NULL);
}

bool part_has(const char *const *allowed, const char *name) {
    for (; *allowed; allowed++)
        if (strcmp(*allowed, name) == 0) return true;
    return false;
}

dealer_status part_members(struct part *part, const json_value *object, const char *const *allowed, const char *listed) {
    const char *key;
    if (json_kind(object) != JSON_OBJECT) return part_wrong(part, "", "an object", NULL);
    for (struct json_cursor each = json_each(object); json_next(&each, &key);)
        if (!part_has(allowed, key)) return part_wrong(part, key, listed, key);
    return DEALER_OK;
}

dealer_status part_type(struct part *part, const char *name, const struct catalogue_type **out) {
    *out = name ? catalogue_type(part->snapshot->catalogue, name) : NULL;
    return *out ? DEALER_OK : part_wrong(part, "type", "a document type of the catalogue", name);
}

bool part_minute(const char *text, int *out) {
    enum { HOUR_MINUTES = 60, DAY_MINUTES = 24 * HOUR_MINUTES };
    bool shaped = text && strlen(text) == 5 && text[2] == ':' && strspn(text, "0123456789:") == 5;
    if (!shaped) return false;
    int hour = (text[0] - '0') * 10 + (text[1] - '0'), minute = (text[3] - '0') * 10 + (text[4] - '0');
    *out = hour * HOUR_MINUTES + minute;
    return minute < HOUR_MINUTES && *out <= DAY_MINUTES;
}
