/* Several at once: threads with sessions of their own, processes on one file, two who decide one task, processes that are killed, and
 * handles that are closed in every order. */
#include "support/story_step.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { THREADS = 4, ROUNDS = 20, SUBMISSIONS = 40, RACES = 200, KILLS = 200, ORDERS = 300, ACKNOWLEDGED_MAX = 20000 };
static const int64_t start_ms = INT64_C(1772413200000);
static const char prepared[] = "concurrency-prepared.db", path[] = "concurrency.db";
static json_t *group;

static unsigned random_state = 20260302;
static unsigned random_below(unsigned most) {
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % most;
}

/* -- what everybody does; false on any refusal -- */

static bool set_json(dealer_document *document, const char *json) {
    return dealer_document_merge(document, json, strlen(json)) == DEALER_OK;
}

static int64_t new_customer(dealer_session *session) {
    dealer_document *document = NULL;
    bool done = dealer_document_new(session, &document, "customer") == DEALER_OK && set_json(document, "{\"name\":\"并发公司\"}") &&
                dealer_document_save(session, document) == DEALER_OK;
    int64_t id = done ? dealer_document_id(document) : 0;
    dealer_document_free(document);
    return id;
}

/* A pre-order, submitted: its id, or 0. */
static int64_t submit_pre_order(dealer_session *session, int64_t customer) {
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    char json[120];
    snprintf(json, sizeof json, "{\"customer\":%lld,\"category\":\"excavator\",\"quantity\":1}", (long long)customer);
    bool done = dealer_document_new(session, &document, "pre_order") == DEALER_OK && set_json(document, json) &&
                dealer_document_submit(session, &decision, document) == DEALER_OK;
    int64_t id = done ? dealer_document_id(document) : 0;
    dealer_decision_free(decision);
    dealer_document_free(document);
    return id;
}

static int64_t submit_sales(dealer_session *session, int64_t pre_order) {
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    bool done = dealer_document_derive(session, &document, "sales", pre_order) == DEALER_OK &&
                set_json(document, "{\"payment_way\":\"cash\",\"price\":{\"amount_minor\":100,\"currency\":\"CNY\"}}") &&
                dealer_document_submit(session, &decision, document) == DEALER_OK;
    int64_t id = done ? dealer_document_id(document) : 0;
    dealer_decision_free(decision);
    dealer_document_free(document);
    return id;
}

static int64_t count_of(dealer_session *session, const char *query) {
    int64_t count = 0;
    story_must(dealer_list_count(session, &count, NULL, query, strlen(query), 0), dealer_session_error(session), "count");
    return count;
}

static void start_store(void) {
    remove_store(path);
    story_copy_file(prepared, path);
}

static dealer_store *open_store(void) {
    dealer_store *store = NULL;
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    options.busy_timeout_ms = 60000;
    return dealer_store_open(&store, NULL, path, &options) == DEALER_OK ? store : NULL;
}

static dealer_session *open_session(dealer_store *store, const char *person) {
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    story_must(dealer_session_open(store, &session, &error, person), error, person);
    return session;
}

static void verify(dealer_store *store) {
    dealer_session *system = NULL;
    dealer_text *findings = NULL;
    int64_t count, bad = -1;
    story_must(dealer_session_open_system(store, &system, NULL, "verify"), NULL, "system");
    story_must(dealer_store_verify(system, &findings), dealer_session_error(system), "verify");
    assert_string_equal(dealer_text_data(findings), "[]");
    story_must(dealer_journal_verify(system, &count, &bad), dealer_session_error(system), "journal");
    assert_int_equal(bad, 0);
    dealer_text_free(findings);
    dealer_session_close(system);
}

/* The numbers of a type are 1 .. count, each once. */
static void check_numbers(dealer_session *reader, const char *query, const char *prefix, int64_t count) {
    dealer_list *list = NULL;
    dealer_document *document;
    int64_t next = 1;
    char wanted[64];
    story_must(dealer_list_open(reader, &list, query, strlen(query)), dealer_session_error(reader), "list");
    while ((document = dealer_list_next(list)) != NULL) {
        snprintf(wanted, sizeof wanted, "%s-%06lld", prefix, (long long)next++);
        assert_string_equal(dealer_document_number(document), wanted);
        dealer_document_free(document);
    }
    dealer_list_free(list);
    assert_int_equal(next - 1, count);
}

/* -- closing in any order -- */

enum { HANDLES = 8 };
struct handles {
    dealer_store *store;
    dealer_session *session, *writer; /* the writer has a transaction open */
    dealer_document *document;
    dealer_decision *decision;
    dealer_text *text;
    dealer_list *list;
    dealer_error *error;
};

static void make_handles(struct handles *all) {
    static const char query[] = "{\"type\":\"pre_order\"}";
    memset(all, 0, sizeof *all);
    all->store = open_store();
    assert_non_null(all->store);
    all->session = open_session(all->store, "zhang");
    all->writer = open_session(all->store, "li");
    int64_t customer = new_customer(all->session), pre_order = submit_pre_order(all->session, customer);
    story_must(dealer_document_open(all->session, &all->document, pre_order), dealer_session_error(all->session), "open");
    story_must(
        dealer_check(all->session, &all->decision, "pre_order.read", pre_order), dealer_session_error(all->session), "check");
    story_must(dealer_document_history(all->session, &all->text, pre_order), dealer_session_error(all->session), "history");
    story_must(dealer_list_open(all->session, &all->list, query, sizeof query - 1), dealer_session_error(all->session), "list");
    assert_int_equal(dealer_session_open(all->store, &all->writer, &all->error, "nobody"), DEALER_E_NOT_FOUND);
    story_must(dealer_session_begin(all->writer), dealer_session_error(all->writer), "begin");
    assert_true(new_customer(all->writer) > 0);
}

/* What is left must still be readable, and what needs the store must say that it is closed. */
static void use_handles(struct handles *all) {
    dealer_document *next, *opened = NULL;
    const char *brand = "";
    if (all->document) assert_true(dealer_document_id(all->document) > 0);
    if (all->document) assert_int_equal(dealer_document_text(all->document, &brand, "brand"), DEALER_E_NOT_FOUND);
    if (all->decision) assert_int_equal(dealer_decision_outcome(all->decision), DEALER_OUTCOME_YES);
    if (all->text) assert_true(strlen(dealer_text_data(all->text)) == dealer_text_length(all->text));
    if (all->error) assert_non_null(dealer_error_message(all->error, 0, DEALER_LANGUAGE_ZH));
    if (all->list && (next = dealer_list_next(all->list)) != NULL) dealer_document_free(next);
    if (all->session && !all->store) assert_int_equal(dealer_document_open(all->session, &opened, 1), DEALER_E_MISUSE);
}

static void free_one(struct handles *all, int which) {
    switch (which) {
    case 0: dealer_store_close(all->store); break;
    case 1: dealer_session_close(all->session); break;
    case 2: dealer_session_close(all->writer); break;
    case 3: dealer_document_free(all->document); break;
    case 4: dealer_decision_free(all->decision); break;
    case 5: dealer_text_free(all->text); break;
    case 6: dealer_list_free(all->list); break;
    default: dealer_error_free(all->error); break;
    }
    void **places[] = {(void **)&all->store, (void **)&all->session, (void **)&all->writer, (void **)&all->document,
        (void **)&all->decision, (void **)&all->text, (void **)&all->list, (void **)&all->error};
    *places[which] = NULL;
}

static void test_closing_in_any_order(void **state) {
    assert_null(*state);
    for (int round = 0; round < ORDERS; round++) {
        struct handles all;
        int order[HANDLES] = {0, 1, 2, 3, 4, 5, 6, 7};
        if (round % 50 == 0) start_store();
        make_handles(&all);
        for (unsigned i = HANDLES - 1; i > 0; i--) {
            unsigned other = random_below(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        for (int i = 0; i < HANDLES; i++) {
            free_one(&all, order[i]);
            use_handles(&all);
        }
    }
    dealer_store *store = open_store();
    verify(store);
    dealer_session *li = open_session(store, "li");
    char query[120]; /* what the writer's transactions did was rolled back, each time */
    snprintf(query, sizeof query, "{\"type\":\"customer\",\"where\":{\"field\":\"owner\",\"op\":\"=\",\"value\":%lld}}",
        (long long)dealer_session_person(li));
    assert_int_equal(count_of(li, query), 0);
    dealer_session_close(li);
    dealer_store_close(store);
}

/* -- threads -- */

struct worker {
    dealer_store *store;
    const char *person;
    int done;
    atomic_int ready;
    char wrong[200];
};

static void note_wrong(struct worker *worker, dealer_session *session, const char *what) {
    const char *en = dealer_error_message(dealer_session_error(session), 0, DEALER_LANGUAGE_EN);
    snprintf(worker->wrong, sizeof worker->wrong, "%s: %s", what, en ? en : "?");
}

static void *work(void *user_data) {
    struct worker *worker = user_data;
    dealer_session *session = NULL;
    if (dealer_session_open(worker->store, &session, NULL, worker->person) != DEALER_OK) return NULL;
    int64_t customer = new_customer(session);
    if (!customer) note_wrong(worker, session, "customer");
    for (int i = 0; customer && i < ROUNDS; i++) {
        int64_t pre_order = submit_pre_order(session, customer), count = 0;
        dealer_document *document = NULL;
        static const char query[] = "{\"type\":\"pre_order\"}";
        if (!pre_order || dealer_document_open(session, &document, pre_order) != DEALER_OK ||
            dealer_list_count(session, &count, NULL, query, sizeof query - 1, 0) != DEALER_OK || count < i + 1 ||
            (i % 4 == 0 && !submit_sales(session, pre_order))) {
            note_wrong(worker, session, "round");
            dealer_document_free(document);
            break;
        }
        dealer_document_free(document);
        worker->done++;
    }
    dealer_session_close(session);
    return NULL;
}

static void test_threads_with_sessions_of_their_own(void **state) {
    static const char *const people[THREADS] = {"zhang", "li", "ma", "qian"};
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    assert_null(*state);
    start_store();
    dealer_store *store = open_store();
    memset(workers, 0, sizeof workers);
    for (int i = 0; i < THREADS; i++) {
        workers[i].store = store;
        workers[i].person = people[i];
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        if (workers[i].done != ROUNDS) fail_msg("%s did %d: %s", people[i], workers[i].done, workers[i].wrong);
    dealer_session *wang = open_session(store, "wang");
    assert_int_equal(count_of(wang, "{\"type\":\"pre_order\"}"), (THREADS - 1) * ROUNDS);
    check_numbers(wang, "{\"type\":\"pre_order\",\"order\":\"number\",\"limit\":1000}", "PO-HT-SH-2026", (THREADS - 1) * ROUNDS);
    dealer_session_close(wang);
    verify(store);
    dealer_store_close(store);
}

/* The store is closed under the threads: each call ends well or says that the store is closed. */
static void *work_until_closed(void *user_data) {
    struct worker *worker = user_data;
    dealer_session *session = NULL;
    static const char query[] = "{\"type\":\"pre_order\"}";
    if (dealer_session_open(worker->store, &session, NULL, worker->person) != DEALER_OK) return NULL;
    for (;;) {
        int64_t count = 0;
        dealer_status status = dealer_list_count(session, &count, NULL, query, sizeof query - 1, 0);
        if (status == DEALER_E_MISUSE) worker->done = 1;
        if (status) break;
        atomic_store(&worker->ready, 1);
    }
    dealer_session_close(session);
    return NULL;
}

static void test_a_store_closed_while_threads_work(void **state) {
    assert_null(*state);
    for (int round = 0; round < 10; round++) {
        pthread_t threads[THREADS];
        struct worker workers[THREADS];
        struct timespec little = {0, 3000000};
        start_store();
        dealer_store *store = open_store();
        dealer_session *first = open_session(store, "zhang");
        memset(workers, 0, sizeof workers);
        for (int i = 0; i < THREADS; i++) {
            workers[i].store = store;
            workers[i].person = "zhang";
            assert_int_equal(pthread_create(&threads[i], NULL, work_until_closed, &workers[i]), 0);
        }
        /* only now: the store handle itself is used by the threads to open their sessions */
        for (int i = 0; i < THREADS; i++)
            while (!atomic_load(&workers[i].ready)) sched_yield();
        nanosleep(&little, NULL);
        dealer_session_close(first);
        dealer_store_close(store);
        for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
        for (int i = 0; i < THREADS; i++) assert_int_equal(workers[i].done, 1);
    }
}

/* -- processes -- */

struct shared {
    atomic_int arrived[2];
    int statuses[RACES][2];
    int64_t tasks[RACES], documents[RACES];
};

static struct shared *map_shared(void) {
    static const char name[] = "concurrency-shared.bin";
    int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, sizeof(struct shared)), 0);
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    assert_true(shared != MAP_FAILED);
    close(file);
    remove(name);
    return shared;
}

static void submit_many(int which) {
    dealer_store *store = open_store();
    dealer_session *session = NULL;
    if (!store || dealer_session_open(store, &session, NULL, which ? "li" : "zhang") != DEALER_OK) _exit(1);
    int64_t customer = new_customer(session);
    for (int i = 0; i < SUBMISSIONS; i++) {
        dealer_document *document = NULL;
        dealer_decision *decision = NULL;
        if (!submit_pre_order(session, customer)) _exit(2);
        if (i % 4) continue;
        /* one that is refused, and one that is rolled back: neither takes a number */
        if (dealer_document_new(session, &document, "pre_order") ||
            dealer_document_submit(session, &decision, document) == DEALER_OK)
            _exit(3);
        dealer_document_free(document);
        if (dealer_session_begin(session) || !submit_pre_order(session, customer) || dealer_session_rollback(session)) _exit(4);
    }
    dealer_session_close(session);
    dealer_store_close(store);
    _exit(0);
}

static void test_two_processes_submit_without_gaps_or_doubles(void **state) {
    pid_t children[2];
    int result;
    assert_null(*state);
    start_store();
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (!children[i]) submit_many(i);
    }
    for (int i = 0; i < 2; i++) {
        waitpid(children[i], &result, 0);
        assert_int_equal(result, 0);
    }
    dealer_store *store = open_store();
    dealer_session *wang = open_session(store, "wang");
    check_numbers(wang, "{\"type\":\"pre_order\",\"order\":\"number\",\"limit\":1000}", "PO-HT-SH-2026", 2 * SUBMISSIONS);
    dealer_session_close(wang);
    verify(store);
    dealer_store_close(store);
}

/* Both come to each race, then both decide. */
static void meet(struct shared *shared, int which, int race) {
    atomic_store(&shared->arrived[which], race + 1);
    while (atomic_load(&shared->arrived[!which]) < race + 1) sched_yield();
}

static void decide_all(struct shared *shared, int which) {
    dealer_store *store = open_store();
    dealer_session *chen = NULL;
    if (!store || dealer_session_open(store, &chen, NULL, "chen") != DEALER_OK) _exit(1);
    for (int race = 0; race < RACES; race++) {
        dealer_decision *decision = NULL;
        bool rejects = which && race % 2;
        meet(shared, which, race);
        shared->statuses[race][which] = rejects ? (int)dealer_task_reject(chen, &decision, shared->tasks[race], "不同意")
                                                : (int)dealer_task_approve(chen, &decision, shared->tasks[race], NULL);
        dealer_decision_free(decision);
    }
    dealer_session_close(chen);
    dealer_store_close(store);
    _exit(0);
}

static void prepare_races(struct shared *shared) {
    dealer_store *store = open_store();
    dealer_session *zhang = open_session(store, "zhang"), *chen = open_session(store, "chen");
    dealer_text *text = NULL;
    int64_t pre_order = submit_pre_order(zhang, new_customer(zhang));
    for (int i = 0; i < RACES; i++) assert_true(submit_sales(zhang, pre_order) > 0);
    story_must(dealer_tasks(chen, &text, 0, 0, 1000), dealer_session_error(chen), "tasks");
    json_t *tasks = json_loads(dealer_text_data(text), 0, NULL);
    assert_int_equal(json_array_size(tasks), RACES);
    for (size_t i = 0; i < RACES; i++) {
        shared->tasks[i] = json_integer_value(json_object_get(json_array_get(tasks, i), "id"));
        shared->documents[i] = json_integer_value(json_object_get(json_array_get(tasks, i), "document"));
    }
    json_decref(tasks);
    dealer_text_free(text);
    dealer_session_close(zhang);
    dealer_session_close(chen);
    dealer_store_close(store);
}

static void check_races(const struct shared *shared) {
    dealer_store *store = open_store();
    dealer_session *chen = open_session(store, "chen");
    int won[2] = {0, 0};
    for (int race = 0; race < RACES; race++) {
        const int *statuses = shared->statuses[race];
        int winner = statuses[0] == DEALER_OK ? 0 : 1;
        dealer_document *document = NULL;
        assert_int_equal(statuses[winner], DEALER_OK);
        assert_int_equal(statuses[!winner], DEALER_E_CONFLICT);
        won[winner]++;
        story_must(dealer_document_open(chen, &document, shared->documents[race]), dealer_session_error(chen), "open");
        assert_string_equal(dealer_document_status(document), winner && race % 2 ? "rejected" : "in_approval");
        dealer_document_free(document);
    }
    print_message("races: %d and %d won\n", won[0], won[1]);
    dealer_session_close(chen);
    verify(store);
    dealer_store_close(store);
}

static void test_one_task_decided_by_two(void **state) {
    pid_t children[2];
    int result;
    struct shared *shared = map_shared();
    assert_null(*state);
    start_store();
    prepare_races(shared);
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (!children[i]) decide_all(shared, i);
    }
    for (int i = 0; i < 2; i++) {
        waitpid(children[i], &result, 0);
        assert_int_equal(result, 0);
    }
    check_races(shared);
    munmap(shared, sizeof *shared);
}

/* -- kill -9 -- */

/* What the child acknowledges: a document and the status that it committed. */
struct acknowledgement {
    int64_t document;
    char status[16];
};

static void acknowledge(int out, int64_t document, const char *status) {
    struct acknowledgement done;
    memset(&done, 0, sizeof done);
    done.document = document;
    snprintf(done.status, sizeof done.status, "%s", status);
    if (write(out, &done, sizeof done) != sizeof done) _exit(5);
}

static int64_t task_on(dealer_session *session, int64_t document) {
    dealer_text *text = NULL;
    json_t *tasks, *task;
    size_t index;
    int64_t found = 0;
    if (dealer_tasks(session, &text, 0, 0, 1000) != DEALER_OK) _exit(6);
    tasks = json_loads(dealer_text_data(text), 0, NULL);
    json_array_foreach(tasks, index, task) if (json_integer_value(json_object_get(task, "document")) == document) found =
        json_integer_value(json_object_get(task, "id"));
    json_decref(tasks);
    dealer_text_free(text);
    return found;
}

static void approve_as(dealer_session *session, int64_t document) {
    dealer_decision *decision = NULL;
    if (dealer_task_approve(session, &decision, task_on(session, document), NULL) != DEALER_OK) _exit(7);
    dealer_decision_free(decision);
}

static void work_until_killed(int out) {
    dealer_store *store = open_store();
    dealer_session *zhang = NULL, *chen = NULL, *wang = NULL;
    if (!store || dealer_session_open(store, &zhang, NULL, "zhang") || dealer_session_open(store, &chen, NULL, "chen") ||
        dealer_session_open(store, &wang, NULL, "wang"))
        _exit(1);
    for (;;) {
        int64_t pre_order = submit_pre_order(zhang, new_customer(zhang)), sales;
        if (!pre_order) _exit(2);
        acknowledge(out, pre_order, "approved");
        sales = submit_sales(zhang, pre_order);
        if (!sales) _exit(3);
        acknowledge(out, sales, "in_approval");
        approve_as(chen, sales);
        approve_as(wang, sales);
        acknowledge(out, sales, "approved");
    }
}

static struct acknowledgement acknowledged[ACKNOWLEDGED_MAX];
static size_t acknowledged_count;

/* Reads what the child has acknowledged, kills it some time after the first. */
static void run_and_kill(void) {
    int ends[2], result;
    struct timespec rest = {0, (long)random_below(12000000)};
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (!child) {
        close(ends[0]);
        work_until_killed(ends[1]);
    }
    close(ends[1]);
    for (unsigned wanted = random_below(6); wanted > 0; wanted--)
        if (read(ends[0], &acknowledged[acknowledged_count], sizeof acknowledged[0]) == sizeof acknowledged[0])
            acknowledged_count++;
    nanosleep(&rest, NULL);
    kill(child, SIGKILL);
    waitpid(child, &result, 0);
    assert_true(WIFSIGNALED(result));
    while (acknowledged_count < ACKNOWLEDGED_MAX &&
           read(ends[0], &acknowledged[acknowledged_count], sizeof acknowledged[0]) == sizeof acknowledged[0])
        acknowledged_count++;
    close(ends[0]);
}

/* Later statuses of a document take the place of earlier ones; what was not acknowledged may be there or not. */
static void check_acknowledged(dealer_session *system, size_t from) {
    for (size_t i = from; i < acknowledged_count; i++) {
        dealer_document *document = NULL;
        story_must(dealer_document_open(system, &document, acknowledged[i].document), dealer_session_error(system), "open");
        const char *status = dealer_document_status(document);
        bool as_told = strcmp(status, acknowledged[i].status) == 0;
        bool further = strcmp(acknowledged[i].status, "in_approval") == 0 && strcmp(status, "approved") == 0;
        assert_true(as_told || further);
        dealer_document_free(document);
    }
}

static void test_killed_processes_lose_nothing_acknowledged(void **state) {
    size_t checked = 0;
    assert_null(*state);
    start_store();
    acknowledged_count = 0;
    for (int i = 0; i < KILLS; i++) {
        run_and_kill();
        dealer_store *store = open_store();
        dealer_session *system = NULL;
        assert_non_null(store);
        story_must(dealer_session_open_system(store, &system, NULL, "after the kill"), NULL, "system");
        check_acknowledged(system, checked);
        checked = acknowledged_count;
        dealer_session_close(system);
        if (i % 4 == 3) verify(store);
        dealer_store_close(store);
    }
    dealer_store *store = open_store();
    dealer_session *system = NULL;
    story_must(dealer_session_open_system(store, &system, NULL, "at last"), NULL, "system");
    check_acknowledged(system, 0);
    dealer_session_close(system);
    verify(store);
    dealer_store_close(store);
    print_message("kills: %d, acknowledged and still there: %zu\n", (int)KILLS, acknowledged_count);
    assert_true(acknowledged_count > KILLS / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closing_in_any_order),
        cmocka_unit_test(test_threads_with_sessions_of_their_own),
        cmocka_unit_test(test_a_store_closed_while_threads_work),
        cmocka_unit_test(test_two_processes_submit_without_gaps_or_doubles),
        cmocka_unit_test(test_one_task_decided_by_two),
        cmocka_unit_test(test_killed_processes_lose_nothing_acknowledged),
    };
    group = story_read("story/group.json");
    story_prepare(prepared, group, start_ms);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_store(prepared);
    remove_store(path);
    json_decref(group);
    return failed;
}
