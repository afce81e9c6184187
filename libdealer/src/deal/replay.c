/* Logged decisions evaluated again: the same input, the rule as it was, look-ups answered from the log - and so the same bytes. */
#include "deal/decisions.h"
#include "deal/trial.h"
#include "base/crew.h"
#include "base/text.h"
#include <string.h>

enum { PAGE = 256, DIFFERENCES_TOLD = 1000, SETS_KEPT = 8 };

/* One decision on its way: copied from the log, then evaluated, perhaps by another thread. */
struct replay_item {
    struct stored_decision row; /* texts in the page's region */
    const struct rule_set *rules;
    dealer_status status; /* of the evaluation; DEALER_E_RULE is part of the answer */
    bool same;
    struct rule_used used;
    char *said; /* canonical; NULL when the rule failed */
    char en[ERROR_TEXT_SIZE], zh[ERROR_TEXT_SIZE];
};

/* -- evaluating -- */

static void offer_logged(struct trial_lookups *lookups, const char *entry, const json_value *seen) {
    const json_value *offered = json_get(seen, "offered"), *item;
    lookups->logged = json_get(seen, "lookups");
    for (struct json_cursor each = json_each(offered); (item = json_next(&each, NULL));) trial_offer(lookups, json_text(item));
    for (struct json_cursor each = json_each(lookups->logged); (item = json_next(&each, NULL));)
        trial_offer(lookups, json_get_text(item, "name"));
    if (json_kind(offered) == JSON_NONE && strcmp(entry, "value") == 0) trial_offer(lookups, "market");
}

static dealer_status evaluate(struct env *env, struct replay_item *item, const json_value *seen) {
    struct trial_lookups lookups = {0};
    offer_logged(&lookups, item->row.entry, seen);
    struct rule_call call = {.rule = rule_set_find(item->rules, item->row.rule),
        .entry = decisions_entry_of(item->row.entry),
        .condition = decisions_condition_of(item->row.entry),
        .input = json_get(seen, "input"),
        .lookups = lookups.offered,
        .lookup_count = lookups.offered_count};
    struct rule_result result = {0};
    if (!call.rule)
        return error_raise(&env->error, &E_TRIAL_RULE_GONE, "rule", item->row.rule, "version", NUMBER(item->row.rule_set), NULL);
    dealer_status status = rule_evaluate(env, &call, &result), told = status;
    item->used = result.used;
    if (status == DEALER_E_RULE) told = json_new(env, &result.json); /* to fail is an answer, too */
    if (told) return told;
    if (status) result.value = decisions_failure(result.json, &env->error);
    item->said = json_write(env, result.value, true, false, NULL);
    item->same = item->said && strcmp(item->said, item->row.result) == 0;
    rule_result_finish(&result);
    return item->said ? status : DEALER_E_NOMEM;
}

static void run(void *user_data, size_t index, struct env *env) {
    struct replay_item *item = (struct replay_item *)user_data + index;
    struct json *seen = NULL;
    error_clear(&env->error);
    item->status = json_parse(env, item->row.input, item->row.input_length, false, &seen);
    if (!item->status) item->status = evaluate(env, item, json_root(seen));
    json_free(seen);
    if (item->status && env->error.depth) {
        memcpy(item->en, env->error.entries[0].en, sizeof item->en);
        memcpy(item->zh, env->error.entries[0].zh, sizeof item->zh);
    }
}

/* What makes the whole call fail, rather than one decision differ. */
static bool is_fatal(dealer_status status) {
    return status != DEALER_OK && status != DEALER_E_RULE;
}

/* -- reading the log -- */

struct pinned_rules {
    int64_t version;
    struct rule_set *rules;
};

struct replaying {
    struct deal *deal;
    struct region region; /* of the page */
    struct replay_item *items;
    size_t count;
    struct pinned_rules sets[SETS_KEPT]; /* newest first */
};

static dealer_status pin(struct replaying *this, int64_t version, const struct rule_set **out) {
    struct deal *deal = this->deal;
    struct rule_set *rules = NULL;
    int64_t found;
    for (int i = 0; i < SETS_KEPT; i++) {
        if (this->sets[i].rules && this->sets[i].version == version) {
            *out = this->sets[i].rules;
            return DEALER_OK;
        }
    }
    dealer_status status = snapshot_rules(deal->env, deal->connection, deal->cache->seams, version, &rules, &found);
    if (status) return status;
    rule_set_drop(this->sets[SETS_KEPT - 1].rules);
    memmove(&this->sets[1], &this->sets[0], (SETS_KEPT - 1) * sizeof this->sets[0]);
    this->sets[0] = (struct pinned_rules){version, rules};
    *out = rules;
    return DEALER_OK;
}

static const char *keep(struct replaying *this, const char *text, size_t length) {
    return region_copy(&this->region, this->deal->env, text, length);
}

static dealer_status collect(void *user_data, const struct stored_decision *row) {
    struct replaying *this = user_data;
    struct replay_item *item = &this->items[this->count];
    memset(item, 0, sizeof *item);
    item->row = *row;
    item->row.rule = keep(this, row->rule, strlen(row->rule));
    item->row.entry = keep(this, row->entry, strlen(row->entry));
    item->row.outcome = keep(this, row->outcome, strlen(row->outcome));
    item->row.input = keep(this, row->input, row->input_length);
    item->row.result = keep(this, row->result, row->result_length);
    if (!item->row.rule || !item->row.entry || !item->row.outcome || !item->row.input || !item->row.result) return DEALER_E_NOMEM;
    this->count++;
    return DEALER_OK;
}

/* The sets of a page are held by the items, for a page may need more than are kept. */
static dealer_status pin_all(struct replaying *this) {
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < this->count; i++) {
        const struct rule_set *rules = NULL;
        status = pin(this, this->items[i].row.rule_set, &rules);
        if (!status) this->items[i].rules = rule_set_take(rules);
    }
    return status;
}

static void page_finish(struct replaying *this) {
    for (size_t i = 0; i < this->count; i++) {
        rule_set_drop(this->items[i].rules);
        env_free(this->deal->env, this->items[i].said);
    }
    this->count = 0;
    region_finish(&this->region);
    region_init(&this->region, this->deal->cache->seams);
}

static void replaying_finish(struct replaying *this) {
    page_finish(this);
    region_finish(&this->region);
    for (int i = 0; i < SETS_KEPT; i++) rule_set_drop(this->sets[i].rules);
    env_free(this->deal->env, this->items);
}

static dealer_status replaying_start(struct deal *deal, struct replaying *this, size_t items) {
    memset(this, 0, sizeof *this);
    this->deal = deal;
    region_init(&this->region, deal->cache->seams);
    this->items = env_alloc(deal->env, items * sizeof *this->items);
    return this->items ? DEALER_OK : DEALER_E_NOMEM;
}

static dealer_status raise_item(struct deal *deal, const struct replay_item *item) {
    if (item->status == DEALER_E_NOMEM) return error_nomem(&deal->env->error);
    return error_raise(
        &deal->env->error, &E_TRIAL_FAILED, "decision", NUMBER(item->row.id), "reason_en", item->en, "reason_zh", item->zh, NULL);
}

/* -- telling -- */

static void set_budget(struct json *json, json_value *object, const char *name, int64_t instructions, int64_t bytes) {
    json_value *budget = json_new_object(json);
    json_set_integer(json, budget, "instructions", instructions);
    json_set_integer(json, budget, "bytes", bytes);
    json_set(json, object, name, budget);
}

static void set_error(struct json *json, json_value *object, const struct replay_item *item) {
    json_value *error = json_new_object(json);
    json_set_text(json, error, "en", item->en);
    json_set_text(json, error, "zh", item->zh);
    json_set(json, object, "error", error);
}

static void describe(const struct replay_item *item, struct json *json, json_value *object) {
    json_set_integer(json, object, "decision", item->row.id);
    json_set_integer(json, object, "document", item->row.document);
    json_set_text(json, object, "rule", item->row.rule);
    json_set_integer(json, object, "rule_set", item->row.rule_set);
    json_set_text(json, object, "entry", item->row.entry);
    json_set_integer(json, object, "at_ms", item->row.at_ms);
    json_set_boolean(json, object, "same", item->same);
    if (item->status) set_error(json, object, item);
}

dealer_status decision_replay(
    struct deal *deal, const struct stored_decision *row, bool with_values, struct json *json, json_value *report) {
    struct replaying this;
    dealer_status status = replaying_start(deal, &this, 1);
    if (!status) status = collect(&this, row);
    if (!status) status = pin_all(&this);
    if (!status) {
        struct replay_item *item = &this.items[0];
        run(item, 0, deal->env);
        error_clear(&deal->env->error);
        if (is_fatal(item->status)) {
            status = raise_item(deal, item);
        } else {
            json_value *budget = json_new_object(json);
            describe(item, json, report);
            set_budget(json, budget, "then", item->row.instructions, item->row.bytes);
            set_budget(json, budget, "now", item->used.instructions, item->used.bytes);
            json_set(json, report, "budget", budget);
            if (with_values) json_set(json, report, "then", json_new_parsed(json, item->row.result, item->row.result_length));
            if (with_values && item->said) json_set(json, report, "now", json_new_parsed(json, item->said, strlen(item->said)));
        }
    }
    replaying_finish(&this);
    return status;
}

struct tally {
    int64_t done, same;
    struct json *json;
    json_value *differences;
};

static dealer_status tell_page(struct replaying *this, struct tally *tally) {
    for (size_t i = 0; i < this->count; i++) {
        const struct replay_item *item = &this->items[i];
        if (is_fatal(item->status)) return raise_item(this->deal, item);
        tally->done++;
        tally->same += item->same;
        if (item->same || json_count(tally->differences) >= DIFFERENCES_TOLD) continue;
        json_value *difference = json_new_object(tally->json);
        describe(item, tally->json, difference);
        json_push(tally->json, tally->differences, difference);
    }
    return DEALER_OK;
}

static dealer_status replay_pages(
    struct replaying *this, struct crew *crew, const struct progress *progress, struct tally *tally, bool *cancelled_out) {
    struct deal *deal = this->deal;
    int64_t total = 0, last = 0;
    dealer_status status = store_decision_count(deal->env, deal->connection, &total);
    *cancelled_out = !status && progress_stops(progress, 0, total);
    while (!status && !*cancelled_out) {
        page_finish(this);
        const int64_t page[2] = {last, PAGE};
        status = store_decisions_after(deal->env, deal->connection, page, collect, this);
        if (!status) status = pin_all(this);
        if (status || !this->count) break;
        last = this->items[this->count - 1].row.id;
        crew_begin(crew, run, this->items, this->count);
        crew_wait(crew);
        status = tell_page(this, tally);
        *cancelled_out = !status && progress_stops(progress, tally->done, total);
    }
    return status;
}

dealer_status decisions_replay(struct deal *deal, const struct progress *progress, struct json *json, json_value *report) {
    struct replaying this;
    struct crew *crew = NULL;
    struct tally tally = {.json = json, .differences = json_new_array(json)};
    bool cancelled = false;
    dealer_status status = replaying_start(deal, &this, PAGE);
    if (!status) status = crew_new(deal->env, 0, &crew);
    if (!status) status = replay_pages(&this, crew, progress, &tally, &cancelled);
    crew_free(crew, deal->env);
    replaying_finish(&this);
    json_set_integer(json, report, "decisions", tally.done);
    json_set_integer(json, report, "same", tally.same);
    json_set_integer(json, report, "different", tally.done - tally.same);
    json_set_boolean(json, report, "cancelled", cancelled);
    json_set(json, report, "differences", tally.differences);
    return status ? status : json_status(json) ? error_nomem(&deal->env->error) : DEALER_OK;
}
