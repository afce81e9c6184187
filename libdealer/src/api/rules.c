/* Rule sets and market data, through the door: a set is published as a whole, after all its cases pass. */
#include "api/rule_files.h"
#include "dealer/rules.h"
#include "embedded_rules.h"
#include "store/trial_store.h"
#include <string.h>

/* -- publishing -- */

struct publication {
    struct rule_files given;
    struct rule_set *set;
    int64_t version;
    bool check_only;
};

/* The first of the failed cases, as causes: why each failed. */
static dealer_status raise_failed(struct env *env, const json_value *cases, size_t failed) {
    enum { TOLD_MOST = ERROR_DEPTH - 1 };
    const json_value *item, *told[TOLD_MOST];
    size_t count = 0;
    for (struct json_cursor each = json_each(json_get(cases, "results")); count < TOLD_MOST && (item = json_next(&each, NULL));)
        if (!json_is_true(json_get(item, "passed"))) told[count++] = item;
    for (size_t i = count; i-- > 0;)
        error_raise(&env->error, &E_CASE_FAILED, "file", json_get_text(told[i], "file"), "case", json_get_text(told[i], "case"),
            "text_en", json_get_text(told[i], "en"), "text_zh", json_get_text(told[i], "zh"), NULL);
    return error_raise(&env->error, &E_CASES_FAILED, "failed", NUMBER((int64_t)failed), "cases",
        NUMBER(json_get_integer(cases, "cases", 0)), "file", json_get_text(told[0], "file"), "case", json_get_text(told[0], "case"),
        NULL);
}

static dealer_status check_cases(struct door *door, const struct publication *publication, struct json *report, json_value *root) {
    struct env *env = door->deal.env;
    struct json *cases = NULL;
    size_t failed = 0;
    dealer_status status = rule_set_run_cases(env, publication->set, &cases, &failed);
    if (status) return status;
    json_set(report, root, "cases", json_copy(report, json_root(cases)));
    if (failed) status = raise_failed(env, json_root(cases), failed);
    json_free(cases);
    return status;
}

/* The flows must fit the organisation and the catalogue in force; where they would find nobody is a warning. */
static dealer_status check_flows(struct door *door, const struct publication *publication, struct json *json, json_value *root) {
    struct env *env = door->deal.env;
    struct deal_snapshot *snapshot = NULL;
    size_t length = 0;
    char *body = NULL;
    dealer_status status = snapshot_text(env, door->deal.connection, door->snapshot, &body, &length);
    struct snapshot_parts parts = {body, length, publication->set, NULL, NULL};
    if (!status) status = snapshot_build(env, &door->session->core->seams, &parts, &snapshot);
    json_value *findings = json_new_array(json);
    if (!status) status = snapshot_identify(env, door->deal.connection, snapshot);
    if (!status) status = flow_lint(&door->deal, snapshot, json, findings);
    json_set(json, root, "warnings", findings);
    snapshot_drop(snapshot);
    env_free(env, body);
    return status;
}

/* Where the configuration demands it, a set must have been tried on all past documents. The first set has no past. */
static dealer_status check_tried(struct door *door, const struct publication *publication) {
    struct deal *deal = &door->deal;
    bool tried = false;
    if (!door->snapshot->require_backtest || !door->snapshot->rules) return DEALER_OK;
    const char *hash = rule_set_hash(publication->set);
    dealer_status status = store_backtest_known(deal->env, deal->connection, hash, &tried);
    return status || tried ? status : error_raise(&deal->env->error, &E_BACKTEST_NEEDED, "hash", hash, NULL);
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
    const char *note = json_get_text(json_root(publication->given.source), "note");
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
    dealer_status status =
        rule_set_load(door->deal.env, publication->given.files, publication->given.count, NULL, &publication->set);
    if (!status) status = check_flows(door, publication, json, root);
    if (!status) status = check_cases(door, publication, json, root);
    if (!status && !publication->check_only) status = check_tried(door, publication);
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
    dealer_status status = door_enter_system(&door, session, check_only ? DOOR_READ : DOOR_WRITE);
    if (status) return status;
    if (!files) return door_leave(&door, misuse(door.deal.env, "dealer_rules_publish", "files"));
    status = json_new(door.deal.env, &json);
    if (!status) status = rule_files_read(&door, files, length, &publication.given);
    if (!status) {
        root = json_new_object(json);
        status = publish(&door, &publication, json, root);
    }
    json_free(publication.given.source);
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
            const char *suffix = name > 4 ? file->name + name - 4 : "";
            if (strcmp(suffix, ".lua") == 0 || strcmp(suffix, ".csv") == 0)
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
