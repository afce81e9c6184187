/* What a backtest costs against nothing but the rule evaluations that it is made of: the same rules asked about the same inputs, parsed
 * beforehand, look-ups answered from the log, on one thread, in the same run; and what more threads save on the wall. Prints ratios; asserts
 * nothing.
 *
 *   backtest [trade-ins]        default: 2000, in a store in memory */
#include "api/door.h"
#include "deal/trial.h"
#include "dealer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 15, SALES = 400 };

/* On the wall; of all processors, which is the same whatever else the machine does; and of these the calling thread's. */
struct moment {
    double wall, processor, caller;
};

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct moment now(void) {
    return (struct moment){seconds_of(CLOCK_MONOTONIC), seconds_of(CLOCK_PROCESS_CPUTIME_ID), seconds_of(CLOCK_THREAD_CPUTIME_ID)};
}

static struct moment since(struct moment start) {
    struct moment end = now();
    return (struct moment){end.wall - start.wall, end.processor - start.processor, end.caller - start.caller};
}

static void must(dealer_status status, const dealer_error *error, const char *what) {
    if (status == DEALER_OK) return;
    fprintf(
        stderr, "%s: %s %s\n", what, dealer_status_name(status), error ? dealer_error_message(error, 0, DEALER_LANGUAGE_EN) : "");
    exit(1);
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values) {
    qsort(values, ROUNDS, sizeof values[0], compare);
    return values[ROUNDS / 2];
}

/* -- a past -- */

static void found(dealer_session *system) {
    static const char organisation[] =
        "{\"group\":{\"code\":\"G\",\"name\":\"G\"},\"companies\":[{\"code\":\"C\",\"name\":\"C\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}],"
        "\"departments\":[{\"code\":\"D\",\"name\":\"D\",\"company\":\"C\",\"head\":\"H\"}],\"employees\":["
        "{\"code\":\"S\",\"name\":\"S\",\"department\":\"D\",\"posts\":[{\"post\":\"salesperson\"}]},"
        "{\"code\":\"H\",\"name\":\"H\",\"department\":\"D\",\"posts\":[{\"post\":\"sales_manager\"}]},"
        "{\"code\":\"U\",\"name\":\"U\",\"department\":\"D\",\"posts\":[{\"post\":\"used_machine_manager\"}]}],";
    dealer_text *text = NULL;
    must(dealer_configuration_starter(system, &text), dealer_session_error(system), "starter");
    size_t size = sizeof organisation + dealer_text_length(text);
    char *whole = malloc(size);
    if (whole == NULL) exit(1);
    snprintf(whole, size, "%s%s", organisation, strchr(dealer_text_data(text), '{') + 1);
    must(dealer_configuration_apply(system, NULL, whole, strlen(whole), 0), dealer_session_error(system), "configuration");
    dealer_text_free(text);
    free(whole);
    must(dealer_rules_starter(system, &text), dealer_session_error(system), "rules");
    must(dealer_rules_publish(system, NULL, dealer_text_data(text), dealer_text_length(text), 0), dealer_session_error(system),
        "rules");
    dealer_text_free(text);
}

static void add_sales(dealer_session *system) {
    char text[512];
    for (int i = 0; i < SALES; i++) {
        snprintf(text, sizeof text,
            "[{\"source\":\"bench\",\"key\":\"%d\",\"date\":\"2025-%02d-%02d\",\"price\":{\"amount_minor\":%d,\"currency\":\"CNY\"},"
            "\"category\":\"excavator\",\"model\":\"PC%d-8\",\"region\":\"R%d\",\"year\":%d,\"hours\":%d}]",
            i, 1 + i % 12, 1 + i % 28, 20000000 + i * 7919 % 20000000, 200 + i % 5 * 10, i % 7, 2012 + i % 12, i * 37 % 12000);
        must(dealer_market_add(system, NULL, text, strlen(text)), dealer_session_error(system), "sale");
    }
}

static dealer_document *made(dealer_session *session, dealer_document *document, const char *fields, bool submits) {
    dealer_decision *decision = NULL;
    must(dealer_document_merge(document, fields, strlen(fields)), dealer_document_error(document), fields);
    must(submits ? dealer_document_submit(session, &decision, document) : dealer_document_save(session, document),
        dealer_session_error(session), fields);
    dealer_decision_free(decision);
    return document;
}

static void add_trade_in(dealer_session *session, int64_t customer, int i) {
    dealer_document *pre_order = NULL, *trade_in = NULL;
    char fields[1024];
    snprintf(fields, sizeof fields, "{\"customer\":%lld,\"category\":\"excavator\",\"quantity\":1,\"has_trade_in\":true}",
        (long long)customer);
    must(dealer_document_new(session, &pre_order, "pre_order"), dealer_session_error(session), "pre-order");
    made(session, pre_order, fields, true);
    snprintf(fields, sizeof fields,
        "{\"category\":\"excavator\",\"brand\":\"B\",\"model\":\"PC%d-8\",\"serial_number\":\"N%d\",\"year\":%d,\"hours\":%d,\"region\":\"R%d\","
        "\"offered_on\":\"2026-03-01\",\"conditions\":[{\"component\":\"engine\",\"rating\":%d}]}",
        200 + i % 5 * 10, i, 2012 + i % 12, i * 91 % 12000, i % 7, 1 + i % 5);
    must(dealer_document_derive(session, &trade_in, "trade_in", dealer_document_id(pre_order)), dealer_session_error(session),
        "trade-in");
    made(session, trade_in, fields, true);
    dealer_document_free(trade_in);
    dealer_document_free(pre_order);
}

static void make_past(dealer_store *store, dealer_session *system, int trade_ins) {
    dealer_session *session = NULL;
    dealer_document *customer = NULL;
    dealer_error *error = NULL;
    found(system);
    add_sales(system);
    must(dealer_session_open(store, &session, &error, "S"), error, "session");
    must(dealer_document_new(session, &customer, "customer"), dealer_session_error(session), "customer");
    made(session, customer, "{\"kind\":\"company\",\"name\":\"K\"}", false);
    for (int i = 0; i < trade_ins; i++) add_trade_in(session, dealer_document_id(customer), i);
    dealer_document_free(customer);
    dealer_session_close(session);
}

/* -- the evaluations alone -- */

struct logged {
    struct json *seen;
    const struct rule *rule;
    enum rule_entry entry;
    struct trial_lookups lookups;
};

struct log {
    struct env *env;
    const struct rule_set *rules;
    struct logged *items;
    size_t count;
};

static dealer_status take(void *user_data, const struct stored_decision *row) {
    struct log *log = user_data;
    if (strcmp(row->entry, "value") != 0 && strcmp(row->entry, "decide") != 0)
        return DEALER_OK; /* what the flow asked on its way */
    struct logged *item = &log->items[log->count++];
    dealer_status status = json_parse(log->env, row->input, row->input_length, false, &item->seen);
    if (status) return status;
    item->rule = rule_set_find(log->rules, row->rule);
    item->entry = strcmp(row->entry, "value") == 0 ? RULE_VALUE : RULE_DECIDE;
    item->lookups.logged = json_get(json_root(item->seen), "lookups");
    trial_offer(&item->lookups, "market");
    trial_offer(&item->lookups, "market_statistics");
    return DEALER_OK;
}

static struct moment evaluate_all(struct log *log) {
    struct moment start = now();
    for (size_t i = 0; i < log->count; i++) {
        struct logged *item = &log->items[i];
        struct rule_result result = {0};
        struct rule_call call = {.rule = item->rule,
            .entry = item->entry,
            .input = json_get(json_root(item->seen), "input"),
            .lookups = item->lookups.offered,
            .lookup_count = item->lookups.offered_count};
        if (rule_evaluate(log->env, &call, &result) != DEALER_OK) {
            fprintf(stderr, "%s: %s\n", item->rule->id, log->env->error.entries[0].en);
            exit(1);
        }
        rule_result_finish(&result);
    }
    return since(start);
}

/* -- the backtest -- */

static struct moment backtest(dealer_session *system, const char *rules, int32_t threads) {
    dealer_backtest_options options = DEALER_BACKTEST_OPTIONS_INIT;
    dealer_text *report = NULL;
    options.files = rules;
    options.files_length = strlen(rules);
    options.query = "{\"type\":\"trade_in\"}";
    options.query_length = strlen(options.query);
    options.threads = threads;
    struct moment start = now();
    must(dealer_backtest(system, &report, &options), dealer_session_error(system), "backtest");
    struct moment used = since(start);
    dealer_text_free(report);
    return used;
}

static struct moment evaluate_logged(dealer_session *system, size_t *evaluations) {
    struct door door;
    int64_t count = 0;
    must(door_enter_system(&door, system, DOOR_READ), dealer_session_error(system), "door");
    struct log log = {.env = door.deal.env, .rules = door.deal.snapshot->rules};
    must(store_decision_count(log.env, door.deal.connection, &count), NULL, "count");
    log.items = calloc((size_t)count + 1, sizeof *log.items);
    if (log.items == NULL) exit(1);
    must(store_decisions_after(log.env, door.deal.connection, (const int64_t[2]){0, count}, take, &log), NULL, "log");
    struct moment used = evaluate_all(&log);
    *evaluations = log.count;
    for (size_t i = 0; i < log.count; i++) json_free(log.items[i].seen);
    free(log.items);
    must(door_leave(&door, DEALER_OK), NULL, "door");
    return used;
}

/* Interleaved: what else the machine does hits all alike. */
static void measure(dealer_session *system, const char *rules, int trade_ins, int32_t threads) {
    double bare[ROUNDS], ratio[2][ROUNDS], wall[2][ROUNDS], saved[ROUNDS], shared[ROUNDS];
    size_t evaluations = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct moment alone = evaluate_logged(system, &evaluations);
        struct moment one = backtest(system, rules, 1), all = backtest(system, rules, threads);
        bare[round] = alone.processor;
        ratio[0][round] = one.processor / alone.processor;
        ratio[1][round] = all.processor / alone.processor;
        wall[0][round] = one.wall;
        wall[1][round] = all.wall;
        saved[round] = one.wall / all.wall;
        shared[round] = all.processor / (all.caller > all.processor / 2 ? all.caller : all.processor - all.caller);
    }
    printf(
        "backtest   %d trade-ins: their %zu rule evaluations alone take %.3f s; processors used, against that: %.2f on one thread, %.2f "
        "on %d\n",
        trade_ins, evaluations, median(bare), median(ratio[0]), median(ratio[1]), (int)threads);
    printf("           on the wall %.3f s on one thread, %.3f s on %d: %.2f times as fast", median(wall[0]), median(wall[1]),
        (int)threads, median(saved));
    if (threads == 2) printf("; as the two share the work, %.2f where each has a processor of its own", median(shared));
    puts("");
}

int main(int count, char **arguments) {
    int trade_ins = count > 1 ? atoi(arguments[1]) : 2000;
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    dealer_text *rules = NULL;
    dealer_error *error = NULL;
    must(dealer_store_open(&store, &error, ":memory:", NULL), error, "store");
    must(dealer_session_open_system(store, &system, &error, "bench"), error, "session");
    make_past(store, system, trade_ins);
    must(dealer_rules_starter(system, &rules), dealer_session_error(system), "rules");
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    measure(system, dealer_text_data(rules), trade_ins, processors > 1 ? (int32_t)processors : 2);
    dealer_text_free(rules);
    dealer_session_close(system);
    dealer_store_close(store);
    return 0;
}
