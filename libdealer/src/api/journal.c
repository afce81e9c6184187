/* The journal, a document's whole story, and the store's own check, through the door. */
#include "api/door.h"
#include "deal/story.h"
#include "dealer/journal.h"
#include <string.h>

dealer_status dealer_journal_verify(dealer_session *session, int64_t *count_out, int64_t *bad_out) {
    struct door door;
    struct journal_proof proof = {0};
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    if (!count_out || !bad_out)
        return door_leave(&door, misuse(door.deal.env, "dealer_journal_verify", count_out ? "bad_out" : "count_out"));
    status = store_journal_verify(door.deal.env, door.deal.connection, NULL, &proof);
    status = door_leave(&door, status);
    if (!status) {
        *count_out = proof.entries;
        *bad_out = proof.bad;
    }
    return status;
}

/* -- against a head that was kept elsewhere -- */

static dealer_status read_head(struct door *door, const char *text, size_t length, struct journal_head *out) {
    struct json *json = NULL;
    dealer_status status = json_parse(door->deal.env, text, length, false, &json);
    const json_value *root = status ? NULL : json_root(json);
    const char *mac = json_get_text(root, "mac");
    int64_t sequence = json_get_integer(root, "sequence", -1);
    bool fits = sequence >= 0 && mac && strlen(mac) == sizeof out->mac - 1;
    if (!status && !fits)
        status = error_raise(&door->deal.env->error, &E_ARGUMENTS, "what", "head", "expected",
            "sequence and mac, as dealer_journal_head gave them", NULL);
    if (!status) {
        out->sequence = sequence;
        memcpy(out->mac, mac, sizeof out->mac);
    }
    json_free(json);
    return status;
}

static dealer_status say_proof(struct door *door, const struct journal_proof *proof, struct json *json, json_value *root) {
    static const struct {
        const char *name;
        const struct message *says;
    } flaws[] = {{NULL, &R_JOURNAL_WHOLE}, {"changed", &R_JOURNAL_CHANGED}, {"missing", &R_JOURNAL_MISSING},
        {"cut_off", &R_JOURNAL_CUT_OFF}};
    struct verdict verdict = {0};
    dealer_status status = verdict_start(&door->deal, &verdict);
    if (!status)
        status = verdict_say(
            &door->deal, &verdict, flaws[proof->flaw].says, "entries", NUMBER(proof->entries), "entry", NUMBER(proof->bad), NULL);
    const json_value *reason = status ? NULL : json_at(json_get(verdict.root, "reasons"), 0);
    json_set_integer(json, root, "entries", proof->entries);
    json_set_integer(json, root, "bad", proof->bad);
    json_set_text(json, root, "flaw", flaws[proof->flaw].name);
    json_set_text(json, root, "en", json_get_text(reason, "en"));
    json_set_text(json, root, "zh", json_get_text(reason, "zh"));
    verdict_finish(&verdict);
    return status;
}

dealer_status dealer_journal_compare(dealer_session *session, dealer_text **json_out, const char *head, size_t length) {
    struct door door;
    struct json *json = NULL;
    json_value *root = NULL;
    struct journal_head known;
    struct journal_proof proof;
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out || !head)
        return door_leave(&door, misuse(door.deal.env, "dealer_journal_compare", json_out ? "head" : "json_out"));
    status = read_head(&door, head, length, &known);
    if (!status) status = store_journal_verify(door.deal.env, door.deal.connection, &known, &proof);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) {
        root = json_new_object(json);
        status = say_proof(&door, &proof, json, root);
    }
    return door_answer(&door, status, json, root, json_out);
}

dealer_status dealer_journal_head(dealer_session *session, dealer_text **json_out) {
    struct door door;
    struct json *json = NULL;
    json_value *root = NULL;
    struct journal_head head;
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_journal_head", "json_out"));
    status = store_journal_head(door.deal.env, door.deal.connection, &head);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) {
        root = json_new_object(json);
        json_set_integer(json, root, "sequence", head.sequence);
        json_set_text(json, root, "mac", head.mac);
    }
    return door_answer(&door, status, json, root, json_out);
}

dealer_status dealer_store_verify(dealer_session *session, dealer_text **findings_out) {
    struct door door;
    struct json *json = NULL;
    json_value *findings = NULL;
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    if (!findings_out) return door_leave(&door, misuse(door.deal.env, "dealer_store_verify", "findings_out"));
    status = json_new(door.deal.env, &json);
    if (!status) {
        findings = json_new_array(json);
        status = store_verify(door.deal.env, door.deal.connection, findings, json);
    }
    return door_answer(&door, status, json, findings, findings_out);
}

/* -- the story of a document -- */

struct awaited {
    struct deal *deal;
    struct json *json;
    json_value *list;
};

static dealer_status add_awaited(void *user_data, const struct task_row *row) {
    struct awaited *awaited = user_data;
    struct json *json = awaited->json;
    json_value *item = json_new_object(json), *title = json_new_object(json);
    json_set_integer(json, item, "person", row->person);
    json_set_text(json, item, "name", deal_person_name(awaited->deal, row->person));
    json_set_text(json, item, "node", row->node);
    json_set_text(json, title, "en", row->node_title_en);
    json_set_text(json, title, "zh", row->node_title_zh);
    json_set(json, item, "title", title);
    json_set_integer(json, item, "since", row->opened_ms);
    json_push(json, awaited->list, item);
    return DEALER_OK;
}

/* -- where copied fields came from -- */

static json_value *screen_sources(const struct document *document, struct json *json, const json_value *sources) {
    json_value *shown = json_new_array(json);
    const json_value *item;
    for (struct json_cursor each = json_each(sources); (item = json_next(&each, NULL));) {
        const char *name = json_get_text(item, "field");
        const struct catalogue_field *field = name ? catalogue_field(document->type, name) : NULL;
        if (field && document_hides(document, field->index)) continue;
        json_push(json, shown, json_copy(json, item));
    }
    return shown;
}

static dealer_status tell(struct deal *deal, const struct document *document, struct json *json, json_value *root) {
    struct awaited awaited = {deal, json, json_new_array(json)};
    json_value *sources = json_new_array(json), *history = json_new_array(json);
    struct task_query open = {TASKS_OPEN_OF_DOCUMENT, document_id(document), 0, INT64_MAX};
    dealer_status status = store_tasks(deal->env, deal->connection, &open, add_awaited, &awaited);
    if (!status) status = story_tell(deal, document, json, history);
    if (!status) status = store_field_sources(deal->env, deal->connection, document_id(document), sources, json);
    json_set(json, root, "awaited", awaited.list);
    json_set(json, root, "history", history);
    json_set(json, root, "sources", screen_sources(document, json, sources));
    return status;
}

dealer_status dealer_document_history(dealer_session *session, dealer_text **json_out, int64_t id) {
    struct door door;
    struct json *json = NULL;
    json_value *root = NULL;
    struct document *document = NULL;
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_document_history", "json_out"));
    status = door_document(&door, id, ACTION_READ, 0, &document);
    if (!status) status = json_new(door.deal.env, &json);
    if (!status) {
        root = json_new_object(json);
        status = tell(&door.deal, document, json, root);
    }
    document_free(document);
    return door_answer(&door, status, json, root, json_out);
}
