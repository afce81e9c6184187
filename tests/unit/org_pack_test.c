/* An organisation as bytes and back: the same in everything, shared where it is the same, and refused or harmless when a byte is wrong. */
#include "base/text.h"
#include "org/pack.h"
#include "support/failing_allocator.h"
#include "support/org_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Every member that a configuration may have. */
static const char *const whole =
    "{'group':{'code':'G','name':'集团'},'companies':[{'code':'A','name':'甲','kinds':['sales','service'],'currency':'CNY'},"
    "{'code':'B','name':'乙','kinds':['service'],'currency':'USD','parent':'A'}],"
    "'departments':[{'code':'A1','name':'一','company':'A','head':'z','deputies':['z','w']},"
    "{'code':'A2','name':'二','company':'A','parent':'A1'},{'code':'B1','name':'三','company':'B'}],"
    "'posts':[{'code':'p','name':'岗','grants':[{'functions':['visit.*','trade_in.read'],'scope':'departments','departments':['A1'],"
    "'condition':{'field':'status','op':'=','value':'draft'}},{'functions':['sales.read'],'scope':'company','deny':true,"
    "'condition':{'field':'status','op':'=','value':'draft'}}],'fields':[{'type':'sales','hidden':['price'],'fixed':['price']}]},"
    "{'code':'q','name':'服','grants':[{'functions':['service_order.*'],'scope':'companies_and_below','companies':['A','B']}]},"
    "{'code':'r','name':'停','disabled':true,'grants':[{'functions':['*.*'],'scope':'group'}]},{'code':'s','name':'无'}],"
    "'employees':[{'code':'z','name':'张','department':'A2','posts':[{'post':'p','from':'2026-01-01'},{'post':'q','department':'B1',"
    "'to':'2026-07-01T08:00:00Z'},{'post':'r','company':'B'}],'grants':[{'functions':['contract.read'],'scope':'self','to':'2026-02-01',"
    "'in':{'company':'B'},'condition':{'field':'status','op':'=','value':'approved'}}],"
    "'substitutes':[{'person':'w','from':'2026-03-01','to':'2026-04-01'}],'service_roles':[{'company':'B','sites':['s','t'],"
    "'warehouse':'W','quota':{'amount_minor':5000,'currency':'USD','period':'quarter'}}]},"
    "{'code':'w','name':'王','department':'A1','disabled':true}],'separation':[{'posts':['p','s']},"
    "{'did':'sales.create','may_not':'sales.review'}],'reviews':[{'type':'contract','way':'none'}]}";

struct packed {
    struct org_world world; /* of which it was made */
    struct text people, posts;
    struct org_bytes people_bytes, posts_bytes;
};

static struct org_bytes bytes_of(const struct text *text) {
    return (struct org_bytes){(const uint8_t *)text->data, text->length};
}

static int setup(void **state) {
    struct packed *packed = calloc(1, sizeof *packed);
    org_world_open(&packed->world, whole);
    text_init(&packed->people, &packed->world.env);
    text_init(&packed->posts, &packed->world.env);
    assert_int_equal(org_pack(&packed->world.env, packed->world.org, &packed->people, &packed->posts), DEALER_OK);
    packed->people_bytes = bytes_of(&packed->people);
    packed->posts_bytes = bytes_of(&packed->posts);
    *state = packed;
    return 0;
}

static int teardown(void **state) {
    struct packed *packed = *state;
    text_finish(&packed->people);
    text_finish(&packed->posts);
    org_world_close(&packed->world);
    free(packed);
    return 0;
}

static char *written(struct env *env, const struct org *org) {
    struct json *json = NULL;
    assert_int_equal(json_new(env, &json), DEALER_OK);
    char *text = json_write(env, org_to_json(org, json), true, false, NULL);
    assert_non_null(text);
    json_free(json);
    return text;
}

static void assert_written_as(struct env *env, const struct org *org, const char *expected) {
    char *text = written(env, org);
    assert_string_equal(text, expected);
    env_free(env, text);
}

/* Straight from the configuration, which org_world_open does not keep. */
static struct org *load(struct packed *packed) {
    struct env *env = &packed->world.env;
    struct org *org = NULL;
    int64_t next = 0;
    assert_int_equal(org_load(env, json_root(packed->world.configuration), NULL, NULL, &org), DEALER_OK);
    assert_int_equal(org_assign_ids(env, org, org_world_identify, &next), DEALER_OK);
    return org;
}

static void test_org_pack__keeps_everything_and_gives_the_same_bytes_again(void **state) {
    struct packed *packed = *state;
    struct env *env = &packed->world.env;
    struct org *loaded = load(packed);
    char *expected = written(env, loaded);
    struct text people, posts;
    text_init(&people, env);
    text_init(&posts, env);
    assert_written_as(env, packed->world.org, expected);
    assert_int_equal(org_pack(env, loaded, &people, &posts), DEALER_OK);
    assert_int_equal(people.length, packed->people.length);
    assert_memory_equal(people.data, packed->people.data, people.length);
    assert_int_equal(posts.length, packed->posts.length);
    assert_memory_equal(posts.data, packed->posts.data, posts.length);
    text_finish(&people);
    text_finish(&posts);
    env_free(env, expected);
    org_free(loaded);
}

static void test_org_unpack__finds_by_code_and_id_and_knows_holders(void **state) {
    struct packed *packed = *state;
    const struct org *org = packed->world.org;
    struct org *loaded = load(packed);
    int holders[4], place = org_post_by_code(org, "p");
    for (int e = 0; e < loaded->employee_count; e++) {
        assert_int_equal(org_employee_by_code(org, loaded->employees[e].code), e);
        assert_int_equal(org_employee_by_id(org, loaded->employees[e].id), e);
    }
    for (int d = 0; d < loaded->department_count; d++) {
        assert_int_equal(org_department_by_code(org, loaded->departments[d].code), d);
        assert_int_equal(org->departments[d].last, loaded->departments[d].last);
        assert_int_equal(org->departments[d].order, d);
    }
    for (int c = 0; c < loaded->company_count; c++) {
        assert_int_equal(org_company_by_id(org, loaded->companies[c].id), c);
        assert_int_equal(org->company_order[c], loaded->company_order[c]);
    }
    struct org_place anywhere = {place, -1, -1, false};
    assert_int_equal(org_holders(org, &anywhere, org_world_at("2026-05-01"), holders, 4), 1);
    assert_int_equal(holders[0], org_employee_by_code(org, "z"));
    org_free(loaded);
}

static void test_org_unpack__shares_people_who_are_the_same(void **state) {
    struct packed *packed = *state;
    struct env *env = &packed->world.env;
    char *expected = written(env, packed->world.org);
    struct org *first = NULL, *second = NULL, *third = NULL;
    assert_int_equal(org_unpack(env, &packed->people_bytes, NULL, &packed->posts_bytes, &first), DEALER_OK);
    assert_int_equal(org_unpack(env, &(struct org_bytes){NULL, 0}, first, &packed->posts_bytes, &second), DEALER_OK);
    assert_ptr_equal(first->employees, second->employees);
    assert_ptr_not_equal(first->posts, second->posts);
    org_free(first); /* the others keep what they share */
    assert_int_equal(org_unpack(env, &(struct org_bytes){NULL, 0}, second, &packed->posts_bytes, &third), DEALER_OK);
    org_free(second);
    assert_written_as(env, third, expected);
    assert_int_equal(org_post_by_code(third, "q"), 1);
    org_free(third);
    env_free(env, expected);
}

/* Whoever reads it may ask it everything. */
static void use(struct packed *packed, const struct org *org) {
    struct env *env = &packed->world.env;
    struct permissions *permissions = NULL;
    struct json *json = NULL;
    if (permissions_compile(env, org, packed->world.catalogue, NULL, NULL, &permissions) == DEALER_OK) {
        assert_int_equal(permissions_settle(env, permissions, NULL), DEALER_OK);
        assert_int_equal(json_new(env, &json), DEALER_OK);
        for (int e = 0; e < org->employee_count; e++) {
            json_value *functions = NULL;
            permission_functions_of(env, permissions, e, org_world_at("2026-03-05"), json, &functions);
        }
        for (int d = 0; d < org->department_count; d++) org_nearest_head(org, d, -1);
        json_free(json);
    }
    permissions_free(permissions);
    error_clear(&env->error);
}

static void try_bytes(struct packed *packed, const struct org_bytes *people, const struct org_bytes *posts, bool may_be_sound) {
    struct env *env = &packed->world.env;
    struct org *org = NULL;
    dealer_status status = org_unpack(env, people, NULL, posts, &org);
    if (status != DEALER_OK) {
        assert_int_equal(status, DEALER_E_CORRUPT);
        assert_null(org);
        error_clear(&env->error);
        return;
    }
    assert_true(may_be_sound);
    use(packed, org);
    org_free(org);
}

/* Another letter in a name cannot be told (the seal of the store does); whatever counts, refers or orders is. */
static void try_each_byte(struct packed *packed, const struct org_bytes *bytes, bool of_people) {
    static const uint8_t flips[] = {1, 2, 0x40, 0x80, 0xFF};
    uint8_t *copy = malloc(bytes->length);
    for (size_t i = 0; i < bytes->length; i++) {
        for (size_t f = 0; f < sizeof flips; f++) {
            memcpy(copy, bytes->data, bytes->length);
            copy[i] ^= flips[f];
            struct org_bytes wrong = {copy, bytes->length};
            try_bytes(packed, of_people ? &wrong : &packed->people_bytes, of_people ? &packed->posts_bytes : &wrong, true);
        }
    }
    free(copy);
}

static void test_org_unpack__survives_every_wrong_byte(void **state) {
    struct packed *packed = *state;
    try_each_byte(packed, &packed->people_bytes, true);
    try_each_byte(packed, &packed->posts_bytes, false);
}

/* In a block of just that size, so that whatever reads on is caught. */
static void test_org_unpack__refuses_what_was_cut_off(void **state) {
    struct packed *packed = *state;
    const struct org_bytes *wholes[] = {&packed->people_bytes, &packed->posts_bytes};
    for (int part = 0; part < 2; part++) {
        for (size_t length = 0; length < wholes[part]->length; length++) {
            uint8_t *copy = malloc(length + (length == 0));
            memcpy(copy, wholes[part]->data, length);
            struct org_bytes cut = {copy, length};
            try_bytes(packed, part == 0 ? &cut : &packed->people_bytes, part == 0 ? &packed->posts_bytes : &cut, false);
            free(copy);
        }
    }
}

static void test_org_unpack__refuses_the_posts_of_other_people(void **state) {
    struct packed *packed = *state;
    struct org_world other;
    struct text people, posts;
    org_world_open(&other,
        "{'group':{'code':'G','name':'g'},'companies':[{'code':'A','name':'a','kinds':['sales'],'currency':'CNY'}],"
        "'departments':[{'code':'A1','name':'a','company':'A'}],'posts':[{'code':'p','name':'p','grants':[]}],"
        "'employees':[{'code':'z','name':'z','department':'A1','posts':[{'post':'p'}]}]}");
    text_init(&people, &other.env);
    text_init(&posts, &other.env);
    assert_int_equal(org_pack(&other.env, other.org, &people, &posts), DEALER_OK);
    struct org_bytes few = bytes_of(&posts), fewer = bytes_of(&people);
    try_bytes(packed, &packed->people_bytes, &few, false);
    try_bytes(packed, &fewer, &packed->posts_bytes, false);
    text_finish(&people);
    text_finish(&posts);
    org_world_close(&other);
}

static dealer_status there_and_back(struct env *env, const struct org *org) {
    struct text people, posts;
    struct org *again = NULL, *shared = NULL;
    text_init(&people, env);
    text_init(&posts, env);
    dealer_status status = org_pack(env, org, &people, &posts);
    struct org_bytes people_bytes = bytes_of(&people), posts_bytes = bytes_of(&posts);
    if (status == DEALER_OK) status = org_unpack(env, &people_bytes, NULL, &posts_bytes, &again);
    if (status == DEALER_OK) status = org_unpack(env, &people_bytes, again, &posts_bytes, &shared);
    org_free(again);
    org_free(shared);
    text_finish(&people);
    text_finish(&posts);
    return status;
}

static void test_org_pack__survives_every_refused_allocation(void **state) {
    const struct packed *packed = *state;
    size_t point = 0;
    for (bool hit = true; hit;) {
        struct failing_allocator allocator;
        struct seams seams;
        struct env env;
        failing_allocator_init(&allocator, &seams, ++point, false);
        env_init(&env, &seams);
        dealer_status status = there_and_back(&env, packed->world.org);
        hit = allocator.hit;
        assert_int_equal(status, hit ? DEALER_E_NOMEM : DEALER_OK);
        env_finish(&env);
        assert_int_equal(allocator.outstanding, 0);
    }
    assert_true(point > 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_org_pack__keeps_everything_and_gives_the_same_bytes_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_org_unpack__finds_by_code_and_id_and_knows_holders, setup, teardown),
        cmocka_unit_test_setup_teardown(test_org_unpack__shares_people_who_are_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(test_org_unpack__survives_every_wrong_byte, setup, teardown),
        cmocka_unit_test_setup_teardown(test_org_unpack__refuses_what_was_cut_off, setup, teardown),
        cmocka_unit_test_setup_teardown(test_org_unpack__refuses_the_posts_of_other_people, setup, teardown),
        cmocka_unit_test_setup_teardown(test_org_pack__survives_every_refused_allocation, setup, teardown),
    };
    return cmocka_run_group_tests_name("org_pack", tests, NULL, NULL);
}
