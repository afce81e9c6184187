/* The journal, a document's whole story, and the store's own check, through the door. */
#include "api/door.h"
#include "deal/events.h"
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
    dealer_status status = flow_say_awaited(awaited->deal, json, item, row);
    json_set_text(json, item, "node", row->node);
    json_set_text(json, title, "en", row->node_title_en);
    json_set_text(json, title, "zh", row->node_title_zh);
    json_set(json, item, "title", title);
    json_set_integer(json, item, "since", row->opened_ms);
    json_push(json, awaited->list, item);
    return status;
}

/* What each entry is called: the words that message rules use for it. */
static void name_entries(struct json *json, json_value *history) {
    json_value *entry;
    for (struct json_cursor each = json_each(history); (entry = json_next(&each, NULL));) {
        const struct event_kind *kind = event_kind(json_get_text(entry, "kind"));
        if (!kind) continue;
        json_value *title = json_new_object(json);
        json_set_text(json, title, "en", kind->label.en);
        json_set_text(json, title, "zh", kind->label.zh);
        json_set(json, entry, "title", title);
    }
}

static dealer_status tell(struct deal *deal, int64_t id, struct json *json, json_value *root) {
    struct awaited awaited = {deal, json, json_new_array(json)};
    json_value *decisions = json_new_array(json), *sources = json_new_array(json), *history = json_new_array(json);
    dealer_status status = store_tasks(
        deal->env, deal->connection, &(struct task_query){TASKS_OPEN_OF_DOCUMENT, id, 0, INT64_MAX}, add_awaited, &awaited);
    if (!status) status = store_journal_of(deal->env, deal->connection, id, history, json);
    if (!status) name_entries(json, history);
    if (!status) status = store_decisions_of(deal->env, deal->connection, id, decisions, json);
    if (!status) status = store_field_sources(deal->env, deal->connection, id, sources, json);
    json_set(json, root, "awaited", awaited.list);
    json_set(json, root, "history", history);
    json_set(json, root, "decisions", decisions);
    json_set(json, root, "sources", sources);
    return status;
}

/* -- what of it is not for this person -- */

/* Of the documents that a rule saw beside this one: only those that he may read, and of them what he may see. */
static dealer_status screen_links(struct door *door, struct json *json, json_value *input) {
    struct deal *deal = &door->deal;
    json_value *links = json_get(input, "links"), *shown = json_new_object(json);
    const json_value *item;
    const char *key;
    dealer_status status = DEALER_OK;
    for (struct json_cursor each = json_each(links); !status && (item = json_next(&each, &key));) {
        struct document *linked = NULL;
        int64_t id = json_get_integer(item, "id", 0);
        status = id ? deal_load(deal, id, &linked) : DEALER_E_NOT_FOUND;
        if (status == DEALER_E_NOT_FOUND) {
            error_clear(&deal->env->error);
            status = DEALER_OK;
            continue;
        }
        struct function read = {status ? NULL : linked->type, ACTION_READ};
        bool may = !status && permission_allows(deal->snapshot->permissions, deal->employee, read, linked, deal->now_ms);
        if (may) status = door_hide(door, linked);
        if (!status && may && !linked->hidden) json_set(json, shown, key, json_copy(json, item));
        document_free(linked);
    }
    if (json_kind(links) == JSON_OBJECT) json_set(json, input, "links", shown);
    return status;
}

/* Where anything is hidden from him, what a rule saw and said stays out: its result may tell what it saw. */
static dealer_status screen_decisions(
    struct door *door, const struct document *document, struct json *json, json_value *decisions) {
    dealer_status status = DEALER_OK;
    json_value *item;
    for (struct json_cursor each = json_each(decisions); !status && (item = json_next(&each, NULL));) {
        json_value *input = json_get(item, "input");
        if (document->hidden) {
            json_remove(item, "input");
            json_remove(item, "result");
        } else if (json_kind(input) == JSON_OBJECT) {
            status = screen_links(door, json, input);
        }
    }
    return status;
}

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

static dealer_status screen(struct door *door, const struct document *document, struct json *json, json_value *root) {
    if (door->deal.employee < 0) return DEALER_OK;
    json_set(json, root, "sources", screen_sources(document, json, json_get(root, "sources")));
    return screen_decisions(door, document, json, json_get(root, "decisions"));
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
        status = tell(&door.deal, id, json, root);
        if (!status) status = screen(&door, document, json, root);
    }
    document_free(document);
    return door_answer(&door, status, json, root, json_out);
}
