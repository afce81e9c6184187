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

static dealer_status store_it(struct door *door, const char *body, size_t length, struct deal_snapshot *snapshot) {
    struct deal *deal = &door->deal;
    int64_t version;
    dealer_status status = store_configuration_save(
        deal->env, deal->connection, body, length, (struct store_stamp){deal->person, deal->now_ms}, &version);
    if (!status) status = snapshot_identify(deal->env, deal->connection, snapshot);
    if (!status) status = store_organisation_sync(deal->env, deal->connection, snapshot->org);
    return status ? status : deal_journal(deal, NULL, "configuration_applied", NULL);
}

static dealer_status apply(
    struct door *door, const char *body, size_t length, bool check_only, json_value *findings, struct json *json) {
    struct snapshot_parts parts = {body, length, door->snapshot->rules, findings, json};
    struct deal_snapshot *snapshot = NULL;
    dealer_status status = snapshot_build(door->deal.env, &door->session->core->seams, &parts, &snapshot);
    if (status) return status;
    door->session->made_versions |= door->nested && !check_only;
    if (!check_only) status = store_it(door, body, length, snapshot);
    snapshot_drop(snapshot);
    return status;
}

dealer_status dealer_configuration_apply(
    dealer_session *session, dealer_text **findings_out, const char *body, size_t length, int32_t check_only) {
    struct door door;
    struct json *json = NULL;
    json_value *findings = NULL;
    dealer_text *text = NULL;
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    if (!body) return door_leave(&door, misuse(door.deal.env, "dealer_configuration_apply", "json"));
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

dealer_status dealer_configuration_export(dealer_session *session, dealer_text **json_out) {
    struct door door;
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_configuration_export", "json_out"));
    return door_answer(&door, DEALER_OK, NULL, json_root(door.snapshot->source), json_out);
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
