/* The entries of one noun and their codes. Must not know what else an entry holds. */
#include "base/sort.h"
#include "org/loading.h"
#include "org/messages.h"
#include "org/reading.h"

#include <string.h>

enum { HINT_LIMIT = 20 }; /* nearest codes are looked for in the first findings only: each costs a pass over all codes */

static int by_code(const void *left, const void *right, void *user_data) {
    (void)user_data;
    const struct roster_entry *a = left, *b = right;
    int order = strcmp(a->code, b->code);
    return order != 0 ? order : (a->source > b->source) - (a->source < b->source);
}

static dealer_status read_entry(struct loader *loader, struct roster *roster, const json_value *json, int source) {
    struct roster_entry *entry = &roster->entries[source];
    struct place here = {&roster->place, NULL, source};
    bool is_object = json_kind(json) == JSON_OBJECT;
    const char *code = is_object ? org_read_code(loader->findings, json, &here) : NULL;
    const char *name = is_object ? org_read_name(loader->findings, json, &here) : NULL;
    if (code == NULL) code = "";
    if (name == NULL) name = "";
    entry->json = json;
    entry->source = source;
    entry->code = region_copy(&loader->org->region, loader->env, code, strlen(code));
    entry->name = region_copy(&loader->org->region, loader->env, name, strlen(name));
    return entry->code != NULL && entry->name != NULL ? DEALER_OK : DEALER_E_NOMEM;
}

static void report_double(struct loader *loader, const struct roster *roster, int index, int other, const struct message *message) {
    const struct roster_entry *entry = &roster->entries[index];
    struct place element = {&roster->place, NULL, entry->source}, here = {&element, "code", 0};
    struct place other_place = {&roster->place, NULL, roster->entries[other].source};
    char path[PLACE_SIZE];
    place_write(&other_place, path);
    findings_add(loader->findings, &here, message, "code", entry->code, "like", roster->entries[other].code, "other", path, NULL);
}

static dealer_status check_doubles(struct loader *loader, const struct roster *roster) {
    struct text_map folds;
    if (text_map_init(&folds, &loader->scratch, loader->env, (size_t)roster->count) != DEALER_OK) return DEALER_E_NOMEM;
    for (int i = 0; i < roster->count; i++) {
        const char *code = roster->entries[i].code;
        char folded[CODE_LIMIT + 1];
        if (code[0] == '\0') continue;
        code_fold(code, folded);
        const char *key = region_copy(&loader->scratch, loader->env, folded, strlen(folded));
        if (key == NULL) return DEALER_E_NOMEM;
        int other = text_map_put(&folds, key, i);
        if (other < 0) continue;
        bool same = strcmp(roster->entries[other].code, code) == 0;
        report_double(loader, roster, i, other, same ? &E_ORG_CODE_DUPLICATE : &E_ORG_CODE_CONFUSABLE);
    }
    return DEALER_OK;
}

dealer_status roster_index(struct loader *loader, struct roster *roster) {
    if (text_map_init(&roster->index, &loader->scratch, loader->env, (size_t)roster->count) != DEALER_OK) return DEALER_E_NOMEM;
    for (int i = 0; i < roster->count; i++) {
        if (roster->entries[i].code[0] != '\0') text_map_put(&roster->index, roster->entries[i].code, i);
    }
    return DEALER_OK;
}

dealer_status roster_read(struct loader *loader, const char *member, const struct message *unknown, struct roster *out) {
    const json_value *array = org_read_array(loader->findings, loader->configuration, NULL, member, false);
    out->place = (struct place){NULL, member, 0};
    out->unknown = unknown;
    out->count = (int)json_count(array);
    out->entries = REGION_ARRAY(&loader->scratch, loader->env, struct roster_entry, out->count + 1);
    if (out->entries == NULL) return DEALER_E_NOMEM;
    int source = 0;
    const json_value *json;
    for (struct json_cursor cursor = json_each(array); (json = json_next(&cursor, NULL)) != NULL; source++) {
        if (read_entry(loader, out, json, source) != DEALER_OK) return DEALER_E_NOMEM;
    }
    sort_items(out->entries, (size_t)out->count, sizeof *out->entries, by_code, NULL);
    if (check_doubles(loader, out) != DEALER_OK) return DEALER_E_NOMEM;
    return roster_index(loader, out);
}

int roster_find(struct loader *loader, const struct roster *roster, const char *code, const struct place *place) {
    int index = text_map_get(&roster->index, code);
    if (index >= 0) return index;
    struct nearest nearest;
    nearest_init(&nearest, code);
    if (loader->findings->count < HINT_LIMIT) {
        for (int i = 0; i < roster->count; i++) nearest_offer(&nearest, roster->entries[i].code);
    }
    findings_add_unknown(loader->findings, place, roster->unknown, code, nearest.best, "");
    return -1;
}

int roster_member(struct loader *loader, const struct roster *roster, const json_value *object, const struct place *place,
    const char *member, bool required) {
    const char *code = org_read_text(loader->findings, object, place, member, required);
    struct place here = {place, member, 0};
    return code != NULL ? roster_find(loader, roster, code, &here) : -1;
}

dealer_status roster_list(struct loader *loader, const struct roster *roster, const json_value *array, const struct place *place,
    const int **out, int *count_out) {
    int *indices = REGION_ARRAY(&loader->org->region, loader->env, int, json_count(array) + 1);
    struct id_map listed;
    if (indices == NULL || id_map_init(&listed, &loader->scratch, loader->env, json_count(array)) != DEALER_OK)
        return DEALER_E_NOMEM;
    int count = 0, source = 0;
    const json_value *element;
    for (struct json_cursor cursor = json_each(array); (element = json_next(&cursor, NULL)) != NULL; source++) {
        struct place here = {place, NULL, source};
        const char *code = org_read_element(loader->findings, element, &here);
        int index = code != NULL ? roster_find(loader, roster, code, &here) : -1;
        if (index < 0) continue;
        if (id_map_put(&listed, index, index) >= 0)
            findings_add(loader->findings, &here, &E_ORG_LISTED_TWICE, "value", code, NULL);
        else
            indices[count++] = index;
    }
    *out = indices;
    *count_out = count;
    return DEALER_OK;
}
