#include "real_input/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MOST = 20, TOLD_MOST = 5, PEOPLE = 200, DOCUMENTS = 50, TOGETHER = 500 };

static const int64_t DAY_MS = INT64_C(86400000), MORNING_MS = INT64_C(2) * 3600 * 1000; /* ten o'clock in China */

const char *const walk_score_from[WALK_PARTS] = {"", "2012-02-15", "2012-03-01"};

/* One trade-in on its way. */
struct trade {
    struct walk *walk;
    const struct machine *machine;
    dealer_session *session;
    dealer_document *customer, *pre_order, *trade_in;
    dealer_decision *decision;
    struct text customer_fields, pre_order_fields, trade_in_fields;
    const dealer_error *error; /* of the call that failed */
    const char *failed;
    double valued; /* seconds, to be taken off */
};

/* Says what failed; true when nothing did. */
static int went(struct trade *trade, dealer_status status, const dealer_error *error, const char *what) {
    if (status == DEALER_OK) return 1;
    trade->error = error;
    trade->failed = what;
    return 0;
}

static void tick(struct trade *trade) {
    trade->walk->stage->now_ms++;
}

static int session_went(struct trade *trade, dealer_status status, const char *what) {
    return went(trade, status, dealer_session_error(trade->session), what);
}

static int fill(struct trade *trade, dealer_document *document, const struct text *fields) {
    return went(
        trade, dealer_document_merge(document, fields->data, fields->length), dealer_document_error(document), fields->data);
}

static int submit(struct trade *trade, dealer_document *document) {
    dealer_decision_free(trade->decision);
    trade->decision = NULL;
    tick(trade);
    if (!session_went(trade, dealer_document_submit(trade->session, &trade->decision, document), "submit")) return 0;
    dealer_outcome outcome = dealer_decision_outcome(trade->decision);
    if (outcome == DEALER_OUTCOME_YES || outcome == DEALER_OUTCOME_REFERRED) return 1;
    trade->failed = dealer_decision_sentence(trade->decision, DEALER_LANGUAGE_EN);
    return 0;
}

static int make_customer(struct trade *trade) {
    if (!session_went(trade, dealer_document_new(trade->session, &trade->customer, "customer"), "customer")) return 0;
    tick(trade);
    return fill(trade, trade->customer, &trade->customer_fields) &&
           session_went(trade, dealer_document_save(trade->session, trade->customer), "customer");
}

static int make_pre_order(struct trade *trade) {
    text_add(&trade->pre_order_fields, ",\"customer\":%lld}", (long long)dealer_document_id(trade->customer));
    return session_went(trade, dealer_document_new(trade->session, &trade->pre_order, "pre_order"), "pre-order") &&
           fill(trade, trade->pre_order, &trade->pre_order_fields) && submit(trade, trade->pre_order);
}

/* Before it is submitted the salesperson asks what it is worth; that is measured for itself. */
static int ask_value(struct trade *trade) {
    dealer_decision *decision = NULL;
    double start = seconds_now();
    dealer_status status = dealer_trade_in_value(trade->session, &decision, trade->trade_in);
    trade->valued = seconds_now() - start;
    dealer_decision_free(decision);
    return session_went(trade, status, "valuation");
}

static int make_trade_in(struct trade *trade) {
    int64_t from = dealer_document_id(trade->pre_order);
    return session_went(trade, dealer_document_derive(trade->session, &trade->trade_in, "trade_in", from), "trade-in") &&
           fill(trade, trade->trade_in, &trade->trade_in_fields) && ask_value(trade) && submit(trade, trade->trade_in);
}

/* -- approval by whoever the flow finds -- */

static int64_t task_on(dealer_session *session, int64_t document) {
    dealer_text *tasks = NULL;
    int64_t found = 0;
    must(dealer_tasks(session, &tasks, 0, 0, 1000), dealer_session_error(session), "tasks");
    for (const char *task = json_first(dealer_text_data(tasks)); task != NULL; task = json_after(task)) {
        if (json_number(json_member(task, "document")) == document) found = json_number(json_member(task, "id"));
    }
    dealer_text_free(tasks);
    return found;
}

static int approve(struct trade *trade, int64_t person) {
    struct stage *stage = trade->walk->stage;
    dealer_decision *decision = NULL;
    dealer_session *session = stage_enter(stage, stage->codes[person]);
    int64_t task = task_on(session, dealer_document_id(trade->trade_in));
    tick(trade);
    dealer_status status = dealer_task_approve(session, &decision, task, NULL);
    if (status != DEALER_OK) {
        tell_error(dealer_session_error(session), "approve");
        trade->failed = "approve";
    }
    dealer_session_close(session);
    if (status != DEALER_OK) return 0;
    dealer_decision_free(trade->decision);
    trade->decision = decision;
    trade->walk->approvals++;
    return 1;
}

static int approve_all(struct trade *trade) {
    for (int step = 0; step < STEPS_MOST; step++) {
        const char *json = dealer_decision_json(trade->decision), *awaited = json_first(json_member(json, "awaited"));
        if (awaited == NULL) {
            const char *state = json_member(json, "state");
            trade->failed = state != NULL && strncmp(state, "\"approved\"", 10) == 0 ? NULL : "not approved in the end";
            return trade->failed == NULL;
        }
        if (!approve(trade, json_number(json_member(awaited, "person")))) return 0;
    }
    trade->failed = "approval without end";
    return 0;
}

static int deliver(struct trade *trade) {
    dealer_session *system = trade->walk->stage->system;
    dealer_text *outbox = NULL;
    dealer_status status = dealer_outbox(system, &outbox, 0, 1000);
    for (const char *message = json_first(dealer_text_data(outbox)); status == DEALER_OK && message != NULL;
         message = json_after(message)) {
        tick(trade);
        status = dealer_message_acknowledge(system, json_number(json_member(message, "id")));
        trade->walk->messages++;
    }
    dealer_text_free(outbox);
    return went(trade, status, dealer_session_error(system), "messages");
}

/* -- one machine -- */

static void prepare(struct trade *trade) {
    const struct machine *machine = trade->machine;
    text_add(&trade->customer_fields, "{\"kind\":\"company\",\"name\":\"Customer %s\"", machine->key);
    text_add_member(&trade->customer_fields, "region", machine->region);
    text_add(&trade->customer_fields, "}");
    text_add(&trade->pre_order_fields, "{\"quantity\":1,\"has_trade_in\":true");
    text_add_member(&trade->pre_order_fields, "category", machine->category);
    text_add(&trade->trade_in_fields, "{");
    machine_add_fields(&trade->trade_in_fields, trade->walk->machines, machine, machine->date);
    text_add(&trade->trade_in_fields, "}");
}

static void take_score(struct trade *trade) {
    struct walk *walk = trade->walk;
    int64_t minor[3] = {0};
    const char *currency = NULL;
    static const char *const names[] = {"valuation", "valuation_low", "valuation_high"};
    for (int i = 0; i < 3; i++) {
        must(dealer_document_money(trade->trade_in, &minor[i], &currency, names[i]), dealer_document_error(trade->trade_in),
            names[i]);
    }
    struct value value = {(double)minor[0] / 100, (double)minor[1] / 100, (double)minor[2] / 100};
    for (int part = 0; part < WALK_PARTS; part++) {
        if (strcmp(trade->machine->date, walk_score_from[part]) >= 0) score_add(&walk->scores[part], trade->machine->price, &value);
    }
}

static void tell_failure(const struct trade *trade) {
    if (trade->walk->failed++ >= TOLD_MOST) return;
    if (trade->error != NULL)
        tell_error(trade->error, trade->failed);
    else
        fprintf(stderr, "\n%s: %s\n", trade->machine->key, trade->failed);
}

static void trade_one(struct walk *walk, size_t index) {
    struct trade trade = {.walk = walk, .machine = &walk->machines->items[index]};
    const char *seller = walk->group->sellers[index * 977 % walk->group->seller_count];
    prepare(&trade);
    double start = seconds_now();
    trade.session = stage_enter(walk->stage, seller);
    int went_well =
        make_customer(&trade) && make_pre_order(&trade) && make_trade_in(&trade) && approve_all(&trade) && deliver(&trade);
    walk->seconds += seconds_now() - start - trade.valued;
    if (index == walk->first || trade.machine->day != trade.machine[-1].day) {
        walk->first_value_seconds += trade.valued;
        walk->first_values++;
    } else {
        walk->value_seconds += trade.valued;
        walk->values++;
    }
    if (went_well) {
        take_score(&trade);
        walk->documents[walk->done++] = dealer_document_id(trade.trade_in);
    } else {
        tell_failure(&trade);
    }
    dealer_decision_free(trade.decision);
    dealer_document_free(trade.customer);
    dealer_document_free(trade.pre_order);
    dealer_document_free(trade.trade_in);
    dealer_session_close(trade.session);
    text_free(&trade.customer_fields);
    text_free(&trade.pre_order_fields);
    text_free(&trade.trade_in_fields);
}

/* -- all of them, day by day -- */

static void add_sales(struct walk *walk, size_t first, size_t end) {
    struct text sales = {0};
    if (first == end) return;
    for (size_t i = first; i < end; i++) {
        text_add(&sales, i > first ? "," : "[");
        machine_add_sale(&sales, walk->machines, &walk->machines->items[i]);
    }
    text_add(&sales, "]");
    stage_add_sales(walk->stage, sales.data);
    text_free(&sales);
}

static void show_progress(const struct walk *walk, size_t at, double start) {
    double gone = seconds_now() - start, share = (double)(at - walk->first) / (double)(walk->end - walk->first);
    fprintf(stderr, "\r%zu of %zu trade-ins, %zu failed, %s, %.0f s left   ", at - walk->first, walk->end - walk->first,
        walk->failed, walk->machines->items[at < walk->end ? at : walk->end - 1].date, share > 0 ? gone / share - gone : 0);
}

void walk_all(struct walk *walk) {
    const struct machine *items = walk->machines->items;
    double start = seconds_now();
    walk->documents = must_have(calloc(walk->machines->count + 1, sizeof *walk->documents));
    add_sales(walk, 0, walk->first);
    for (size_t i = walk->first; i < walk->end;) {
        size_t day = i;
        walk->stage->now_ms = items[i].day * DAY_MS + MORNING_MS;
        for (; i < walk->end && items[i].day == items[day].day; i++) {
            trade_one(walk, i);
            if (i % 20 == 0) show_progress(walk, i, start);
            if (walk->floor != NULL && i % TOGETHER == 0) floor_catch_up(walk->floor, walk->stage->now_ms);
        }
        walk->stage->now_ms++;
        add_sales(walk, day, i);
    }
    show_progress(walk, walk->end, start);
    fputs("\n", stderr);
}

void walk_free(struct walk *walk) {
    free(walk->documents);
}

/* -- permission -- */

double walk_permission_us(struct walk *walk, size_t *checks_out, size_t *allowed_out) {
    static const char *const functions[] = {"trade_in.read", "trade_in.edit", "trade_in.submit", "trade_in.void"};
    static const char *const staff[] = {"G", "M", "U", "B"};
    dealer_session *people[PEOPLE];
    dealer_document *documents[DOCUMENTS];
    size_t count = walk->done < DOCUMENTS ? walk->done : DOCUMENTS, checks = 0, allowed_count = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        const char *seller = walk->group->sellers[i * 977 % walk->group->seller_count];
        char code[24];
        snprintf(code, sizeof code, "%s%.2s", staff[i % 4], seller + 1);
        people[i] = stage_enter(walk->stage, i % 2 == 0 ? seller : code);
    }
    for (size_t i = 0; i < count; i++) {
        documents[i] = NULL;
        must(dealer_document_open(walk->stage->system, &documents[i], walk->documents[i * walk->done / count]),
            dealer_session_error(walk->stage->system), "document");
    }
    double start = seconds_now();
    for (size_t i = 0; i < PEOPLE; i++) {
        for (size_t j = 0; j < count * 4; j++) {
            int32_t allowed = 0;
            must(dealer_allows(people[i], &allowed, functions[j % 4], documents[j / 4]), dealer_session_error(people[i]),
                "permission");
            allowed_count += allowed != 0;
            checks++;
        }
    }
    double seconds = seconds_now() - start;
    for (size_t i = 0; i < PEOPLE; i++) dealer_session_close(people[i]);
    for (size_t i = 0; i < count; i++) dealer_document_free(documents[i]);
    *checks_out = checks;
    *allowed_out = allowed_count;
    return checks > 0 ? seconds * 1e6 / (double)checks : 0;
}
