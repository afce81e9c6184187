/* Permission among processes: a quota that several draw on at once, and a configuration that another process changes, also one that is
 * killed while it does. Knows the public interface alone. */
#include "support/story_world.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PROCESSES = 3, QUOTA = 1000, AMOUNT = 30, ROUNDS = 40, KILLS = 60, SESSIONS = 4 };
static const char path[] = "permission-race.db";

/* In a service company: zhou draws on his quota; li reads orders of his department, or of the company. */
static const char form[] =
    "{\"group\":{\"code\":\"G\",\"name\":\"G\"},\"companies\":[{\"code\":\"A\",\"name\":\"A\",\"kinds\":[\"service\"],\"currency\":\"CNY\"}],"
    "\"departments\":[{\"code\":\"A1\",\"name\":\"A1\",\"company\":\"A\"},{\"code\":\"A2\",\"name\":\"A2\",\"company\":\"A\"}],"
    "\"posts\":[{\"code\":\"mechanic\",\"name\":\"M\",\"grants\":[{\"functions\":[\"service_order.*\"],\"scope\":\"department\"}]},"
    "{\"code\":\"reader\",\"name\":\"R\",\"grants\":[{\"functions\":[\"service_order.read\"],\"scope\":\"%s\"}]}],"
    "\"reviews\":[{\"type\":\"service_order\",\"way\":\"none\"}],"
    "\"employees\":[{\"code\":\"zhou\",\"name\":\"Z\",\"department\":\"A1\",\"posts\":[{\"post\":\"mechanic\"}],\"service_roles\":["
    "{\"company\":\"A\",\"sites\":[\"north\"],\"warehouse\":\"W1\",\"quota\":{\"amount_minor\":1000,\"currency\":\"CNY\",\"period\":\"year\"}}]},"
    "{\"code\":\"li\",\"name\":\"L\",\"department\":\"A2\",\"posts\":[{\"post\":\"reader\"}]}]}";
static const char *const scopes[] = {"department", "company"}; /* of the reader: may not, may */

static int64_t at_noon(void *user_data) {
    (void)user_data;
    return INT64_C(1772424000000);
}

static dealer_store *open_store(void) {
    dealer_store *store = NULL;
    dealer_error *error = NULL;
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    options.busy_timeout_ms = 60000;
    options.now_utc_ms = at_noon;
    story_must(dealer_store_open(&store, &error, path, &options), error, "store");
    return store;
}

static dealer_session *open_session(dealer_store *store, const char *person) {
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    if (person)
        story_must(dealer_session_open(store, &session, &error, person), error, person);
    else
        story_must(dealer_session_open_system(store, &session, &error, "test"), error, "system");
    return session;
}

static dealer_status configure(dealer_session *system, bool may) {
    char text[sizeof form + 40];
    snprintf(text, sizeof text, form, scopes[may]);
    return dealer_configuration_apply(system, NULL, text, strlen(text), 0);
}

/* The status of submitting an order; its id. */
static dealer_status order(dealer_session *session, int64_t *id_out) {
    static const char fields[] = "{\"site\":\"north\",\"work\":\"oil\",\"amount\":{\"amount_minor\":30,\"currency\":\"CNY\"}}";
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    dealer_status status = dealer_document_new(session, &document, "service_order");
    if (!status) status = dealer_document_merge(document, fields, sizeof fields - 1);
    if (!status) status = dealer_document_submit(session, &decision, document);
    *id_out = status ? 0 : dealer_document_id(document);
    dealer_decision_free(decision);
    dealer_document_free(document);
    return status;
}

static dealer_session *start(dealer_store **store_out) {
    remove_store(path);
    *store_out = open_store();
    dealer_session *system = open_session(*store_out, NULL);
    story_must(configure(system, false), dealer_session_error(system), "configure");
    return system;
}

static void verify(dealer_session *system) {
    dealer_text *findings = NULL;
    story_must(dealer_store_verify(system, &findings), dealer_session_error(system), "verify");
    assert_string_equal(dealer_text_data(findings), "[]");
    dealer_text_free(findings);
}

/* -- the quota -- */

/* Takes and gives back, until nothing is left; leaves how many orders stand as the exit status. */
static void draw(int which) {
    dealer_store *store = open_store();
    dealer_session *zhou = open_session(store, "zhou");
    int standing = 0, given_back = 0;
    int64_t id = 0;
    for (dealer_status status; (status = order(zhou, &id)) == DEALER_OK; standing++) {
        dealer_document *document = NULL;
        if ((standing + which) % 3 || given_back++ > 5) continue;
        if (dealer_document_open(zhou, &document, id) || dealer_document_void(zhou, document, "x")) _exit(101);
        dealer_document_free(document);
        standing--;
    }
    if (dealer_error_status(dealer_session_error(zhou)) != DEALER_E_GATE) _exit(102);
    dealer_session_close(zhou);
    dealer_store_close(store);
    _exit(standing);
}

static void test_processes_at_once__do_not_overdraw_a_quota(void **state) {
    pid_t children[PROCESSES];
    dealer_store *store = NULL;
    int standing = 0;
    assert_null(*state);
    dealer_session *system = start(&store);
    dealer_session_close(system);
    dealer_store_close(store); /* no handle crosses the fork */
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) draw(i);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int result = 0;
        waitpid(children[i], &result, 0);
        assert_true(WIFEXITED(result) && WEXITSTATUS(result) <= QUOTA / AMOUNT);
        standing += WEXITSTATUS(result);
    }
    assert_int_equal(standing, QUOTA / AMOUNT); /* all of it, and no order more */
    store = open_store();
    system = open_session(store, NULL);
    verify(system);
    dealer_session_close(system);
    dealer_store_close(store);
}

/* -- a configuration that another process changes -- */

/* Sessions of li, of two stores. */
struct readers {
    dealer_store *stores[2];
    dealer_session *sessions[SESSIONS];
};

static void open_readers(struct readers *all) {
    for (int i = 0; i < 2; i++) all->stores[i] = open_store();
    for (int i = 0; i < SESSIONS; i++) all->sessions[i] = open_session(all->stores[i % 2], "li");
}

static void close_readers(struct readers *all) {
    for (int i = 0; i < SESSIONS; i++) dealer_session_close(all->sessions[i]);
    for (int i = 0; i < 2; i++) dealer_store_close(all->stores[i]);
}

static bool allows(dealer_session *session, int64_t id) {
    dealer_document *document = NULL;
    int32_t allowed = -1;
    dealer_status status = dealer_document_open(session, &document, id);
    assert_true(status == DEALER_OK || status == DEALER_E_NOT_FOUND);
    if (!status)
        story_must(dealer_allows(session, &allowed, "service_order.read", document), dealer_session_error(session), "allows");
    if (!status) assert_int_equal(allowed, 1);
    dealer_document_free(document);
    return status == DEALER_OK;
}

/* In memory, the first call that the session makes: whether he may anything anywhere in the other department. */
static bool reaches(dealer_session *session) {
    dealer_text *text = NULL;
    story_must(dealer_visible_departments(session, &text, "service_order.read"), dealer_session_error(session), "places");
    bool found = strstr(dealer_text_data(text), "\"A1\"") != NULL;
    dealer_text_free(text);
    return found;
}

static void expect_everywhere(struct readers *all, int64_t id, bool may) {
    for (int i = 0; i < SESSIONS; i++) {
        assert_int_equal(reaches(all->sessions[i]), may); /* at its next call, which asks no disk */
        assert_int_equal(allows(all->sessions[i], id), may);
    }
}

static void publish_when_told(int told, int done) {
    dealer_store *store = open_store();
    dealer_session *system = open_session(store, NULL);
    for (char may; read(told, &may, 1) == 1;)
        if (configure(system, may) || write(done, &may, 1) != 1) _exit(1);
    dealer_session_close(system);
    dealer_store_close(store);
    _exit(0);
}

static int64_t prepare(void) {
    dealer_store *store = NULL;
    int64_t id = 0;
    dealer_session *system = start(&store), *zhou = open_session(store, "zhou");
    story_must(order(zhou, &id), dealer_session_error(zhou), "order");
    dealer_session_close(zhou);
    dealer_session_close(system);
    dealer_store_close(store);
    return id;
}

static void test_a_change_by_another_process__is_seen_at_the_next_call_of_every_session(void **state) {
    int told[2], done[2];
    struct readers all;
    assert_null(*state);
    int64_t id = prepare();
    assert_int_equal(pipe(told) | pipe(done), 0);
    pid_t child = fork();
    if (child == 0) {
        close(told[1]);
        publish_when_told(told[0], done[1]);
    }
    close(told[0]);
    open_readers(&all);
    for (int round = 0; round < ROUNDS; round++) {
        char may = (char)(round % 2), answer = 9;
        assert_int_equal(write(told[1], &may, 1), 1);
        assert_int_equal(read(done[0], &answer, 1), 1);
        expect_everywhere(&all, id, may);
    }
    close(told[1]);
    int result = 0;
    waitpid(child, &result, 0);
    assert_int_equal(result, 0);
    close_readers(&all);
    close(done[0]);
    close(done[1]);
}

/* -- a publisher that is killed -- */

static void publish_for_ever(void) {
    dealer_store *store = open_store();
    dealer_session *system = open_session(store, NULL);
    for (int round = 0;; round++)
        if (configure(system, round % 2 == 0)) _exit(1);
}

/* What is in force, as a process that has never looked before sees it. */
static bool in_force(void) {
    dealer_store *store = open_store();
    dealer_session *session = open_session(store, "li");
    bool may = reaches(session);
    dealer_session_close(session);
    dealer_store_close(store);
    return may;
}

static void test_a_publisher_killed_in_the_middle__leaves_nobody_with_what_no_longer_holds(void **state) {
    struct readers all;
    int seen[2] = {0, 0};
    unsigned random = 20260302;
    assert_null(*state);
    int64_t id = prepare();
    for (int round = 0; round < KILLS; round++) {
        pid_t child = fork();
        if (child == 0) publish_for_ever();
        open_readers(&all);
        random = random * 1664525U + 1013904223U;
        struct timespec little = {0, 2000000 + (long)(random >> 8) % 12000000};
        nanosleep(&little, NULL);
        for (int i = 0; i < SESSIONS; i++) reaches(all.sessions[i]); /* so that each has something to hold on to */
        nanosleep(&(struct timespec){0, (long)(random >> 8) % 1500000}, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        bool may = in_force();
        expect_everywhere(&all, id, may);
        seen[may]++;
        close_readers(&all);
    }
    assert_true(seen[0] > 0 && seen[1] > 0);
    dealer_store *store = open_store();
    dealer_session *system = open_session(store, NULL);
    verify(system);
    dealer_session_close(system);
    dealer_store_close(store);
}

static int tear_down(void **state) {
    assert_null(*state);
    remove_store(path);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_processes_at_once__do_not_overdraw_a_quota),
        cmocka_unit_test(test_a_change_by_another_process__is_seen_at_the_next_call_of_every_session),
        cmocka_unit_test(test_a_publisher_killed_in_the_middle__leaves_nobody_with_what_no_longer_holds),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
