/* Rule sets and market data, through the door: a set is published as a whole, after all its cases pass. */
#include "api/door.h"
#include "dealer/rules.h"
#include "embedded_rules.h"
#include <string.h>

/* -- publishing -- */

struct publication {
    struct json *source;
    struct rule_file *files; /* borrowed from source */
    size_t count;
    struct rule_set *set;
    int64_t version;
    bool check_only;
};

static dealer_status read_files(struct door *door, const char *text, size_t length, struct publication *out) {
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

static dealer_status check_cases(struct door *door, const struct publication *publication, struct json *report, json_value *root) {
    struct env *env = door->deal.env;
    struct json *cases = NULL;
    const json_value *item;
    size_t failed = 0;
    dealer_status status = rule_set_run_cases(env, publication->set, &cases, &failed);
    if (status) return status;
    json_set(report, root, "cases", json_copy(report, json_root(cases)));
    if (failed) {
        const json_value *first = NULL;
        for (struct json_cursor each = json_each(json_get(json_root(cases), "results")); (item = json_next(&each, NULL));)
            if (!first && !json_is_true(json_get(item, "passed"))) first = item;
        status = error_raise(&env->error, &E_CASES_FAILED, "failed", NUMBER((int64_t)failed), "cases",
            NUMBER(json_get_integer(json_root(cases), "cases", 0)), "file", json_get_text(first, "file"), "case",
            json_get_text(first, "case"), NULL);
    }
    json_free(cases);
    return status;
}

/* The flows must fit the organisation and the catalogue in force. */
static dealer_status check_flows(struct door *door, const struct publication *publication) {
    struct env *env = door->deal.env;
    struct deal_snapshot *snapshot = NULL;
    size_t length = 0;
    char *body = json_write(env, json_root(door->snapshot->source), true, false, &length);
    struct snapshot_parts parts = {body, length, publication->set, NULL, NULL};
    dealer_status status = body ? snapshot_build(env, &door->session->core->seams, &parts, &snapshot) : DEALER_E_NOMEM;
    snapshot_drop(snapshot);
    env_free(env, body);
    return status;
}

static dealer_status store_set(struct door *door, struct publication *publication) {
    struct deal *deal = &door->deal;
    door->session->made_versions |= door->nested;
    size_t count = rule_set_file_count(publication->set);
    struct stored_file *files = REGION_ARRAY(&deal->region, deal->env, struct stored_file, count + 1);
    if (!files) return DEALER_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct rule_file *file = rule_set_file(publication->set, i);
        files[i] = (struct stored_file){file->name, file->source, file->length};
    }
    const char *note = json_get_text(json_root(publication->source), "note");
    struct rule_set_row row = {rule_set_hash(publication->set), files, count, note ? note : "", {deal->person, deal->now_ms}};
    dealer_status status = store_rule_set_save(deal->env, deal->connection, &row, &publication->version);
    return status ? status : deal_journal(deal, NULL, "rules_published", NULL);
}

static void describe(const struct rule_set *set, struct json *json, json_value *root) {
    json_value *rules = json_new_array(json);
    for (size_t i = 0; set && i < rule_set_count(set); i++) {
        const struct rule *rule = rule_set_at(set, i);
        json_value *item = json_new_object(json), *title = json_new_object(json);
        json_set_text(json, item, "id", rule->id);
        json_set_text(json, item, "kind", rule_kind_name(rule->kind));
        json_set_text(json, item, "type", rule->type);
        json_set_text(json, item, "file", rule->file);
        json_set_text(json, title, "en", rule->title_en);
        json_set_text(json, title, "zh", rule->title_zh);
        json_set(json, item, "title", title);
        json_push(json, rules, item);
    }
    json_set(json, root, "rules", rules);
    json_set_text(json, root, "hash", set ? rule_set_hash(set) : NULL);
}

static dealer_status publish(struct door *door, struct publication *publication, struct json *json, json_value *root) {
    dealer_status status = rule_set_load(door->deal.env, publication->files, publication->count, NULL, &publication->set);
    if (!status) status = check_flows(door, publication);
    if (!status) status = check_cases(door, publication, json, root);
    if (!status && !publication->check_only) status = store_set(door, publication);
    if (status) return status;
    describe(publication->set, json, root);
    json_set_integer(json, root, "version", publication->version);
    return DEALER_OK;
}

dealer_status dealer_rules_publish(
    dealer_session *session, dealer_text **report_out, const char *files, size_t length, int32_t check_only) {
    struct door door;
    struct publication publication = {.check_only = check_only != 0};
    struct json *json = NULL;
    json_value *root = NULL;
    dealer_text *unwanted = NULL;
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!files) return door_leave(&door, misuse(door.deal.env, "dealer_rules_publish", "files"));
    status = json_new(door.deal.env, &json);
    if (!status) status = read_files(&door, files, length, &publication);
    if (!status) {
        root = json_new_object(json);
        status = publish(&door, &publication, json, root);
    }
    json_free(publication.source);
    rule_set_drop(publication.set);
    status = door_answer(&door, status, json, root, report_out ? report_out : &unwanted);
    dealer_text_free(unwanted);
    return status;
}

dealer_status dealer_rules_starter(dealer_session *session, dealer_text **files_out) {
    struct door door;
    struct json *json = NULL;
    json_value *root = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!files_out) return door_leave(&door, misuse(door.deal.env, "dealer_rules_starter", "files_out"));
    status = json_new(door.deal.env, &json);
    if (!status) {
        json_value *files = json_new_object(json);
        root = json_new_object(json);
        for (size_t i = 0; i < embedded_rules_count; i++) {
            const struct embedded_file *file = &embedded_rules[i];
            size_t name = strlen(file->name);
            if (name > 4 && strcmp(file->name + name - 4, ".lua") == 0)
                json_set(json, files, file->name, json_new_text(json, file->text, file->size));
        }
        json_set_text(json, root, "note", "the rules that ship with libdealer");
        json_set(json, root, "files", files);
    }
    return door_answer(&door, status, json, root, files_out);
}

dealer_status dealer_rules_in_force(dealer_session *session, dealer_text **json_out) {
    struct door door;
    struct json *json = NULL;
    json_value *root = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_rules_in_force", "json_out"));
    status = json_new(door.deal.env, &json);
    if (!status) {
        root = json_new_object(json);
        describe(door.snapshot->rules, json, root);
        json_set_integer(json, root, "version", door.snapshot->rule_set_version);
    }
    return door_answer(&door, status, json, root, json_out);
}

/* -- market -- */

dealer_status dealer_market_add(dealer_session *session, dealer_text **report_out, const char *sales, size_t length) {
    struct door door;
    struct json *source = NULL, *json = NULL;
    json_value *report = NULL;
    dealer_text *unwanted = NULL;
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!sales) return door_leave(&door, misuse(door.deal.env, "dealer_market_add", "sales"));
    status = json_parse(door.deal.env, sales, length, false, &source);
    if (!status && json_kind(json_root(source)) != JSON_ARRAY)
        status = error_raise(&door.deal.env->error, &E_ARGUMENTS, "what", "sales", "expected", "an array of sales", NULL);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) {
        report = json_new_object(json);
        status = market_add(&door.deal, json_root(source), report, json);
    }
    json_free(source);
    status = door_answer(&door, status, json, report, report_out ? report_out : &unwanted);
    dealer_text_free(unwanted);
    return status;
}
