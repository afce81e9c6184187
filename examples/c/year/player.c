#include "year/player.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t read_clock(void *user_data) {
    return ((const struct player *)user_data)->now_ms;
}

static void stop(const struct player *player, const char *what, const char *why) {
    fprintf(stderr, "line %ld, %s: %s\n", player->line, what, why);
    exit(1);
}

void must(const struct player *player, dealer_status status, const dealer_error *error, const char *what) {
    if (status != DEALER_OK) stop(player, what, dealer_error_message(error, 0, DEALER_LANGUAGE_EN));
}

json_t *player_json(dealer_text *text) {
    json_t *json = json_loads(dealer_text_data(text), 0, NULL);
    dealer_text_free(text);
    return json;
}

void player_open(struct player *player, const char *path) {
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    dealer_error *error = NULL;
    *player = (struct player){.names = json_object()};
    options.now_utc_ms = read_clock;
    options.now_user_data = player;
    must(player, dealer_store_open(&player->store, &error, path, &options), error, path);
    must(player, dealer_session_open_system(player->store, &player->system, &error, "a year at a dealer"), error, "system");
}

void player_close(struct player *player) {
    for (int i = 0; i < player->person_count; i++) dealer_session_close(player->people[i].session);
    dealer_session_close(player->system);
    dealer_store_close(player->store);
    json_decref(player->names);
}

dealer_session *player_session(struct player *player, const char *person) {
    dealer_error *error = NULL;
    int i = 0;
    while (i < player->person_count && strcmp(player->people[i].code, person) != 0) i++;
    if (i < player->person_count) return player->people[i].session;
    if (i == PEOPLE_MOST) stop(player, person, "too many people");
    snprintf(player->people[i].code, sizeof player->people[i].code, "%s", person);
    must(player, dealer_session_open(player->store, &player->people[i].session, &error, person), error, person);
    player->person_count++;
    return player->people[i].session;
}

/* -- values -- */

static const char *text_of(const json_t *line, const char *key) {
    return json_string_value(json_object_get(line, key));
}

static int64_t id_of(const struct player *player, const char *name) {
    const json_t *id = name ? json_object_get(player->names, name) : NULL;
    if (!id) stop(player, name ? name : "?", "no document has this name");
    return json_integer_value(id);
}

/* "@plan.instalments.0.amount": what a document says of itself. The caller's. */
static json_t *look_up(const struct player *player, dealer_session *session, const char *path) {
    dealer_document *document = NULL;
    dealer_text *text = NULL;
    char steps[200], *rest = NULL;
    snprintf(steps, sizeof steps, "%s", path + 1);
    const char *name = strtok_r(steps, ".", &rest);
    must(player, dealer_document_open(session, &document, id_of(player, name)), dealer_session_error(session), path);
    must(player, dealer_document_to_json(document, &text), dealer_document_error(document), path);
    dealer_document_free(document);
    json_t *root = player_json(text), *at = root;
    for (const char *step; (step = strtok_r(NULL, ".", &rest)) != NULL;)
        at = json_is_array(at) ? json_array_get(at, (size_t)atoi(step)) : json_object_get(at, step);
    json_incref(at);
    json_decref(root);
    return at;
}

static json_t *amount(const struct player *player, dealer_session *session, const json_t *value) {
    json_int_t fen = json_integer_value(json_object_get(value, "fen"));
    if (json_object_get(value, "less")) {
        json_t *less = look_up(player, session, text_of(value, "less"));
        fen -= json_integer_value(json_object_get(less, "amount_minor"));
        json_decref(less);
    }
    return json_pack("{s:I,s:s}", "amount_minor", fen, "currency", "CNY");
}

static json_t *resolve(const struct player *player, dealer_session *session, json_t *value) {
    json_t *item, *made;
    const char *key, *text = json_string_value(value);
    size_t index;
    if (text && *text == '@') return json_integer(id_of(player, text + 1));
    if (json_is_array(value)) {
        made = json_array();
        json_array_foreach(value, index, item) json_array_append_new(made, resolve(player, session, item));
        return made;
    }
    if (!json_is_object(value)) return json_incref(value);
    if (json_object_get(value, "of")) return look_up(player, session, text_of(value, "of"));
    if (json_object_get(value, "fen")) return amount(player, session, value);
    made = json_object();
    json_object_foreach(value, key, item) json_object_set_new(made, key, resolve(player, session, item));
    return made;
}

static void fill(const struct player *player, dealer_session *session, dealer_document *document, const json_t *line) {
    json_t *fields = resolve(player, session, json_object_get(line, "fields"));
    char *text = json_dumps(fields, JSON_COMPACT);
    must(player, dealer_document_merge(document, text, strlen(text)), dealer_document_error(document), text);
    free(text);
    json_decref(fields);
}

/* -- what the lines say -- */

static dealer_status take_decision(const struct player *player, dealer_status status, dealer_decision *decision) {
    if (status != DEALER_OK) return status;
    dealer_outcome outcome = dealer_decision_outcome(decision);
    if (outcome != DEALER_OUTCOME_YES && outcome != DEALER_OUTCOME_REFERRED)
        stop(player, "a rule says no", dealer_decision_sentence(decision, DEALER_LANGUAGE_EN));
    dealer_decision_free(decision);
    return DEALER_OK;
}

static dealer_status finish(const struct player *player, dealer_session *session, dealer_document *document, const char *then) {
    dealer_decision *decision = NULL;
    if (!then) return dealer_document_save(session, document);
    dealer_status status = strcmp(then, "enter") == 0 ? dealer_document_enter(session, &decision, document)
                                                      : dealer_document_submit(session, &decision, document);
    return take_decision(player, status, decision);
}

static dealer_status make(struct player *player, dealer_session *session, const json_t *line) {
    dealer_document *document = NULL;
    const char *type = text_of(line, "type"), *from = text_of(line, "from");
    dealer_status status = from ? dealer_document_derive(session, &document, type, id_of(player, from))
                                : dealer_document_new(session, &document, type);
    must(player, status, dealer_session_error(session), type);
    fill(player, session, document, line);
    status = finish(player, session, document, text_of(line, "then"));
    json_object_set_new(player->names, text_of(line, "document"), json_integer(dealer_document_id(document)));
    dealer_document_free(document);
    return status;
}

static int64_t find_task(const struct player *player, dealer_session *session, int64_t document) {
    enum { PAGE = 200 };
    int64_t after = 0, found = 0;
    for (bool more = true; more && !found;) {
        dealer_text *text = NULL;
        json_t *task;
        size_t index;
        must(player, dealer_tasks(session, &text, 0, after, PAGE), dealer_session_error(session), "tasks");
        json_t *tasks = player_json(text);
        json_array_foreach(tasks, index, task) {
            after = json_integer_value(json_object_get(task, "id"));
            if (!found && json_integer_value(json_object_get(task, "document")) == document) found = after;
        }
        more = json_array_size(tasks) == PAGE;
        json_decref(tasks);
    }
    return found;
}

static dealer_status decide(const struct player *player, dealer_session *session, const json_t *line) {
    dealer_decision *decision = NULL;
    const char *comment = text_of(line, "comment");
    int64_t task = find_task(player, session, id_of(player, text_of(line, "document")));
    if (!task && json_is_true(json_object_get(line, "may"))) return DEALER_OK;
    if (!task) stop(player, text_of(line, "document"), "nobody is asked");
    bool agrees = strcmp(text_of(line, "do"), "approve") == 0;
    dealer_status status =
        agrees ? dealer_task_approve(session, &decision, task, comment) : dealer_task_reject(session, &decision, task, comment);
    if (status == DEALER_OK) dealer_decision_free(decision);
    return status;
}

static void follow(struct player *player, dealer_document *document, const json_t *line) {
    int64_t id = 0;
    must(player, dealer_document_integer(document, &id, text_of(line, "field")), dealer_document_error(document),
        text_of(line, "field"));
    json_object_set_new(player->names, text_of(line, "name"), json_integer(id));
}

static dealer_status recall(const struct player *player, dealer_session *session, dealer_document *document, const char *comment) {
    dealer_decision *decision = NULL;
    dealer_status status = dealer_document_recall(session, &decision, document, comment);
    return take_decision(player, status, decision);
}

/* Each has its result; all must have been locked. */
static dealer_status lock_many(const struct player *player, dealer_session *session, const json_t *line) {
    enum { MOST = 200 };
    int64_t ids[MOST];
    dealer_text *text = NULL;
    size_t count = json_array_size(json_object_get(line, "documents")), index;
    json_t *one;
    if (count > MOST) stop(player, "lock_many", "too many documents");
    for (size_t i = 0; i < count; i++)
        ids[i] = id_of(player, json_string_value(json_array_get(json_object_get(line, "documents"), i)));
    dealer_status status = dealer_documents_set_locked(session, &text, ids, count, 1);
    if (status) return status;
    json_t *results = player_json(text);
    json_array_foreach(results, index, one) if (!json_is_true(json_object_get(one, "ok"))) stop(player, "lock_many", "one was not");
    json_decref(results);
    return DEALER_OK;
}

static dealer_status act_on(struct player *player, dealer_session *session, dealer_document *document, const json_t *line) {
    const char *verb = text_of(line, "do");
    if (strcmp(verb, "submit") == 0) return finish(player, session, document, verb);
    if (strcmp(verb, "lose") == 0) return dealer_pre_order_lose(session, document, text_of(line, "reason"));
    if (strcmp(verb, "void") == 0) return dealer_document_void(session, document, text_of(line, "reason"));
    if (strcmp(verb, "confirm") == 0) return dealer_document_confirm(session, document, 1);
    if (strcmp(verb, "unconfirm") == 0) return dealer_document_confirm(session, document, 0);
    if (strcmp(verb, "lock") == 0) return dealer_document_set_locked(session, document, 1);
    if (strcmp(verb, "unlock") == 0) return dealer_document_set_locked(session, document, 0);
    if (strcmp(verb, "review") == 0) return dealer_document_review(session, document, 1);
    if (strcmp(verb, "recall") == 0) return recall(player, session, document, text_of(line, "comment"));
    if (strcmp(verb, "set") == 0) {
        fill(player, session, document, line);
        return finish(player, session, document, text_of(line, "then"));
    }
    if (strcmp(verb, "follow") != 0) stop(player, verb, "no player knows it");
    follow(player, document, line);
    return DEALER_OK;
}

static dealer_status act(struct player *player, dealer_session *session, const json_t *line) {
    dealer_document *document = NULL;
    dealer_status status = dealer_document_open(session, &document, id_of(player, text_of(line, "document")));
    if (status != DEALER_OK) return status;
    status = act_on(player, session, document, line);
    dealer_document_free(document);
    return status;
}

static void begin(struct player *player, const json_t *line) {
    char *configuration = json_dumps(json_object_get(line, "configuration"), JSON_COMPACT);
    char *market = json_dumps(json_object_get(line, "market"), JSON_COMPACT);
    dealer_session *system = player->system;
    dealer_text *rules = NULL;
    must(player, dealer_configuration_apply(system, NULL, configuration, strlen(configuration), 0), dealer_session_error(system),
        "configuration");
    must(player, dealer_rules_starter(system, &rules), dealer_session_error(system), "rules");
    must(player, dealer_rules_publish(system, NULL, dealer_text_data(rules), dealer_text_length(rules), 0),
        dealer_session_error(system), "rules");
    must(player, dealer_market_add(system, NULL, market, strlen(market)), dealer_session_error(system), "market");
    dealer_text_free(rules);
    free(configuration);
    free(market);
}

static dealer_status play(struct player *player, dealer_session *session, const json_t *line) {
    const char *verb = text_of(line, "do");
    if (strcmp(verb, "new") == 0 || strcmp(verb, "derive") == 0) return make(player, session, line);
    if (strcmp(verb, "approve") == 0 || strcmp(verb, "reject") == 0) return decide(player, session, line);
    if (strcmp(verb, "period") == 0)
        return dealer_period_set(
            session, text_of(line, "company"), text_of(line, "type"), text_of(line, "month"), text_of(line, "state"));
    if (strcmp(verb, "lock_many") == 0) return lock_many(player, session, line);
    return act(player, session, line);
}

void player_line(struct player *player, const char *text) {
    json_t *line = json_loads(text, 0, NULL);
    player->line++;
    if (!line) stop(player, "a line", "is no JSON");
    player->now_ms = json_integer_value(json_object_get(line, "at"));
    if (strcmp(text_of(line, "do"), "begin") == 0) {
        begin(player, line);
    } else {
        const char *refused = text_of(line, "refused");
        dealer_session *session = player_session(player, text_of(line, "as"));
        dealer_status status = play(player, session, line);
        if (!refused) must(player, status, dealer_session_error(session), text);
        if (refused && strcmp(refused, dealer_status_name(status)) != 0) stop(player, text, dealer_status_name(status));
    }
    json_decref(line);
}

/* -- what must hold -- */

void player_check(struct player *player) {
    dealer_text *findings = NULL, *replayed = NULL;
    int64_t entries = 0, bad = 0;
    dealer_session *system = player->system;
    must(player, dealer_store_verify(system, &findings), dealer_session_error(system), "verify");
    must(player, dealer_journal_verify(system, &entries, &bad), dealer_session_error(system), "journal");
    must(player, dealer_replay_all(system, &replayed, NULL, NULL), dealer_session_error(system), "replay");
    json_t *replay = player_json(replayed);
    bool same = json_equal(json_object_get(replay, "decisions"), json_object_get(replay, "same"));
    if (strcmp(dealer_text_data(findings), "[]") != 0 || bad || !same) stop(player, "the store", dealer_text_data(findings));
    json_decref(replay);
    dealer_text_free(findings);
}
