/* Approvals under load, through the public interface. Four processes that write one store, against one: throughput and the longest wait of a
 * call. Then many open approvals: what a page of somebody's tasks and a tick cost, against a store with few. Prints; asserts nothing.
 *
 *   approval_load [documents] [open approvals] [directory]        default: 200, 100000, the current directory */
#include "measure.h"
#include "support/store_files.h"

#include <dealer.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PATH_SIZE = 512,
    PROCESSES = 4,
    LEVELS = 3,
    REVIEWERS = 100,
    TEXT_SIZE = 1 << 16,
    PAGE = 20,
    DUE = 10,
    ROUNDS = 200,
    FEW = 20 * REVIEWERS
};

static const char head[] =
    "{\"group\":{\"code\":\"G\",\"name\":\"集团\"},"
    "\"companies\":[{\"code\":\"C\",\"name\":\"公司\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}],"
    "\"departments\":[{\"code\":\"d\",\"name\":\"部门\",\"company\":\"C\"}],"
    "\"types\":[{\"name\":\"request\",\"en\":\"request\",\"zh\":\"申请\",\"prefix\":\"RQ\",\"fields\":["
    "{\"name\":\"amount\",\"en\":\"amount\",\"zh\":\"金额\",\"kind\":\"money\"},"
    "{\"name\":\"reviewer\",\"en\":\"reviewer\",\"zh\":\"审核人\",\"kind\":\"employee\"}]}],"
    "\"posts\":[{\"code\":\"maker\",\"name\":\"制单\",\"grants\":[{\"functions\":[\"request.*\"],\"scope\":\"company\"}]},"
    "{\"code\":\"one\",\"name\":\"一级\",\"grants\":[]},{\"code\":\"two\",\"name\":\"二级\",\"grants\":[]},"
    "{\"code\":\"three\",\"name\":\"三级\",\"grants\":[]}],\"employees\":["
    "{\"code\":\"m\",\"name\":\"张伟\",\"department\":\"d\",\"posts\":[{\"post\":\"maker\"}]}";

#define LEVEL(id) "{id='" id "',kind='approve',title={en='level',zh='审核'},who={post='" id "',['in']='company'},mode='any'},"
#define RULES(nodes)                                                                                       \
    "{\"note\":\"bench\",\"files\":{\"flow/request.lua\":\"return {id='flow.request',title={en='request'," \
    "zh='申请'},type='request',flow={id='request',title={en='request',zh='申请'},nodes={" nodes "}}}\"}}"
static const char three_levels[] = RULES(LEVEL("one") LEVEL("two") LEVEL("three"));
static const char by_reviewer[] =
    RULES("{id='one',kind='approve',title={en='level',zh='审核'},who={field='reviewer'},due={hours=24}}");

static int64_t now_ms = INT64_C(1772413200000);
static int64_t clock_ms(void *user_data) {
    (void)user_data;
    return now_ms;
}

static dealer_store *open_store(const char *path) {
    dealer_store *store = NULL;
    dealer_error *error = NULL;
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    options.now_utc_ms = clock_ms;
    options.busy_timeout_ms = 60000;
    must(dealer_store_open(&store, &error, path, &options), error, path);
    return store;
}

static dealer_session *open_session(dealer_store *store, const char *person) {
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    must(dealer_session_open(store, &session, &error, person), error, person);
    return session;
}

static dealer_session *open_system(dealer_store *store) {
    dealer_session *system = NULL;
    dealer_error *error = NULL;
    must(dealer_session_open_system(store, &system, &error, "bench"), error, "system");
    return system;
}

/* One approver of each level for each process, and the reviewers. */
static void set_up(const char *path, const char *rules) {
    static const char *const posts[LEVELS] = {"one", "two", "three"};
    static char text[TEXT_SIZE];
    remove_store(path);
    dealer_store *store = open_store(path);
    dealer_session *system = open_system(store);
    int length = snprintf(text, sizeof text, "%s", head);
    for (int i = 0; i < LEVELS + REVIEWERS; i++) {
        length += snprintf(text + length, sizeof text - (size_t)length,
            ",{\"code\":\"p%d\",\"name\":\"p%d\",\"department\":\"d\",\"posts\":[{\"post\":\"%s\"}]}", i, i,
            posts[i < LEVELS ? i : 0]);
        if (i == LEVELS - 1 && rules == three_levels) break;
    }
    length += snprintf(text + length, sizeof text - (size_t)length, "]}");
    must(dealer_configuration_apply(system, NULL, text, (size_t)length, 0), dealer_session_error(system), "configuration");
    must(dealer_rules_publish(system, NULL, rules, strlen(rules), 0), dealer_session_error(system), "rules");
    dealer_session_close(system);
    dealer_store_close(store);
}

static void note_longest(double start, double *longest) {
    double used = seconds() - start;
    if (used > *longest) *longest = used;
}

/* -- processes -- */

/* The person's task on the document: members of a row are in the order of their names. */
static int64_t first_task(dealer_session *session, int64_t document) {
    dealer_text *text = NULL;
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\"document\":%lld,\"id\":", (long long)document);
    must(dealer_tasks(session, &text, DEALER_TASKS_OPEN, 0, 1000), dealer_session_error(session), "tasks");
    const char *row = strstr(dealer_text_data(text), wanted);
    if (!row) exit(1);
    int64_t task = strtoll(row + strlen(wanted), NULL, 10);
    dealer_text_free(text);
    return task;
}

/* Documents from draft to final; the longest time that a call took. */
static double work(const char *path, int documents) {
    dealer_store *store = open_store(path);
    dealer_session *maker = open_session(store, "m");
    dealer_session *approvers[LEVELS] = {open_session(store, "p0"), open_session(store, "p1"), open_session(store, "p2")};
    double longest = 0;
    for (int i = 0; i < documents; i++) {
        dealer_document *document = NULL;
        dealer_decision *decision = NULL;
        must(dealer_document_new(maker, &document, "request"), dealer_session_error(maker), "new");
        must(dealer_document_set_money(document, "amount", 100 + i, "CNY"), dealer_document_error(document), "amount");
        double start = seconds();
        must(dealer_document_submit(maker, &decision, document), dealer_session_error(maker), "submit");
        note_longest(start, &longest);
        dealer_decision_free(decision);
        for (int level = 0; level < LEVELS; level++) {
            int64_t task = first_task(approvers[level], dealer_document_id(document));
            start = seconds();
            must(dealer_task_approve(approvers[level], &decision, task, NULL), dealer_session_error(approvers[level]), "approve");
            note_longest(start, &longest);
            dealer_decision_free(decision);
        }
        dealer_document_free(document);
    }
    for (int level = 0; level < LEVELS; level++) dealer_session_close(approvers[level]);
    dealer_session_close(maker);
    dealer_store_close(store);
    return longest;
}

/* Documents a second of so many processes together. */
static double run_processes(const char *path, int processes, int documents, double *longest) {
    int ends[2];
    set_up(path, three_levels);
    if (pipe(ends) != 0) exit(1);
    double start = seconds();
    for (int i = 0; i < processes; i++) {
        if (fork() != 0) continue;
        double mine = work(path, documents / processes);
        _exit(write(ends[1], &mine, sizeof mine) == (ssize_t)sizeof mine ? 0 : 1);
    }
    *longest = 0;
    for (int i = 0; i < processes; i++) {
        double one = 0;
        int status = 0;
        if (wait(&status) < 0 || status != 0 || read(ends[0], &one, sizeof one) != (ssize_t)sizeof one) exit(1);
        if (one > *longest) *longest = one;
    }
    close(ends[0]);
    close(ends[1]);
    return documents / processes * processes / (seconds() - start);
}

/* -- many open approvals -- */

/* One second of the clock each; a hundred in a transaction. */
static void fill(const char *path, int count) {
    set_up(path, by_reviewer);
    dealer_store *store = open_store(path);
    dealer_session *maker = open_session(store, "m");
    for (int i = 0; i < count; i++) {
        dealer_document *document = NULL;
        dealer_decision *decision = NULL;
        now_ms += 1000;
        if (i % 100 == 0) must(dealer_session_begin(maker), dealer_session_error(maker), "begin");
        must(dealer_document_new(maker, &document, "request"), dealer_session_error(maker), "new");
        must(dealer_document_set_integer(document, "reviewer", 2 + LEVELS + i % REVIEWERS), dealer_document_error(document),
            "reviewer");
        must(dealer_document_submit(maker, &decision, document), dealer_session_error(maker), "submit");
        dealer_decision_free(decision);
        dealer_document_free(document);
        if (i % 100 == 99 || i == count - 1) must(dealer_session_commit(maker), dealer_session_error(maker), "commit");
    }
    dealer_session_close(maker);
    dealer_store_close(store);
}

/* Microseconds of a page of tasks, of a tick where nothing is due, and of one where ten are, by each that fires. */
static void ask(const char *path, int64_t first_ms, double out[3]) {
    dealer_store *store = open_store(path);
    dealer_session *reviewer = open_session(store, "p50"), *system = open_system(store);
    dealer_text *text = NULL;
    double start = seconds();
    for (int i = 0; i < ROUNDS; i++) {
        must(dealer_tasks(reviewer, &text, DEALER_TASKS_OPEN, 0, PAGE), dealer_session_error(reviewer), "tasks");
        dealer_text_free(text);
    }
    out[0] = (seconds() - start) / ROUNDS * 1e6;
    start = seconds();
    for (int i = 0; i < ROUNDS; i++) {
        must(dealer_tick(system, &text, 1000), dealer_session_error(system), "tick");
        dealer_text_free(text);
    }
    out[1] = (seconds() - start) / ROUNDS * 1e6;
    now_ms = first_ms + 24 * INT64_C(3600000) + (DUE - 1) * 1000;
    start = seconds();
    must(dealer_tick(system, &text, 1000), dealer_session_error(system), "tick");
    out[2] = (seconds() - start) / DUE * 1e6;
    if (strstr(dealer_text_data(text), "\"fired\":10") == NULL) fprintf(stderr, "%s\n", dealer_text_data(text));
    dealer_text_free(text);
    dealer_session_close(system);
    dealer_session_close(reviewer);
    dealer_store_close(store);
}

static void measure_open(const char *path, int count) {
    double asked[3];
    int64_t first_ms = now_ms + 1000;
    double start = seconds();
    fill(path, count);
    double filled = seconds() - start;
    int64_t last_ms = now_ms;
    now_ms = first_ms + 3600000 < last_ms ? last_ms : first_ms + 3600000;
    if (last_ms - first_ms > 23 * INT64_C(3600000)) now_ms = first_ms + 23 * INT64_C(3600000); /* nothing is due yet */
    ask(path, first_ms, asked);
    printf("%d open approvals (%.0f submitted a second)\n  a page of %d tasks  %8.0f us\n  tick, nothing due  %8.0f us\n"
           "  tick, each due     %8.0f us\n",
        count, count / filled, PAGE, asked[0], asked[1], asked[2]);
    remove_store(path);
}

int main(int count, char **arguments) {
    int documents = count > 1 ? atoi(arguments[1]) : 200, many = count > 2 ? atoi(arguments[2]) : 100000;
    char path[PATH_SIZE];
    double longest_one = 0, longest = 0;
    snprintf(path, sizeof path, "%s/bench-approval-load.db", count > 3 ? arguments[3] : ".");
    double one = run_processes(path, 1, documents, &longest_one);
    double four = run_processes(path, PROCESSES, documents, &longest);
    remove_store(path);
    printf(
        "one process          %8.1f documents/s, longest call %4.0f ms\n%d processes          %8.1f documents/s, longest call %4.0f ms"
        "  (budget 250)\n  share              %8.2f  (budget 0.8 or more)\n",
        one, longest_one * 1e3, PROCESSES, four, longest * 1e3, four / one);
    measure_open(path, FEW);
    measure_open(path, many);
    return 0;
}
