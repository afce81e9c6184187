/* Memory that runs out at every point of papers that move machines and of questions about them: a clean error, nothing half done. */
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
static int64_t machine, paper;

static void prepare(const char *scene, const char *document) {
    struct past_world world;
    past_world_open(&world, "machine-memory", 0);
    json_t *begin = json_pack("{s:[s],s:[]}", "with", scene, "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
    machine = story_document(&world.story, "machine");
    paper = story_document(&world.story, document);
    snprintf(path, sizeof path, "machine-memory-%ld.db.left", (long)getpid());
    past_world_leave(&world, path);
}

static dealer_status drop(dealer_status status, dealer_text *text) {
    dealer_text_free(text);
    return status;
}

static dealer_status ask_life(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_machine_life(session, &text, machine);
    return drop(status, text);
}

static dealer_status ask_age(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_stock_age(session, &text, "2026-03-05");
    return drop(status, text);
}

static dealer_status ask_overdue(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_claims_overdue(session, &text, "2026-09-01");
    return drop(status, text);
}

static dealer_status submit_paper(dealer_session *session) {
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    dealer_status status = dealer_document_open(session, &document, paper);
    if (!status) status = dealer_document_submit(session, &decision, document);
    dealer_decision_free(decision);
    dealer_document_free(document);
    return status;
}

static void test_memory__refused_to_a_stock_out(void **state) {
    (void)state;
    prepare("stock_out_draft", "stock_out");
    memory_walk(path, "zhou", submit_paper);
    memory_walk(path, "zhou", ask_age);
    story_remove_file(path);
}

static void test_memory__refused_to_a_plan_and_to_questions(void **state) {
    (void)state;
    prepare("plan_draft", "plan");
    memory_walk(path, "chen", submit_paper);
    memory_walk(path, "wang", ask_life);
    story_remove_file(path);
    prepare("plan", "plan");
    memory_walk(path, "chen", ask_overdue);
    story_remove_file(path);
}

static void test_memory__refused_to_a_rental(void **state) {
    (void)state;
    prepare("rental_draft", "rental");
    memory_walk(path, "luo", submit_paper);
    story_remove_file(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__refused_to_a_stock_out),
        cmocka_unit_test(test_memory__refused_to_a_plan_and_to_questions),
        cmocka_unit_test(test_memory__refused_to_a_rental),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
