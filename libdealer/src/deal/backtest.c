/* A candidate rule set tried on past documents. The calling thread reads, in one read transaction, and compares routes; the crew asks the
 * rules, one batch while the next is read; the report takes the batches in order, so it is the same however many threads there are.
 *
 * Each document is asked about as its last submission saw it (the decision log), with what it looked up then; what it did not look up then
 * comes from the market as of that day. A document whose rules were never asked is asked about as it is now, but for drafts: of those only
 * such count whose submission was refused. */
#include "deal/backtest_report.h"
#include "base/crew.h"
#include "base/time.h"
#include <string.h>

enum { BATCH = 128, LOGGED_MOST = 64, LOOKUPS_MOST = 4 };

struct logged_result {
    const char *entry, *text;
    size_t length;
};

struct item {
    struct backtest_case told;
    const char *seen; /* {"input", "lookups"} */
    size_t seen_length;
    struct logged_result logged[LOGGED_MOST];
    size_t logged_count;
    struct json *routes, *json;
    struct trial before, after;
    dealer_status status;
    char en[ERROR_TEXT_SIZE], zh[ERROR_TEXT_SIZE];
};

struct batch {
    struct backtest *backtest;
    struct region region;
    struct item *items;
    size_t count;
};

struct backtest {
    struct deal *deal;     /* regions of its own for what is needed while a batch is read: */
    struct deal reader;    /* the same call */
    struct deal candidate; /* ... under the candidate's snapshot */
    const struct backtest_order *order;
    struct lock store; /* held by whoever uses the connection: the reader, or a rule's look-up */
    bool routes;       /* flows or choices differ, so routes are compared */
    const struct catalogue_type *type;
    struct document_cursor *cursor;
    int next_type;
    struct batch batches[2];
    struct crew *crew;
    struct backtest_report report;
    int64_t total;
};

/* -- asking, on any thread -- */

struct locked_lookup {
    struct lock *lock;
    const struct rule_lookup *inner;
};

static dealer_status look_up_locked(
    void *user_data, struct env *env, const json_value *arguments, struct json *answers, json_value **out) {
    const struct locked_lookup *locked = user_data;
    lock_take(locked->lock);
    dealer_status status = locked->inner->function(locked->inner->user_data, env, arguments, answers, out);
    lock_release(locked->lock);
    return status;
}

/* The market as of the day of the decision: a call of that moment. */
struct past {
    struct deal deal;
    struct locked_lookup locked[LOOKUPS_MOST];
    struct rule_lookup live[LOOKUPS_MOST];
    struct trial_lookups lookups;
};

static dealer_status past_start(
    struct past *past, const struct backtest *backtest, const struct item *item, struct env *env, const json_value *seen) {
    const struct rule_lookup *live = NULL;
    size_t count = 0;
    memset(past, 0, sizeof *past);
    past->deal = *backtest->deal;
    past->deal.env = env;
    past->deal.now_ms = item->told.at_ms;
    region_init(&past->deal.region, backtest->deal->cache->seams);
    dealer_status status = market_lookup_new(&past->deal, &live, &count);
    if (status) return status;
    past->lookups.logged = json_get(seen, "lookups");
    past->lookups.live = past->live;
    for (size_t i = 0; i < count && i < LOOKUPS_MOST; i++) {
        past->locked[i] = (struct locked_lookup){(struct lock *)(uintptr_t)&backtest->store, &live[i]};
        past->live[i] = (struct rule_lookup){live[i].name, look_up_locked, &past->locked[i]};
        past->lookups.live_count++;
        trial_offer(&past->lookups, live[i].name);
    }
    return DEALER_OK;
}

static dealer_status take_logged(struct item *item, struct json *json) {
    item->before = (struct trial){.outcome = VERDICT_YES};
    for (size_t i = 0; i < item->logged_count; i++) {
        const struct logged_result *logged = &item->logged[i];
        json_value *result = json_new_parsed(json, logged->text, logged->length);
        if (!result) return json_status(json);
        trial_take_logged(json, logged->entry, result, &item->before);
    }
    return DEALER_OK;
}

static dealer_status ask_both(struct past *past, const struct backtest *backtest, struct item *item, json_value *input) {
    struct env *env = past->deal.env;
    struct trial_question question = {backtest->order->candidate, item->told.type, &past->lookups};
    struct trial_question in_force = {backtest->deal->snapshot->rules, item->told.type, &past->lookups};
    dealer_status status = DEALER_OK;
    if (item->told.rebuilt) {
        status = trial_ask(env, &in_force, item->json, json_copy(item->json, input), &item->before);
    } else {
        status = take_logged(item, item->json);
    }
    return status ? status : trial_ask(env, &question, item->json, input, &item->after);
}

static dealer_status ask(const struct backtest *backtest, struct item *item, struct env *env) {
    struct past past;
    dealer_status status = json_new(env, &item->json);
    if (status) return status;
    json_value *seen = json_new_parsed(item->json, item->seen, item->seen_length);
    json_value *input = json_get(seen, "input");
    if (!seen && json_status(item->json)) return json_status(item->json);
    if (!input) return error_raise(&env->error, &E_TRIAL_INPUT, "document", NUMBER(item->told.document), NULL);
    status = past_start(&past, backtest, item, env, seen);
    if (!status) status = ask_both(&past, backtest, item, input);
    region_finish(&past.deal.region);
    return status;
}

static void work(void *user_data, size_t index, struct env *env) {
    struct batch *batch = user_data;
    struct item *item = &batch->items[index];
    error_clear(&env->error);
    item->status = ask(batch->backtest, item, env);
    if (!item->status || !env->error.depth) return;
    memcpy(item->en, env->error.entries[0].en, sizeof item->en);
    memcpy(item->zh, env->error.entries[0].zh, sizeof item->zh);
}

/* -- reading, on the calling thread, under the lock -- */

struct collecting {
    struct backtest *backtest;
    struct batch *batch;
    struct item *item;
};

static dealer_status collect(void *user_data, const struct stored_decision *row) {
    struct collecting *collecting = user_data;
    struct item *item = collecting->item;
    struct region *region = &collecting->batch->region;
    struct env *env = collecting->backtest->deal->env;
    bool value = strcmp(row->entry, "value") == 0;
    if (item->logged_count == LOGGED_MOST) return DEALER_OK;
    struct logged_result *logged = &item->logged[item->logged_count];
    *logged = (struct logged_result){
        value ? "value" : "decide", region_copy(region, env, row->result, row->result_length), row->result_length};
    if (!logged->text) return DEALER_E_NOMEM;
    if (item->logged_count++ > 0) return DEALER_OK;
    item->told.at_ms = row->at_ms;
    item->seen = region_copy(region, env, row->input, row->input_length);
    item->seen_length = row->input_length;
    return item->seen ? DEALER_OK : DEALER_E_NOMEM;
}

/* What rules would have seen, had they been asked: the document as it is, on the day it was entered, by who entered it. */
static dealer_status rebuild(struct backtest *backtest, struct batch *batch, struct item *item, const struct document *document) {
    struct deal then = backtest->reader;
    struct json *json = NULL;
    json_value *input = NULL;
    char *text = NULL;
    then.now_ms = document_integer(document, COMMON_CREATED);
    then.person = document_integer(document, COMMON_OWNER);
    dealer_status status = json_new(then.env, &json);
    if (!status) status = rule_input(&then, document, json, &input);
    if (!status) {
        json_value *seen = json_new_object(json);
        json_set(json, seen, "input", input);
        text = json_status(json) ? NULL : json_write(then.env, seen, false, false, &item->seen_length);
        item->seen = text ? region_copy(&batch->region, then.env, text, item->seen_length) : NULL;
        status = item->seen ? DEALER_OK : DEALER_E_NOMEM;
    }
    env_free(then.env, text);
    json_free(json);
    item->told.at_ms = then.now_ms;
    item->told.rebuilt = true;
    backtest->reader.region = then.region; /* what was allocated meanwhile */
    return status;
}

/* A route that can't be found is an answer too, unless the store or memory failed. */
static dealer_status find_route(
    struct deal *deal, int64_t id, struct json *json, const char **flow_out, const json_value **route_out) {
    struct document *document = NULL;
    json_value *route = NULL;
    dealer_status status = deal_load(deal, id, &document);
    if (!status) status = flow_route(deal, document, json, flow_out, &route);
    document_free(document);
    if (status == DEALER_E_CONFIGURATION || status == DEALER_E_RULE || status == DEALER_E_INVALID || status == DEALER_E_STATE) {
        route = json_new_object(json);
        json_set_text(json, route, "error", deal->env->error.entries[0].en);
        error_clear(&deal->env->error);
        status = DEALER_OK;
    }
    *route_out = route;
    return status;
}

/* Who is asked where; why he is found may be said in other words. */
static json_value *people_of_route(struct json *json, const json_value *route) {
    json_value *list = json_new_array(json);
    const json_value *node, *person;
    if (json_kind(route) == JSON_OBJECT) return json_copy(json, route);
    for (struct json_cursor each = json_each(route); (node = json_next(&each, NULL));) {
        json_value *row = json_new_array(json);
        json_push(json, row, json_copy(json, json_get(node, "node")));
        json_push(json, row, json_copy(json, json_get(node, "skipped")));
        for (struct json_cursor who = json_each(json_get(node, "people")); (person = json_next(&who, NULL));)
            json_push(json, row, json_copy(json, json_get(person, "person")));
        json_push(json, list, row);
    }
    return list;
}

static dealer_status compare_routes(struct backtest *backtest, struct item *item) {
    struct env *env = backtest->deal->env;
    struct backtest_case *told = &item->told;
    dealer_status status = json_new(env, &item->routes);
    if (status) return status;
    status = find_route(&backtest->reader, told->document, item->routes, &told->flow_before, &told->route_before);
    if (!status) status = find_route(&backtest->candidate, told->document, item->routes, &told->flow_after, &told->route_after);
    if (status) return status;
    char *before = json_write(env, people_of_route(item->routes, told->route_before), true, false, NULL);
    char *after = json_write(env, people_of_route(item->routes, told->route_after), true, false, NULL);
    if (!before || !after) status = error_nomem(&env->error);
    told->routed = true;
    told->route_differs = !status && (!text_equal(before, after) || !text_equal(told->flow_before, told->flow_after));
    env_free(env, before);
    env_free(env, after);
    return status;
}

static const char *keep(struct backtest *backtest, struct batch *batch, const char *text) {
    return text ? region_copy(&batch->region, backtest->deal->env, text, strlen(text)) : "";
}

static const char *group_of(
    struct backtest *backtest, struct batch *batch, const struct backtest_case *told, const struct document *document) {
    const char *group = backtest->order->group;
    const struct catalogue_field *field;
    if (!group || strcmp(group, "company") == 0) return told->company;
    if (strcmp(group, "department") == 0) return told->department;
    if (strcmp(group, "owner") == 0) return told->owner;
    field = catalogue_field(document->type, group);
    if (!field || !document_has(document, field->index)) return "";
    if (document->values[field->index].kind == VALUE_TEXT) return keep(backtest, batch, document_text(document, field->index));
    return keep(backtest, batch, NUMBER(document_integer(document, field->index)));
}

static dealer_status describe(struct backtest *backtest, struct batch *batch, struct item *item, const struct document *document) {
    const struct org *org = backtest->deal->snapshot->org;
    struct backtest_case *told = &item->told;
    int company = org_company_by_id(org, document_integer(document, COMMON_COMPANY));
    int department =
        document_has(document, COMMON_DEPARTMENT) ? org_department_by_id(org, document_integer(document, COMMON_DEPARTMENT)) : -1;
    int owner = org_employee_by_id(org, document_integer(document, COMMON_OWNER));
    told->document = document_id(document);
    told->type = document->type->name;
    told->number = keep(backtest, batch, document_text(document, COMMON_NUMBER));
    told->company = company >= 0 ? org->companies[company].code : "";
    told->department = department >= 0 ? org->departments[department].code : "";
    told->owner = owner >= 0 ? org->employees[owner].code : "";
    told->group = group_of(backtest, batch, told, document);
    return told->number && told->group ? DEALER_OK : DEALER_E_NOMEM;
}

static dealer_status read_item(struct backtest *backtest, struct batch *batch, const struct document *document) {
    struct deal *deal = backtest->deal;
    struct item *item = &batch->items[batch->count++]; /* counted first: it is cleaned up whatever happens */
    struct collecting collecting = {backtest, batch, item};
    memset(item, 0, sizeof *item);
    dealer_status status = describe(backtest, batch, item, document);
    if (!status) status = store_decisions_latest(deal->env, deal->connection, item->told.document, collect, &collecting);
    if (!status && !item->seen && document_status_is(document, STATUS_DRAFT)) {
        batch->count--; /* no submission of it was ever decided */
        return DEALER_OK;
    }
    if (!status && !item->seen) status = rebuild(backtest, batch, item, document);
    if (!status && backtest->routes && document_way(deal, document) == REVIEW_APPROVAL) status = compare_routes(backtest, item);
    return status;
}

/* -- which documents -- */

static bool speaks_of(const struct rule_set *rules, const char *type) {
    size_t count = rules ? rule_set_count(rules) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rule_set_at(rules, i);
        if (rule->kind == RULE_VALUATION && strcmp(type, "trade_in") == 0) return true;
        if ((rule->kind == RULE_POLICY || rule->kind == RULE_FLOW) && rule->type && strcmp(rule->type, type) == 0) return true;
    }
    return false;
}

static bool wants(const struct backtest *backtest, const struct catalogue_type *type) {
    if (backtest->order->query.type) return type == backtest->order->query.type;
    return speaks_of(backtest->order->candidate, type->name) || speaks_of(backtest->deal->snapshot->rules, type->name);
}

static struct document_query query_of(const struct backtest *backtest, const struct catalogue_type *type) {
    struct document_query query = backtest->order->query;
    query.type = type;
    query.visible = predicate_constant(true);
    query.limit = INT64_MAX;
    return query;
}

static dealer_status count_all(struct backtest *backtest) {
    const struct catalogue *catalogue = backtest->deal->snapshot->catalogue;
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < catalogue->type_count; i++) {
        struct document_count count = {0};
        if (!wants(backtest, &catalogue->types[i])) continue;
        struct document_query query = query_of(backtest, &catalogue->types[i]);
        status = store_document_count(backtest->deal->env, backtest->deal->connection, &query, &count);
        backtest->total += count.count;
    }
    return status;
}

/* The next document, of this type or the next one; *out NULL at the end. */
static dealer_status next_document(struct backtest *backtest, struct document **out) {
    struct deal *deal = backtest->deal;
    const struct catalogue *catalogue = deal->snapshot->catalogue;
    dealer_status status = DEALER_OK;
    *out = NULL;
    while (!status && !*out) {
        if (!backtest->cursor) {
            while (backtest->next_type < catalogue->type_count && !wants(backtest, &catalogue->types[backtest->next_type]))
                backtest->next_type++;
            if (backtest->next_type == catalogue->type_count) return DEALER_OK;
            struct document_query query = query_of(backtest, &catalogue->types[backtest->next_type++]);
            status = store_document_query(deal->env, deal->connection, &query, &backtest->cursor);
        }
        if (!status) status = store_document_next(deal->env, backtest->cursor, out);
        if (!status && !*out) {
            store_document_cursor_free(backtest->cursor);
            backtest->cursor = NULL;
        }
    }
    return status;
}

static void empty(struct region *region) {
    const struct seams *seams = region->seams;
    region_finish(region);
    region_init(region, seams);
}

static void batch_clear(struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        json_free(batch->items[i].routes);
        json_free(batch->items[i].json);
    }
    batch->count = 0;
    empty(&batch->region);
}

static dealer_status read_batch(struct backtest *backtest, struct batch *batch) {
    struct document *document = NULL;
    dealer_status status = DEALER_OK;
    batch_clear(batch);
    empty(&backtest->reader.region);
    empty(&backtest->candidate.region);
    lock_take(&backtest->store);
    while (!status && batch->count < BATCH && !(status = next_document(backtest, &document)) && document) {
        status = read_item(backtest, batch, document);
        document_free(document);
    }
    lock_release(&backtest->store);
    return status;
}

/* -- the run -- */

static dealer_status take(struct backtest *backtest, struct batch *batch) {
    struct env *env = backtest->deal->env;
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < batch->count; i++) {
        struct item *item = &batch->items[i];
        item->told.before = &item->before;
        item->told.after = &item->after;
        if (item->status == DEALER_E_NOMEM)
            status = error_nomem(&env->error);
        else if (item->status)
            status = error_raise(&env->error, &E_TRIAL_DOCUMENT, "document", NUMBER(item->told.document), "reason_en", item->en,
                "reason_zh", item->zh, NULL);
        else
            status = backtest_report_add(&backtest->report, &item->told);
    }
    return status;
}

static dealer_status run(struct backtest *backtest, struct backtest_result *result) {
    const struct progress *progress = &backtest->order->progress;
    struct batch *asked = &backtest->batches[0], *read = &backtest->batches[1];
    result->cancelled = progress_stops(progress, 0, backtest->total);
    dealer_status status = result->cancelled ? DEALER_OK : read_batch(backtest, asked);
    while (!status && !result->cancelled && asked->count) {
        crew_begin(backtest->crew, work, asked, asked->count);
        status = read_batch(backtest, read);
        crew_wait(backtest->crew);
        if (!status) status = take(backtest, asked);
        if (!status) result->cancelled = progress_stops(progress, backtest->report.documents, backtest->total);
        struct batch *done = asked;
        asked = read;
        read = done;
    }
    result->documents = backtest->report.documents;
    return status;
}

/* -- beginning and end -- */

/* What a route depends on. */
static bool is_route(const struct rule *rule) {
    return rule && (rule->kind == RULE_FLOW || rule->kind == RULE_CHOOSE);
}

static const struct rule_file *file_of(const struct rule_set *rules, const struct rule *rule) {
    for (size_t i = 0; i < rule_set_file_count(rules); i++)
        if (strcmp(rule_set_file(rules, i)->name, rule->file) == 0) return rule_set_file(rules, i);
    return NULL;
}

/* Is every flow and every choice of approvers of `a` in `b`, word by word? */
static bool holds_routes(const struct rule_set *a, const struct rule_set *b) {
    for (size_t i = 0; i < rule_set_count(a); i++) {
        const struct rule *rule = rule_set_at(a, i);
        if (!is_route(rule)) continue;
        const struct rule *other = rule_set_find(b, rule->id);
        const struct rule_file *left = file_of(a, rule), *right = is_route(other) ? file_of(b, other) : NULL;
        if (!left || !right || left->length != right->length || memcmp(left->source, right->source, left->length) != 0)
            return false;
    }
    return true;
}

static dealer_status candidate_snapshot(struct backtest *backtest, struct deal_snapshot **out) {
    struct deal *deal = backtest->deal;
    size_t length = 0;
    char *body = NULL;
    dealer_status status = snapshot_text(deal->env, deal->connection, deal->snapshot, &body, &length);
    struct snapshot_parts parts = {body, length, backtest->order->candidate, NULL, NULL};
    if (!status) status = snapshot_build(deal->env, deal->cache->seams, &parts, out);
    if (!status) status = snapshot_identify(deal->env, deal->connection, *out);
    env_free(deal->env, body);
    return status;
}

static dealer_status batches_start(struct backtest *backtest) {
    struct deal *deal = backtest->deal;
    for (int i = 0; i < 2; i++) {
        struct batch *batch = &backtest->batches[i];
        batch->backtest = backtest;
        region_init(&batch->region, deal->cache->seams);
        batch->items = env_alloc(deal->env, BATCH * sizeof *batch->items);
        if (!batch->items) return DEALER_E_NOMEM;
    }
    return DEALER_OK;
}

static dealer_status check_group(const struct backtest *backtest) {
    static const char *const known[] = {"company", "department", "owner"};
    const struct backtest_order *order = backtest->order;
    if (!order->group) return DEALER_OK;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i], order->group) == 0) return DEALER_OK;
    if (order->query.type && catalogue_field(order->query.type, order->group)) return DEALER_OK;
    return error_raise(&backtest->deal->env->error, &E_BACKTEST_GROUP, "group", order->group, "type",
        order->query.type ? order->query.type->name : "the query's type", NULL);
}

static void finish(struct backtest *backtest, struct deal_snapshot *snapshot) {
    struct env *env = backtest->deal->env;
    crew_free(backtest->crew, env);
    store_document_cursor_free(backtest->cursor);
    for (int i = 0; i < 2; i++) {
        if (backtest->batches[i].items) batch_clear(&backtest->batches[i]);
        region_finish(&backtest->batches[i].region);
        env_free(env, backtest->batches[i].items);
    }
    region_finish(&backtest->reader.region);
    region_finish(&backtest->candidate.region);
    snapshot_drop(snapshot);
    backtest_report_finish(&backtest->report);
    lock_finish(&backtest->store);
}

dealer_status backtest_run(struct deal *deal, const struct backtest_order *order, struct json *json, json_value *report,
    struct text *csv, struct backtest_result *result) {
    struct backtest backtest = {.deal = deal, .order = order};
    struct deal_snapshot *snapshot = NULL;
    const struct rule_set *in_force = deal->snapshot->rules;
    *result = (struct backtest_result){0, false};
    if (!lock_init(&backtest.store)) return error_nomem(&deal->env->error);
    backtest.routes = !in_force || !holds_routes(in_force, order->candidate) || !holds_routes(order->candidate, in_force);
    backtest.reader = backtest.candidate = *deal;
    region_init(&backtest.reader.region, deal->cache->seams);
    region_init(&backtest.candidate.region, deal->cache->seams);
    dealer_status status = check_group(&backtest);
    if (!status) status = backtest_report_start(&backtest.report, deal, order, json, csv);
    if (!status) status = candidate_snapshot(&backtest, &snapshot);
    backtest.candidate.snapshot = snapshot;
    if (!status) status = batches_start(&backtest);
    if (!status) status = crew_new(deal->env, order->threads, &backtest.crew);
    if (!status) status = count_all(&backtest);
    if (!status) status = run(&backtest, result);
    if (!status) {
        json_set_text(json, report, "hash", rule_set_hash(order->candidate));
        json_set_text(json, report, "against", in_force ? rule_set_hash(in_force) : NULL);
        json_set_boolean(json, report, "cancelled", result->cancelled);
        json_set_boolean(json, report, "routes_compared", backtest.routes);
        json_set_integer(json, report, "threads", crew_size(backtest.crew));
        backtest_report_tell(&backtest.report, report);
        if (json_status(json)) status = error_nomem(&deal->env->error);
    }
    finish(&backtest, snapshot);
    return status;
}
