/* Configuration and catalogue, through the door: checked as a whole, then applied as a whole. */
#include "api/door.h"
#include "embedded_rules.h"
#include <string.h>

/* The first error becomes a finding when no part reported any itself. */
static dealer_status note_error(struct door *door, json_value *findings, struct json *json) {
    const struct error *error = &door->deal.env->error;
    if (json_count(findings) || !error->depth) return DEALER_OK;
    json_value *finding = json_new_object(json);
    json_set_text(json, finding, "path", "");
    json_set_text(json, finding, "id", error->entries[0].message->id);
    json_set_text(json, finding, "en", error->entries[0].en);
    json_set_text(json, finding, "zh", error->entries[0].zh);
    json_push(json, findings, finding);
    return json_status(json) ? DEALER_E_NOMEM : DEALER_OK;
}

/* Before and after, in the journal's own words. */
static dealer_status journal_it(struct door *door, int64_t version, struct json *json, const json_value *changes) {
    struct deal *deal = &door->deal;
    json_value *detail = json_new_object(json);
    json_set_integer(json, detail, "before", door->snapshot->configuration);
    json_set_integer(json, detail, "after", version);
    json_set(json, detail, "changes", json_copy(json, changes));
    char *text = json_status(json) ? NULL : json_write(deal->env, detail, true, false, NULL);
    dealer_status status = text ? deal_journal(deal, NULL, "configuration_applied", text) : error_nomem(&deal->env->error);
    env_free(deal->env, text);
    return status;
}

static dealer_status store_it(struct door *door, const char *body, size_t length, struct deal_snapshot *snapshot, struct json *json,
    const json_value *changes) {
    struct deal *deal = &door->deal;
    int64_t version;
    dealer_status status = store_configuration_save(
        deal->env, deal->connection, body, length, (struct store_stamp){deal->person, deal->now_ms}, &version);
    if (!status) status = snapshot_identify(deal->env, deal->connection, snapshot);
    if (!status) status = store_organisation_sync(deal->env, deal->connection, snapshot->org);
    if (!status) status = snapshot_compile(deal->env, deal->connection, snapshot, version);
    return status ? status : journal_it(door, version, json, changes);
}

/* The system may change everything; a person what his posts let him. */
static dealer_status check_may_apply(struct door *door) {
    struct deal *deal = &door->deal;
    if (!deal->person || permission_has_reserved(deal->snapshot->permissions, deal->employee, ACTION_EDIT, deal->now_ms))
        return DEALER_OK;
    return error_raise(&deal->env->error, &E_MAY_NOT_CONFIGURE, "person", deal_person_name(deal, deal->person), NULL);
}

/* Builds it and finds out what differs; *out is the caller's, also after findings about who may. */
static dealer_status prepare(struct door *door, struct snapshot_parts *parts, json_value *changes, struct deal_snapshot **out) {
    struct deal *deal = &door->deal;
    struct json *before = NULL;
    dealer_status status = check_may_apply(door);
    if (!status) status = snapshot_build(deal->env, &door->session->core->seams, parts, out);
    if (!status) status = snapshot_source(deal->env, deal->connection, door->snapshot, &before);
    if (!status) status = configuration_diff(deal, json_root(before), json_root((*out)->source), parts->findings_json, changes);
    json_free(before);
    if (!status && deal->person) status = configuration_authorise(deal, *out, parts->findings_json, changes);
    return status;
}

static dealer_status apply(
    struct door *door, const char *body, size_t length, bool check_only, json_value *findings, struct json *json) {
    struct snapshot_parts parts = {body, length, door->snapshot->rules, findings, json};
    struct deal_snapshot *snapshot = NULL;
    json_value *changes = json_new_array(json);
    dealer_status status = prepare(door, &parts, changes, &snapshot);
    door->session->made_versions |= !status && door->nested && !check_only;
    if (!status && !check_only) status = store_it(door, body, length, snapshot, json, changes);
    snapshot_drop(snapshot);
    return status;
}

dealer_status dealer_configuration_apply(
    dealer_session *session, dealer_text **findings_out, const char *body, size_t length, int32_t check_only) {
    struct door door;
    struct json *json = NULL;
    json_value *findings = NULL;
    dealer_text *text = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!body) return door_leave(&door, misuse(door.deal.env, "dealer_configuration_apply", "json"));
    door.configures = !check_only;
    status = json_new(door.deal.env, &json);
    if (!status) {
        findings = json_new_array(json);
        status = apply(&door, body, length, check_only != 0, findings, json);
    }
    if (status == DEALER_E_CONFIGURATION || status == DEALER_E_INVALID) note_error(&door, findings, json);
    if (findings && findings_out && status != DEALER_E_NOMEM && text_of_json(door.deal.env, session->core, findings, &text))
        status = DEALER_E_NOMEM;
    json_free(json);
    status = door_leave(&door, status);
    if (text && (!status || status == DEALER_E_CONFIGURATION || status == DEALER_E_INVALID))
        *findings_out = text;
    else
        dealer_text_free(text);
    return status;
}

/* Ids for what is new, so that documents can be asked: all of it is undone with the transaction. */
static dealer_status preview(struct door *door, struct snapshot_parts *parts, int64_t sample, json_value *root) {
    struct deal *deal = &door->deal;
    struct json *json = parts->findings_json;
    struct deal_snapshot *snapshot = NULL;
    json_value *changes = json_new_array(json), *people = json_new_array(json);
    dealer_status status = prepare(door, parts, changes, &snapshot);
    if (!status) status = snapshot_identify(deal->env, deal->connection, snapshot);
    if (!status) status = configuration_effects(deal, snapshot, sample, json, people);
    json_set(json, root, "changes", changes);
    json_set(json, root, "people", people);
    json_set_integer(json, root, "sample", sample);
    snapshot_drop(snapshot);
    return status;
}

dealer_status dealer_configuration_preview(
    dealer_session *session, dealer_text **json_out, const char *body, size_t length, int64_t sample) {
    enum { SAMPLE_DEFAULT = 10000 };
    struct door door;
    struct json *json = NULL;
    json_value *root = NULL;
    dealer_status status = door_enter(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!body || !json_out)
        return door_leave(&door, misuse(door.deal.env, "dealer_configuration_preview", body ? "json_out" : "json"));
    door.discard = true;
    if (sample < 0)
        status =
            error_raise(&door.deal.env->error, &E_RANGE, "argument", "sample", "least", "0", "most", "9223372036854775807", NULL);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) {
        root = json_new_object(json);
        struct snapshot_parts parts = {body, length, door.snapshot->rules, NULL, json};
        status = preview(&door, &parts, sample ? sample : SAMPLE_DEFAULT, root);
    }
    return door_answer(&door, status, json, root, json_out);
}

/* Whoever may read the configuration: the system, and who holds configuration.read over the group. */
static dealer_status check_may_read(struct door *door) {
    struct deal *deal = &door->deal;
    if (!deal->person || permission_over_group(deal->snapshot->permissions, deal->employee, ACTION_READ, deal->now_ms))
        return DEALER_OK;
    return error_raise(&deal->env->error, &E_MAY_NOT_CONFIGURE, "person", deal_person_name(deal, deal->person), NULL);
}

dealer_status dealer_configuration_export(dealer_session *session, dealer_text **json_out) {
    struct door door;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_configuration_export", "json_out"));
    struct json *json = NULL;
    status = check_may_read(&door);
    if (!status) status = snapshot_source(door.deal.env, door.deal.connection, door.snapshot, &json);
    return door_answer(&door, status, json, status ? NULL : json_root(json), json_out);
}

dealer_status dealer_configuration_starter(dealer_session *session, dealer_text **json_out) {
    struct door door;
    const struct embedded_file *found = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_configuration_starter", "json_out"));
    for (size_t i = 0; i < embedded_rules_count; i++)
        if (strcmp(embedded_rules[i].name, "configuration.json") == 0) found = &embedded_rules[i];
    struct json *json = NULL;
    status = json_parse(door.deal.env, found ? found->text : "{}", found ? found->size : 2, true, &json);
    return door_answer(&door, status, json, status ? NULL : json_root(json), json_out);
}

dealer_status dealer_catalogue(dealer_session *session, dealer_text **json_out) {
    struct door door;
    struct json *json = NULL;
    json_value *value = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_catalogue", "json_out"));
    status = json_new(door.deal.env, &json);
    if (!status) value = catalogue_to_json(door.snapshot->catalogue, json);
    return door_answer(&door, status, json, value, json_out);
}

/* -- the organisation by name, for choosing people and places -- */

static void push_named(struct json *json, json_value *list, int64_t id, const char *code, const char *name) {
    json_value *item = json_new_object(json);
    json_set_integer(json, item, "id", id);
    json_set_text(json, item, "code", code);
    json_set_text(json, item, "name", name);
    json_push(json, list, item);
}

static json_value *organisation(const struct org *org, struct json *json) {
    json_value *root = json_new_object(json), *companies = json_new_array(json), *departments = json_new_array(json);
    json_value *people = json_new_array(json), *posts = json_new_array(json);
    for (int i = 0; i < org->company_count; i++)
        push_named(json, companies, org->companies[i].id, org->companies[i].code, org->companies[i].name);
    for (int i = 0; i < org->department_count; i++)
        push_named(json, departments, org->departments[i].id, org->departments[i].code, org->departments[i].name);
    for (int i = 0; i < org->employee_count; i++)
        push_named(json, people, org->employees[i].id, org->employees[i].code, org->employees[i].name);
    for (int i = 0; i < org->post_count; i++) push_named(json, posts, org->posts[i].id, org->posts[i].code, org->posts[i].name);
    json_set(json, root, "companies", companies);
    json_set(json, root, "departments", departments);
    json_set(json, root, "employees", people);
    json_set(json, root, "posts", posts);
    return root;
}

dealer_status dealer_organisation(dealer_session *session, dealer_text **json_out) {
    struct door door;
    struct json *json = NULL;
    json_value *value = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_organisation", "json_out"));
    if (door_sees_nothing(&door))
        return door_leave(&door,
            error_raise(&door.deal.env->error, &E_PERSON_DISABLED, "person", deal_person_name(&door.deal, door.deal.person), NULL));
    status = json_new(door.deal.env, &json);
    if (!status) value = organisation(door.snapshot->org, json);
    return door_answer(&door, status, json, value, json_out);
}
