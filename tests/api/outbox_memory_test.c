/* Memory that runs out at every point of what makes messages and of what delivers them: a clean error, nothing half done. */
#include "support/memory_walk.h"
#include "support/past_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[128];
static int64_t loan;

/* One event told in every way there is: by part and party, by a rule, not again, collected, and to somebody who does not see all. */
static const char told[] =
    "[{\"do\":\"publish\",\"files\":{\"conditions/n.lua\":[\"return { id = 'conditions.n', title = { en = 'n', zh = 'n' }, conditions = {\","
    "\"good = function(input) return input.event.name == 'submitted' end, bad = function() error('x') end } }\"]}},"
    "{\"do\":\"configure\",\"change\":{\"reviews\":[{\"type\":\"demo_loan\",\"way\":\"none\"}],"
    "\"posts\":[{\"code\":\"clerk\",\"name\":\"录入\",\"grants\":[{\"functions\":[\"demo_loan.read\"],\"scope\":\"company\"}],"
    "\"fields\":[{\"type\":\"demo_loan\",\"hidden\":[\"deposit\"]}]}],"
    "\"employees\":[{\"code\":\"xu\",\"posts\":[{\"post\":\"clerk\",\"company\":\"HT-SH\"}]}],"
    "\"messages\":["
    "{\"event\":\"submitted\",\"type\":\"demo_loan\",\"when_rule\":{\"rule\":\"conditions.n\",\"condition\":\"good\"},\"once\":{\"hours\":1},"
    "\"to\":[{\"part\":\"participants\"},{\"post\":\"clerk\",\"in\":\"company\"},{\"party\":\"{customer.name}\"}],"
    "\"text\":{\"en\":\"{deposit} {pre_order} {purpose|none}\",\"zh\":\"{category} {created}\"}},"
    "{\"event\":\"submitted\",\"type\":\"*\",\"when_rule\":{\"rule\":\"conditions.n\",\"condition\":\"bad\"},\"digest\":{\"every\":\"hour\"},"
    "\"to\":[{\"part\":\"owner\"},{\"part\":\"reviewer\"},{\"part\":\"awaited\"}],\"text\":{\"en\":\"{title}\",\"zh\":\"{title}\"}},"
    "{\"event\":\"due\",\"type\":\"demo_loan\",\"on\":{\"field\":\"from_day\",\"before\":3},\"unless\":\"site_note.loan\","
    "\"to\":[{\"part\":\"owner\"}],\"text\":{\"en\":\"{due}\",\"zh\":\"{due}\"}}]}},{\"do\":\"tick\"}]";

static void prepare(void) {
    struct past_world world;
    past_world_open(&world, "outbox-memory", 0);
    json_t *begin = json_pack("{s:[s],s:[]}", "with", "demo_loan_draft", "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
    loan = story_document(&world.story, "demo_loan");
    past_world_play(&world, told);
    snprintf(path, sizeof path, "outbox-memory-%ld.db.left", (long)getpid());
    past_world_leave(&world, path);
}

static dealer_status submit(dealer_session *session) {
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    dealer_status status = dealer_document_open(session, &document, loan);
    if (!status) status = dealer_document_submit(session, &decision, document);
    dealer_decision_free(decision);
    dealer_document_free(document);
    return status;
}

/* The clock of a walk is later than that of the story: the loan's day has come. */
static dealer_status tick(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_tick(session, &text, 100);
    dealer_text_free(text);
    return status;
}

static dealer_status deliver(dealer_session *session) {
    dealer_text *leased = NULL, *dead = NULL;
    dealer_status status = dealer_outbox_lease(session, &leased, 60000, 100);
    json_t *rows = status ? NULL : json_loads(dealer_text_data(leased), 0, NULL), *row;
    size_t index;
    json_array_foreach(rows, index, row) {
        int64_t id = json_integer_value(json_object_get(row, "message"));
        const char *lease = json_string_value(json_object_get(row, "lease"));
        if (!status)
            status = index % 2 ? dealer_message_delivered(session, id, lease)
                               : dealer_message_failed(session, id, lease, "HTTP 500", 1000);
    }
    if (!status) status = dealer_dead_letters(session, &dead, 0, 10);
    json_decref(rows);
    dealer_text_free(leased);
    dealer_text_free(dead);
    return status;
}

static void test_memory__refused_to_messages_and_their_delivery(void **state) {
    dealer_store *store = NULL;
    dealer_session *zhang = NULL, *system = NULL;
    dealer_text *outbox = NULL;
    (void)state;
    prepare();
    memory_walk(path, "zhang", submit);
    assert_int_equal(dealer_store_open(&store, NULL, path, NULL), DEALER_OK);
    assert_int_equal(dealer_session_open(store, &zhang, NULL, "zhang"), DEALER_OK);
    assert_int_equal(submit(zhang), DEALER_OK);
    assert_int_equal(dealer_session_open_system(store, &system, NULL, "memory"), DEALER_OK);
    assert_int_equal(dealer_outbox(system, &outbox, 0, 100), DEALER_OK);
    json_t *rows = past_world_json(outbox);
    assert_true(json_array_size(rows) >= 3);
    json_decref(rows);
    dealer_session_close(system);
    dealer_session_close(zhang);
    dealer_store_close(store);
    memory_walk(path, "system", deliver);
    memory_walk(path, "system", tick);
    remove_store(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory__refused_to_messages_and_their_delivery)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
