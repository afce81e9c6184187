#include "api/rule_files.h"

dealer_status rule_files_read(struct door *door, const char *text, size_t length, struct rule_files *out) {
    struct env *env = door->deal.env;
    const json_value *item;
    const char *key;
    dealer_status status = json_parse(env, text, length, false, &out->source);
    if (status) return status;
    const json_value *files = json_get(json_root(out->source), "files");
    if (json_kind(files) != JSON_OBJECT)
        return error_raise(&env->error, &E_ARGUMENTS, "what", "files", "expected", "note and files: {name: source}", NULL);
    out->files = REGION_ARRAY(&door->deal.region, env, struct rule_file, json_count(files) + 1);
    if (!out->files) return DEALER_E_NOMEM;
    for (struct json_cursor each = json_each(files); (item = json_next(&each, &key));) {
        if (!json_text(item)) return error_raise(&env->error, &E_ARGUMENTS, "what", key, "expected", "the source as text", NULL);
        out->files[out->count++] = (struct rule_file){key, json_text(item), json_text_length(item)};
    }
    return DEALER_OK;
}
