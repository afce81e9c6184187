/* Memory that runs out at every point of locking, of a refusal by the lock, and of reviewing. */
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
static int64_t document;

static void prepare(const char *scene, const char *name, bool held) {
    struct past_world world;
    past_world_open(&world, "lock-memory", 0);
    json_t *begin = json_pack("{s:[s],s:[]}", "with", scene, "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
    document = story_document(&world.story, name);
    if (held)
        past_world_play(&world,
            "[{\"as\":\"feng\",\"do\":\"period\",\"company\":\"HT-SH\",\"type\":\"sales\",\"month\":\"2026-03\","
            "\"state\":\"held\"}]");
    snprintf(path, sizeof path, "lock-memory-%ld.db.left", (long)getpid());
    past_world_leave(&world, path);
}

static dealer_status lock_many(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_documents_set_locked(session, &text, &document, 1, 1);
    if (!status) assert_non_null(strstr(dealer_text_data(text), "\"ok\":true"));
    dealer_text_free(text);
    return status;
}

static dealer_status hold(dealer_session *session) {
    return dealer_period_set(session, "HT-SH", "sales", "2026-03", "held");
}

static dealer_status ask_periods(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_periods(session, &text, NULL, NULL);
    dealer_text_free(text);
    return status;
}

/* The lock is the answer that is wanted; anything else is told. */
static dealer_status save_locked(dealer_session *session) {
    dealer_document *handle = NULL;
    dealer_status status = dealer_document_open(session, &handle, document);
    if (!status) status = dealer_document_save(session, handle);
    dealer_document_free(handle);
    return status == DEALER_E_LOCKED ? DEALER_OK : status ? status : DEALER_E_INTERNAL;
}

static dealer_status refuse(dealer_session *session) {
    dealer_document *handle = NULL;
    dealer_status status = dealer_document_open(session, &handle, document);
    if (!status) status = dealer_document_refuse(session, handle, "天数过长");
    dealer_document_free(handle);
    return status;
}

static void test_memory__refused_to_locking(void **state) {
    (void)state;
    prepare("sales_draft", "sales", false);
    memory_walk(path, "feng", lock_many);
    memory_walk(path, "feng", hold);
    remove_store(path);
}

static void test_memory__refused_to_a_refusal_by_the_month(void **state) {
    (void)state;
    prepare("sales_draft", "sales", true);
    memory_walk(path, "zhang", save_locked);
    memory_walk(path, "zhang", ask_periods);
    remove_store(path);
}

static void test_memory__refused_to_a_review(void **state) {
    (void)state;
    prepare("demo_loan_submitted", "demo_loan", false);
    memory_walk(path, "wang", refuse);
    remove_store(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__refused_to_locking),
        cmocka_unit_test(test_memory__refused_to_a_refusal_by_the_month),
        cmocka_unit_test(test_memory__refused_to_a_review),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
