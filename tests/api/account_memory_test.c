/* Memory that runs out at every point of a confirmation, of taking it back and of questions about accounts: a clean error, nothing half
 * done. */
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
static int64_t paper, customer;
static int32_t confirms;

static dealer_status confirm(dealer_session *session) {
    dealer_document *document = NULL;
    dealer_status status = dealer_document_open(session, &document, paper);
    if (!status) status = dealer_document_confirm(session, document, confirms);
    dealer_document_free(document);
    return status;
}

static dealer_status ask_statement(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_account_statement(session, &text, customer, NULL, NULL);
    dealer_text_free(text);
    return status;
}

static dealer_status ask_ageing(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_account_ageing(session, &text, "2026-12-31");
    dealer_text_free(text);
    return status;
}

static void prepare(const char *scene) {
    struct past_world world;
    past_world_open(&world, "account-memory", 0);
    json_t *begin = json_pack("{s:[s],s:[]}", "with", scene, "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
    paper = story_document(&world.story, "receipt");
    customer = story_document(&world.story, "customer");
    snprintf(path, sizeof path, "account-memory-%ld.db.left", (long)getpid());
    past_world_leave(&world, path);
}

static void test_memory__refused_to_a_confirmation(void **state) {
    (void)state;
    prepare("receipt");
    confirms = 1;
    memory_walk(path, "wu", confirm);
    remove_store(path);
}

static void test_memory__refused_to_taking_it_back_and_to_questions(void **state) {
    (void)state;
    prepare("receipt_confirmed");
    confirms = 0;
    memory_walk(path, "wu", confirm);
    memory_walk(path, "wu", ask_statement);
    memory_walk(path, "zhang", ask_ageing);
    remove_store(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__refused_to_a_confirmation),
        cmocka_unit_test(test_memory__refused_to_taking_it_back_and_to_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
