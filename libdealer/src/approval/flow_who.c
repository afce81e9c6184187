/* Who decides at a node, read from JSON. */
#include "approval/flow_read.h"
#include "approval/messages.h"

#include <string.h>

static const char *const who_keys[] = {"person", "persons", "post", "in", "head", "heads_up_to", "heads_to_limit", "field", "among",
    "submitter", "administrators", "rule", "weight", "group", "when", "veto", NULL};

static dealer_status read_post(struct flow_reader *reader, const json_value *value, const char *path, struct approval_who *who) {
    static const char *const places[] = {"department", "company", NULL};
    static const char *const keys[] = {"company", NULL};
    who->kind = APPROVAL_WHO_POST;
    dealer_status status = flow_read_text(reader, value, path, "post", &who->code);
    if (status != DEALER_OK) return status;
    const json_value *in = json_get(value, "in");
    const char *at = flow_path_key(reader, path, "in");
    if (in == NULL) {
        return error_raise(&reader->env->error, &E_FLOW_MISSING, "path", path, "key", "in", "expected",
            "\"department\", \"company\" or {\"company\": code}", NULL);
    }
    if (json_kind(in) == JSON_OBJECT) {
        who->place = APPROVAL_IN_NAMED_COMPANY;
        status = flow_read_keys(reader, in, at, keys);
        return status == DEALER_OK ? flow_read_text(reader, in, at, "company", &who->company) : status;
    }
    int place = 0;
    status = flow_read_name(reader, in, at, places, &place);
    if (status == DEALER_OK) who->place = place == 0 ? APPROVAL_IN_DEPARTMENT : APPROVAL_IN_COMPANY;
    return status;
}

static dealer_status read_level(
    struct flow_reader *reader, const json_value *value, const char *path, const char *key, struct approval_who *who) {
    int64_t level = 0;
    dealer_status status =
        flow_read_integer(reader, json_get(value, key), flow_path_key(reader, path, key), APPROVAL_LEVEL_MAX, &level);
    who->kind = strcmp(key, "head") == 0 ? APPROVAL_WHO_HEAD : APPROVAL_WHO_HEADS;
    who->level = (int32_t)level;
    return status;
}

static dealer_status read_submitter(
    struct flow_reader *reader, const json_value *value, const char *path, struct approval_who *who) {
    const char *key = json_get(value, "submitter") != NULL ? "submitter" : "administrators";
    who->kind = json_get(value, "submitter") != NULL ? APPROVAL_WHO_SUBMITTER : APPROVAL_WHO_ADMINISTRATORS;
    if (json_is_true(json_get(value, key))) return DEALER_OK;
    return flow_expected(reader, flow_path_key(reader, path, key), "true", json_get(value, key));
}

/* The group by its place in the node's mode. */
static dealer_status read_group(struct flow_reader *reader, const json_value *value, const char *path, struct approval_who *who) {
    const struct approval_node *node = reader->groups_of;
    const char *name = NULL;
    if (json_get(value, "group") == NULL) return DEALER_OK;
    dealer_status status = flow_read_text(reader, value, path, "group", &name);
    for (int32_t i = 0; status == DEALER_OK && node != NULL && i < node->group_count; i++) {
        if (strcmp(node->groups[i].name, name) != 0) continue;
        who->group = i + 1;
        return DEALER_OK;
    }
    return status != DEALER_OK ? status : error_raise(&reader->env->error, &E_FLOW_MODE_GROUP, "path", path, NULL);
}

static dealer_status read_among(struct flow_reader *reader, const json_value *value, const char *path, struct approval_who *who) {
    const json_value *among = json_get(value, "among");
    if (among == NULL) return DEALER_OK;
    if (json_get(value, "field") == NULL) return error_raise(&reader->env->error, &E_FLOW_AMONG, "path", path, NULL);
    const char *at = flow_path_key(reader, path, "among");
    return at == NULL ? DEALER_E_NOMEM : flow_read_who(reader, among, at, &who->among, &who->among_count);
}

/* What every who may carry, and exactly one of the keys that say who. */
static dealer_status read_common(struct flow_reader *reader, const json_value *value, const char *path, struct approval_who *who) {
    static const char *const one_of[] = {
        "person", "persons", "post", "head", "heads_up_to", "heads_to_limit", "field", "submitter", "administrators", "rule"};
    dealer_status status = flow_read_keys(reader, value, path, who_keys);
    if (status != DEALER_OK) return status;
    int64_t present = 0;
    for (size_t i = 0; i < sizeof one_of / sizeof *one_of; i++) present += json_get(value, one_of[i]) != NULL;
    if (present != 1) {
        return error_raise(&reader->env->error, &E_FLOW_WHO_ONE, "path", path, "found", NUMBER(present), NULL);
    }
    *who = (struct approval_who){.weight = 1, .path = path};
    if (json_get(value, "weight") != NULL) {
        status = flow_read_integer(
            reader, json_get(value, "weight"), flow_path_key(reader, path, "weight"), APPROVAL_WEIGHT_MAX, &who->weight);
    }
    if (status == DEALER_OK) status = read_group(reader, value, path, who);
    if (status == DEALER_OK) status = read_among(reader, value, path, who);
    if (status == DEALER_OK && json_get(value, "when") != NULL)
        status = flow_read_condition(reader, json_get(value, "when"), flow_path_key(reader, path, "when"), &who->when);
    return status == DEALER_OK ? flow_read_truth(reader, value, path, "veto", &who->veto) : status;
}

static dealer_status read_one(struct flow_reader *reader, const json_value *value, const char *path, struct approval_who *who) {
    if (json_get(value, "post") != NULL) return read_post(reader, value, path, who);
    if (json_get(value, "head") != NULL) return read_level(reader, value, path, "head", who);
    if (json_get(value, "heads_up_to") != NULL) return read_level(reader, value, path, "heads_up_to", who);
    if (json_get(value, "submitter") != NULL || json_get(value, "administrators") != NULL)
        return read_submitter(reader, value, path, who);
    if (json_get(value, "heads_to_limit") != NULL) {
        who->kind = APPROVAL_WHO_HEADS_TO_LIMIT;
        who->level = APPROVAL_LEVEL_MAX;
        return flow_read_text(reader, value, path, "heads_to_limit", &who->code);
    }
    if (json_get(value, "rule") != NULL) {
        who->kind = APPROVAL_WHO_RULE;
        return flow_read_text(reader, value, path, "rule", &who->code);
    }
    bool field = json_get(value, "field") != NULL;
    who->kind = field ? APPROVAL_WHO_FIELD : APPROVAL_WHO_PERSON;
    return flow_read_text(reader, value, path, field ? "field" : "person", &who->code);
}

struct who_list {
    struct approval_who *items;
    int32_t count;
};

static dealer_status push(struct flow_reader *reader, const char *path, struct who_list *list, const struct approval_who *who) {
    if (list->count == APPROVAL_WHO_MAX) {
        return error_raise(&reader->env->error, &E_FLOW_LIMIT, "path", path, "limit", NUMBER(APPROVAL_WHO_MAX), NULL);
    }
    list->items[list->count++] = *who;
    return DEALER_OK;
}

static dealer_status read_persons(
    struct flow_reader *reader, const json_value *persons, const char *path, struct approval_who *common, struct who_list *list) {
    if (json_kind(persons) != JSON_ARRAY || json_count(persons) == 0) {
        return flow_expected(reader, path, "an array of employee codes", persons);
    }
    const json_value *person = NULL;
    for (struct json_cursor cursor = json_each(persons); (person = json_next(&cursor, NULL)) != NULL;) {
        if (json_text(person) == NULL || json_text_length(person) == 0) {
            return flow_expected(reader, path, "an array of employee codes", person);
        }
        common->code = region_copy(reader->region, reader->env, json_text(person), json_text_length(person));
        if (common->code == NULL) return DEALER_E_NOMEM;
        dealer_status status = push(reader, path, list, common);
        if (status != DEALER_OK) return status;
    }
    return DEALER_OK;
}

static dealer_status read_entry(struct flow_reader *reader, const json_value *value, const char *path, struct who_list *list) {
    struct approval_who who;
    dealer_status status = path == NULL ? DEALER_E_NOMEM : read_common(reader, value, path, &who);
    if (status != DEALER_OK) return status;
    const json_value *persons = json_get(value, "persons");
    if (persons != NULL) {
        const char *at = flow_path_key(reader, path, "persons");
        return at == NULL ? DEALER_E_NOMEM : read_persons(reader, persons, at, &who, list);
    }
    status = read_one(reader, value, path, &who);
    return status == DEALER_OK ? push(reader, path, list, &who) : status;
}

/* Room for all that may be read, and no more. */
static size_t how_many(const json_value *value) {
    size_t count = 0;
    const json_value *entry = NULL;
    if (json_kind(value) == JSON_OBJECT) {
        size_t persons = json_count(json_get(value, "persons"));
        if (persons > APPROVAL_WHO_MAX) return APPROVAL_WHO_MAX;
        return persons > 1 ? persons : 1;
    }
    for (struct json_cursor cursor = json_each(value); (entry = json_next(&cursor, NULL)) != NULL;) {
        count += json_kind(entry) == JSON_OBJECT ? how_many(entry) : 1;
    }
    return count < APPROVAL_WHO_MAX ? count : APPROVAL_WHO_MAX;
}

dealer_status flow_read_who(
    struct flow_reader *reader, const json_value *value, const char *path, const struct approval_who **out, int32_t *count_out) {
    bool many = json_kind(value) == JSON_ARRAY;
    if (many ? json_count(value) == 0 : json_kind(value) != JSON_OBJECT) {
        return flow_expected(reader, path, "an object that says who, or an array of them", value);
    }
    struct who_list list = {.items = REGION_ARRAY(reader->region, reader->env, struct approval_who, how_many(value))};
    if (list.items == NULL) return DEALER_E_NOMEM;
    dealer_status status = DEALER_OK;
    if (!many) {
        status = read_entry(reader, value, path, &list);
    } else {
        const json_value *entry = NULL;
        for (struct json_cursor cursor = json_each(value); status == DEALER_OK && (entry = json_next(&cursor, NULL)) != NULL;) {
            status = read_entry(reader, entry, flow_path_at(reader, path, cursor.index - 1), &list);
        }
    }
    if (status != DEALER_OK) return status;
    *out = list.items;
    *count_out = list.count;
    return DEALER_OK;
}
