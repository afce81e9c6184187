/* Replay and backtest, through the door. Only what a candidate was tried on is ever written, and that on demand. */
#include "api/rule_files.h"
#include "base/text.h"
#include "deal/trial.h"
#include "dealer/backtest.h"
#include <string.h>

enum { ROWS_DEFAULT = 10000, ROWS_MOST = 1000000 };

/* -- replay -- */

struct replaying {
    struct door *door;
    struct json *json;
    json_value *report;
    bool found;
};

static dealer_status replay_row(void *user_data, const struct stored_decision *row) {
    struct replaying *this = user_data;
    struct deal *deal = &this->door->deal;
    struct document *document = NULL;
    dealer_status status = DEALER_OK;
    if (deal->person)
        status = row->document ? door_document(this->door, row->document, ACTION_READ, 0, &document) : DEALER_E_NOT_FOUND;
    if (!status && document) status = door_hide(this->door, document);
    this->found = status != DEALER_E_NOT_FOUND;
    if (!status) status = decision_replay(deal, row, !document || !document->hidden, this->json, this->report);
    document_free(document);
    return this->found ? status : DEALER_OK;
}

dealer_status dealer_decision_replay(dealer_session *session, dealer_text **json_out, int64_t decision) {
    struct door door;
    struct replaying replaying = {.door = &door};
    dealer_status status = door_enter(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_decision_replay", "json_out"));
    status = json_new(door.deal.env, &replaying.json);
    if (!status) {
        replaying.report = json_new_object(replaying.json);
        status = store_decision_read(door.deal.env, door.deal.connection, decision, replay_row, &replaying);
    }
    if (!status && !replaying.found) {
        error_clear(&door.deal.env->error);
        status = error_raise(&door.deal.env->error, &E_NO_SUCH_DECISION, "id", NUMBER(decision), NULL);
    }
    return door_answer(&door, status, replaying.json, replaying.report, json_out);
}

dealer_status dealer_replay_all(dealer_session *session, dealer_text **json_out, dealer_progress progress, void *user_data) {
    struct door door;
    struct json *json = NULL;
    json_value *report = NULL;
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    if (!json_out) return door_leave(&door, misuse(door.deal.env, "dealer_replay_all", "json_out"));
    status = json_new(door.deal.env, &json);
    if (!status) {
        report = json_new_object(json);
        status = decisions_replay(&door.deal, &(struct progress){progress, user_data}, json, report);
    }
    return door_answer(&door, status, json, report, json_out);
}

/* -- backtest -- */

struct trying {
    struct rule_files given;
    struct rule_set *set;
    struct json *query, *json;
    struct backtest_order order;
    struct backtest_result result;
    json_value *report;
    struct text csv;
    dealer_text *answer;
};

static dealer_status check_options(
    struct env *env, const dealer_backtest_options *given, dealer_text **report_out, dealer_backtest_options *out) {
    static const char name[] = "dealer_backtest_options";
    const dealer_backtest_options defaults = DEALER_BACKTEST_OPTIONS_INIT;
    *out = defaults;
    if (!report_out || !given) return misuse(env, "dealer_backtest", given ? "report_out" : "options");
    if (given->size < sizeof given->size || given->size > sizeof *out)
        return error_raise(&env->error, &E_OPTIONS_SIZE_OF, "options", name, "size", NUMBER((int64_t)given->size), "initialiser",
            "DEALER_BACKTEST_OPTIONS_INIT", NULL);
    memcpy(out, given, given->size);
    if (!out->files) return misuse(env, "dealer_backtest", "options.files");
    if (out->format != DEALER_BACKTEST_JSON && out->format != DEALER_BACKTEST_CSV)
        return error_raise(&env->error, &E_OPTION, "options", name, "member", "format", "found", NUMBER(out->format), "expected",
            "DEALER_BACKTEST_JSON or DEALER_BACKTEST_CSV", NULL);
    if (out->rows < 0 || out->rows > ROWS_MOST || out->threads < 0)
        return error_raise(&env->error, &E_OPTION, "options", name, "member", out->threads < 0 ? "threads" : "rows", "found",
            NUMBER(out->threads < 0 ? out->threads : out->rows), "expected", "0 (default) or more, rows at most 1000000", NULL);
    return DEALER_OK;
}

static dealer_status raise_query(struct env *env, const char *member, const char *expected) {
    return error_raise(&env->error, &E_QUERY, "member", member, "expected", expected, NULL);
}

static dealer_status read_query(struct door *door, const dealer_backtest_options *options, struct trying *this) {
    struct deal *deal = &door->deal;
    struct document_query *query = &this->order.query;
    const char *key;
    if (!options->query) return DEALER_OK;
    dealer_status status = json_parse(deal->env, options->query, options->query_length, false, &this->query);
    if (status) return status;
    const json_value *root = json_root(this->query);
    const char *type = json_get_text(root, "type");
    if (json_kind(root) != JSON_OBJECT || !type) return raise_query(deal->env, "type", "the name of a document type");
    for (struct json_cursor each = json_each(root); json_next(&each, &key);)
        if (strcmp(key, "type") != 0 && strcmp(key, "where") != 0) return raise_query(deal->env, key, "one of type, where");
    status = catalogue_find_type(deal->env, deal->snapshot->catalogue, type, &query->type);
    return status ? status : predicate_parse(deal->env, &deal->region, query->type, json_get(root, "where"), &query->filter);
}

static dealer_status try_candidate(struct door *door, const dealer_backtest_options *options, struct trying *this) {
    struct env *env = door->deal.env;
    bool csv = options->format == DEALER_BACKTEST_CSV;
    dealer_status status = rule_files_read(door, options->files, options->files_length, &this->given);
    if (!status) status = rule_set_load(env, this->given.files, this->given.count, NULL, &this->set);
    if (!status) status = read_query(door, options, this);
    if (!status) status = json_new(env, &this->json);
    if (status) return status;
    text_init(&this->csv, env);
    this->report = json_new_object(this->json);
    this->order.candidate = this->set;
    this->order.group = options->group;
    this->order.threads = options->threads;
    this->order.rows = options->rows ? options->rows : ROWS_DEFAULT;
    this->order.csv = csv;
    this->order.progress = (struct progress){options->progress, options->progress_user_data};
    status = backtest_run(&door->deal, &this->order, this->json, this->report, csv ? &this->csv : NULL, &this->result);
    if (status) return status;
    if (!csv) return text_of_json(env, door->session->core, this->report, &this->answer);
    status = text_wrap(env, door->session->core, this->csv.data, this->csv.length, &this->answer);
    text_init(&this->csv, env); /* its bytes are the answer's now */
    return status;
}

static dealer_status remember(dealer_session *session, const struct trying *this) {
    struct door door;
    dealer_status status = door_enter_system(&door, session, DOOR_WRITE);
    if (status) return status;
    const int64_t facts[3] = {door.deal.person, this->result.documents, door.deal.now_ms};
    status = store_backtest_add(door.deal.env, door.deal.connection, rule_set_hash(this->set), facts);
    if (!status) status = deal_journal(&door.deal, NULL, "backtested", NULL);
    return door_leave(&door, status);
}

dealer_status dealer_backtest(dealer_session *session, dealer_text **report_out, const dealer_backtest_options *given) {
    struct door door;
    struct trying this;
    dealer_backtest_options options;
    memset(&this, 0, sizeof this);
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    status = check_options(door.deal.env, given, report_out, &options);
    if (!status) status = try_candidate(&door, &options, &this);
    if (this.csv.env) text_finish(&this.csv);
    json_free(this.json);
    json_free(this.query);
    json_free(this.given.source);
    status = door_leave(&door, status);
    if (!status && options.record && !options.query && !this.result.cancelled) status = remember(session, &this);
    rule_set_drop(this.set);
    if (status)
        dealer_text_free(this.answer);
    else
        *report_out = this.answer;
    return status;
}
