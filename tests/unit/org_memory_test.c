/* Every point where memory may run out while a configuration is loaded, written and given ids: NOMEM or the whole result,
 * and nothing left behind. */
#include "org/org.h"
#include "support/failing_allocator.h"
#include "support/org_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const sound =
    "{'group':{'code':'G','name':'集团'},'companies':[{'code':'A','name':'甲','kinds':['sales'],'currency':'CNY'}],"
    "'departments':[{'code':'A1','name':'一','company':'A','head':'z','deputies':['z']},"
    "{'code':'A2','name':'二','company':'A','parent':'A1'}],"
    "'posts':[{'code':'p','name':'岗','grants':[{'functions':['visit.*','trade_in.read'],'scope':'departments',"
    "'departments':['A1'],'condition':{'field':'status','op':'=','value':'draft'}}]}],"
    "'employees':[{'code':'z','name':'张','department':'A2','posts':[{'post':'p','from':'2026-01-01'}]}],'reviews':[1]}";
static const char *const unsound =
    "{'companies':[{'code':'A','name':'','kinds':['sales'],'currency':'x'}],'departments':[{'code':'A1','name':'一',"
    "'company':'B','head':'z'}],'posts':[{'code':'p','name':'岗','grants':[{'functions':['visit'],'scope':'depts'}]}]}";

static dealer_status give_ids_and_write(struct env *env, struct org *org) {
    int64_t next = 0;
    struct json *json = NULL;
    char *text = NULL;
    dealer_status status = org_assign_ids(env, org, org_world_identify, &next);
    if (status == DEALER_OK) status = json_new(env, &json);
    if (status == DEALER_OK) {
        json_value *root = org_to_json(org, json);
        status = json_status(json);
        text = status == DEALER_OK ? json_write(env, root, true, false, NULL) : NULL;
        if (status == DEALER_OK && text == NULL) status = DEALER_E_NOMEM;
    }
    env_free(env, text);
    json_free(json);
    return status;
}

static dealer_status work(struct env *env, const json_value *configuration) {
    struct json *findings = NULL;
    struct org *org = NULL;
    dealer_status status = json_new(env, &findings);
    if (status != DEALER_OK) return status;
    json_value *list = json_new_array(findings);
    status = json_status(findings);
    if (status == DEALER_OK) status = org_load(env, configuration, list, findings, &org);
    assert_true((status == DEALER_OK) == (org != NULL));
    if (status == DEALER_OK) status = give_ids_and_write(env, org);
    org_free(org);
    json_free(findings);
    return status;
}

static void walk(const char *configuration, dealer_status at_last, bool from_then_on) {
    struct seams plain;
    struct env plain_env;
    seams_defaults(&plain);
    env_init(&plain_env, &plain);
    struct json *parsed = org_world_parse(&plain_env, configuration);
    size_t point = 0;
    for (bool hit = true; hit;) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        failing_allocator_init(&allocator, &seams, ++point, from_then_on);
        env_init(&env, &seams);
        dealer_status status = work(&env, json_root(parsed));
        hit = allocator.hit;
        assert_int_equal(status, hit ? DEALER_E_NOMEM : at_last);
        assert_int_equal(error_status(&env.error), status);
        env_finish(&env);
        assert_int_equal(allocator.outstanding, 0);
    }
    assert_true(point > 5);
    json_free(parsed);
    env_finish(&plain_env);
}

static void test_org_memory__a_sound_configuration_survives_every_refusal(void **state) {
    (void)state;
    walk(sound, DEALER_OK, false);
    walk(sound, DEALER_OK, true);
}

static void test_org_memory__findings_survive_every_refusal(void **state) {
    (void)state;
    walk(unsound, DEALER_E_CONFIGURATION, false);
    walk(unsound, DEALER_E_CONFIGURATION, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_org_memory__a_sound_configuration_survives_every_refusal),
        cmocka_unit_test(test_org_memory__findings_survive_every_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
