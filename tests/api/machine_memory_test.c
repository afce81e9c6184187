/* Memory that runs out at every point of papers that move machines, of questions about them, and of submissions that rules route or refuse:
 * a clean error, nothing half done. */
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

/* steps: played after the scene; NULL: none. */
static void prepare_with(const char *scene, const char *document, const char *steps) {
    struct past_world world;
    past_world_open(&world, "machine-memory", 0);
    json_t *begin = json_pack("{s:[s],s:[]}", "with", scene, "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
    if (steps) past_world_play(&world, steps);
    if (json_object_get(world.story.documents, "machine")) machine = story_document(&world.story, "machine");
    paper = story_document(&world.story, document);
    snprintf(path, sizeof path, "machine-memory-%ld.db.left", (long)getpid());
    past_world_leave(&world, path);
}

static void prepare(const char *scene, const char *document) {
    prepare_with(scene, document, NULL);
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

static dealer_status ask_reports(dealer_session *session) {
    static const char *const asked[][2] = {{"trade_ins", "{\"by\":[\"person\"]}"}, {"stock", "{\"by\":[\"warehouse\"]}"},
        {"waiting", "{\"by\":[\"department\"],\"from\":\"2026-01\",\"to\":\"2026-12\"}"},
        {"forecast", "{\"where\":{\"field\":\"quantity\",\"op\":\">\",\"value\":0}}"}};
    dealer_status status = DEALER_OK;
    for (size_t i = 0; !status && i < sizeof asked / sizeof asked[0]; i++) {
        dealer_text *text = NULL;
        status = dealer_report(session, &text, asked[i][0], asked[i][1], strlen(asked[i][1]));
        drop(status, text);
    }
    return status;
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
    remove_store(path);
}

static void test_memory__refused_to_a_return_to_the_maker(void **state) {
    (void)state;
    prepare_with("purchase", "out",
        "[{\"as\":\"zhou\",\"do\":\"derive\",\"type\":\"stock_in\",\"from\":\"purchase\",\"document\":\"in\",\"fields\":{\"source\":\"purchase\","
        "\"warehouse\":\"W\",\"received_on\":\"2026-03-03\"},\"then\":\"submit\"},"
        "{\"as\":\"zhou\",\"do\":\"follow\",\"document\":\"in\",\"field\":\"machine\",\"name\":\"machine\"},"
        "{\"as\":\"zhou\",\"do\":\"new\",\"type\":\"stock_out\",\"document\":\"out\",\"fields\":{\"reason\":\"to_maker\",\"machine\":\"@machine\","
        "\"issued_on\":\"2026-03-04\"}}]");
    memory_walk(path, "zhou", submit_paper);
    remove_store(path);
}

static void test_memory__refused_to_a_return_of_old_parts(void **state) {
    (void)state;
    prepare_with("service", "second",
        "[{\"as\":\"he\",\"do\":\"submit\",\"document\":\"order\"},"
        "{\"as\":\"he\",\"do\":\"derive\",\"type\":\"old_part_return\",\"from\":\"order\",\"document\":\"first\",\"fields\":{\"arrived_on\":\"2026-03-05\","
        "\"parts\":[{\"part\":\"滤芯\",\"quantity\":1}]},\"then\":\"submit\"},"
        "{\"as\":\"he\",\"do\":\"derive\",\"type\":\"old_part_return\",\"from\":\"order\",\"document\":\"second\",\"fields\":{\"arrived_on\":\"2026-03-05\","
        "\"parts\":[{\"part\":\"滤芯\",\"quantity\":3}]}}]");
    memory_walk(path, "he", submit_paper);
    remove_store(path);
}

static dealer_status void_paper(dealer_session *session) {
    dealer_document *document = NULL;
    dealer_status status = dealer_document_open(session, &document, paper);
    if (!status) status = dealer_document_void(session, document, "x");
    dealer_document_free(document);
    return status;
}

/* The wish goes into a flow, and the story of it is read by who may not see why. */
static dealer_status read_story(dealer_session *session) {
    dealer_text *text = NULL;
    dealer_status status = dealer_document_history(session, &text, paper);
    return drop(status, text);
}

static void test_memory__refused_to_a_wish_to_void_and_its_story(void **state) {
    static const char wished[] =
        "[{\"do\":\"configure\",\"change\":{\"reviews\":[{\"type\":\"sales\",\"event\":\"void\",\"way\":\"approval\"}],"
        "\"posts\":[{\"code\":\"hides\",\"name\":\"遮\",\"grants\":[{\"functions\":[\"sales.read\"],\"scope\":\"company\"}],"
        "\"fields\":[{\"type\":\"sales\",\"hidden\":[\"void_reason\"]}]}],"
        "\"employees\":[{\"code\":\"xu\",\"posts\":[{\"post\":\"hides\",\"company\":\"HT-SH\"}]}]}}%s]";
    char steps[1000];
    (void)state;
    snprintf(steps, sizeof steps, wished, "");
    prepare_with("sales", "sales", steps);
    memory_walk(path, "wang", void_paper);
    remove_store(path);
    snprintf(steps, sizeof steps, wished, ",{\"as\":\"wang\",\"do\":\"void\",\"document\":\"sales\",\"reason\":\"x\"}");
    prepare_with("sales", "sales", steps);
    memory_walk(path, "xu", read_story);
    remove_store(path);
}

static void test_memory__refused_to_a_plan_and_to_questions(void **state) {
    (void)state;
    prepare("plan_draft", "plan");
    memory_walk(path, "chen", submit_paper);
    memory_walk(path, "wang", ask_life);
    remove_store(path);
    prepare("plan", "plan");
    memory_walk(path, "chen", ask_overdue);
    remove_store(path);
}

static void test_memory__refused_to_reports_with_hidden_fields(void **state) {
    (void)state;
    prepare_with("dispatch_submitted", "dispatch",
        "[{\"do\":\"configure\",\"change\":{\"posts\":[{\"code\":\"sales_manager\",\"fields\":[{\"type\":\"contract\",\"hidden\":[\"price\"]},"
        "{\"type\":\"pre_order\",\"hidden\":[\"budget\"]},{\"type\":\"machine\",\"hidden\":[\"cost\",\"warehouse\"]}]}]}}]");
    memory_walk(path, "wang", ask_reports);
    remove_store(path);
}

static void test_memory__refused_to_a_rental(void **state) {
    (void)state;
    prepare("rental_draft", "rental");
    memory_walk(path, "luo", submit_paper);
    remove_store(path);
}

/* A rule chooses in a sub-flow: what it was asked is logged with all else. */
static void test_memory__refused_to_a_submission_that_a_rule_routes(void **state) {
    (void)state;
    prepare_with("sales_draft", "sales",
        "[{\"as\":\"system\",\"do\":\"publish\",\"files\":{"
        "\"choice/sales.lua\":\"return { id = 'choice.sales', title = { en = 'c', zh = 'c' }, type = 'sales', choose = function(input, dealer) "
        "dealer.lookup('market_statistics', { currency = 'CNY' }) return { people = { { employee = 'chen', en = 'c', zh = 'c' } } } end }\","
        "\"flow/inner.lua\":\"return { id = 'flow.inner', title = { en = 'i', zh = 'i' }, type = 'sales', flow = { id = 'inner', sub_only = true, "
        "title = { en = 'i', zh = 'i' }, nodes = { { id = 'x', kind = 'approve', title = { en = 'x', zh = 'x' }, who = { rule = 'choice.sales' } } } } }\","
        "\"flow/sales.lua\":\"return { id = 'flow.sales', title = { en = 's', zh = 's' }, type = 'sales', flow = { id = 'sales', title = { en = 's', "
        "zh = 's' }, nodes = { { id = 's', kind = 'sub_flow', title = { en = 's', zh = 's' }, flow = 'flow.inner' } } } }\"}}]");
    memory_walk(path, "zhang", submit_paper);
    remove_store(path);
}

/* A policy refuses: nothing is kept but the log, in a transaction of its own. */
static void test_memory__refused_to_a_submission_that_a_policy_refuses(void **state) {
    (void)state;
    prepare_with("sales_draft", "sales",
        "[{\"as\":\"system\",\"do\":\"publish\",\"files\":{\"policy/sales.lua\":\"return { id = 'policy.sales', title = { en = 'p', zh = 'p' }, "
        "type = 'sales', decide = function() return { outcome = 'refuse', reasons = { { id = 'no', en = 'no', zh = 'no' } } } end }\"}}]");
    memory_walk(path, "zhang", submit_paper);
    remove_store(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__refused_to_a_stock_out),
        cmocka_unit_test(test_memory__refused_to_a_return_to_the_maker),
        cmocka_unit_test(test_memory__refused_to_a_return_of_old_parts),
        cmocka_unit_test(test_memory__refused_to_a_wish_to_void_and_its_story),
        cmocka_unit_test(test_memory__refused_to_a_plan_and_to_questions),
        cmocka_unit_test(test_memory__refused_to_reports_with_hidden_fields),
        cmocka_unit_test(test_memory__refused_to_a_rental),
        cmocka_unit_test(test_memory__refused_to_a_submission_that_a_rule_routes),
        cmocka_unit_test(test_memory__refused_to_a_submission_that_a_policy_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
