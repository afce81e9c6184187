/* What an approval covers: the material fields of a document, as one digest. */
#include "base/digest.h"
#include "base/text.h"
#include "deal/people.h"
#include "deal/snapshot_parts.h"
#include <string.h>

enum { DIGEST_TEXT = 32 };

static bool is_covered(const struct approval_node *node, const struct catalogue_field *field) {
    if (!node->covers) return field->material && field->index >= COMMON_COUNT;
    for (int32_t i = 0; i < node->cover_count; i++)
        if (strcmp(node->covers[i], field->name) == 0) return true;
    return false;
}

/* Lengths go in front, so that no two contents give the same bytes. */
static void add_field(struct text *text, const struct catalogue_field *field, const struct value *value) {
    text_addf(text, "%zu:%s", strlen(field->name), field->name);
    if (value->kind == VALUE_TEXT) {
        text_addf(text, "t%zu:", (size_t)value->length);
        text_append(text, value->text, value->length);
    } else if (value->kind == VALUE_INTEGER) {
        text_add(text, "i");
        text_add_integer(text, value->integer);
    } else {
        text_add(text, "-");
    }
    text_add(text, ";");
}

dealer_status material_digest(
    struct env *env, const struct document *document, const struct approval_node *node, struct region *region, const char **out) {
    struct text text;
    uint8_t digest[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    bool any = false;
    text_init(&text, env);
    for (int i = 0; i < document->type->field_count; i++) {
        const struct catalogue_field *field = &document->type->fields[i];
        if (!is_covered(node, field)) continue;
        add_field(&text, field, &document->values[i]);
        any = true;
    }
    if (any) add_field(&text, &document->type->fields[COMMON_CURRENCY], &document->values[COMMON_CURRENCY]);
    dealer_status status = text.status;
    if (!status) digest_sha256(text_string(&text), text.length, digest);
    text_finish(&text);
    if (status || !any) return status;
    digest_hex(digest, hex);
    *out = region_copy(region, env, hex, DIGEST_TEXT);
    return *out ? DEALER_OK : DEALER_E_NOMEM;
}

dealer_status material_check(
    struct env *env, const struct catalogue_type *type, const struct approval_flow *flow, const char **path_out) {
    for (int32_t i = 0; i < flow->node_count; i++) {
        const struct approval_node *node = &flow->nodes[i];
        for (int32_t j = 0; j < node->cover_count; j++) {
            if (catalogue_field(type, node->covers[j])) continue;
            *path_out = node->path;
            return error_raise(
                &env->error, &E_COVERS_UNKNOWN, "path", node->path, "field", node->covers[j], "type", type->name, NULL);
        }
    }
    return DEALER_OK;
}
