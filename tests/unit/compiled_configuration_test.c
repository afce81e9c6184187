/* The compiled configuration in the store: every session is answered by it, and nothing that was put in its place is believed. */
#include "api/handles.h"
#include "store/connection.h"
#include "support/store_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char path[] = "compiled-configuration.db", other_path[] = "compiled-configuration-other.db";

/* li reads in his department, or in all of the company. */
static const char form[] =
    "{\"group\":{\"code\":\"G\",\"name\":\"G\"},\"companies\":[{\"code\":\"A\",\"name\":\"A\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}],"
    "\"departments\":[{\"code\":\"A1\",\"name\":\"A1\",\"company\":\"A\"},{\"code\":\"A2\",\"name\":\"A2\",\"company\":\"A\"}],"
    "\"posts\":[{\"code\":\"reader\",\"name\":\"R\",\"grants\":[{\"functions\":[\"visit.read\"],\"scope\":\"%s\"}]}],"
    "\"employees\":[{\"code\":\"li\",\"name\":\"%s\",\"department\":\"A2\",\"posts\":[{\"post\":\"reader\"}]}]}";

struct house {
    dealer_store *store;
    dealer_session *system;
};

static int64_t at_noon(void *user_data) {
    (void)user_data;
    return INT64_C(1772424000000);
}

static void must(dealer_status status, const dealer_error *error) {
    if (status) print_error("%s\n", dealer_error_message(error, 0, DEALER_LANGUAGE_EN));
    assert_int_equal(status, DEALER_OK);
}

/* key NULL: none. */
static struct house open_house(const char *file, const char *key) {
    struct house house = {NULL, NULL};
    dealer_error *error = NULL;
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    options.now_utc_ms = at_noon;
    options.journal_key = (const uint8_t *)key;
    options.journal_key_length = key ? strlen(key) : 0;
    must(dealer_store_open(&house.store, &error, file, &options), error);
    must(dealer_session_open_system(house.store, &house.system, &error, "test"), error);
    return house;
}

static void close_house(struct house *house) {
    dealer_session_close(house->system);
    dealer_store_close(house->store);
}

static void configure(struct house *house, const char *scope, const char *name) {
    char text[sizeof form + 40];
    snprintf(text, sizeof text, form, scope, name);
    must(dealer_configuration_apply(house->system, NULL, text, strlen(text), 0), dealer_session_error(house->system));
}

/* May li read in the other department? */
static bool may(struct house *house) {
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    dealer_text *text = NULL;
    must(dealer_session_open(house->store, &session, &error, "li"), error);
    must(dealer_visible_departments(session, &text, "visit.read"), dealer_session_error(session));
    bool found = strstr(dealer_text_data(text), "\"A1\"") != NULL;
    dealer_text_free(text);
    dealer_session_close(session);
    return found;
}

/* The snapshot that was used last. */
static const struct deal_snapshot *snapshot_of(const struct house *house) {
    return house->store->core->snapshots.items[0];
}

/* As somebody who can write the file, but has no key. */
static void tamper(struct house *house, const char *sql) {
    struct env env;
    struct connection *connection = NULL;
    struct core *core = house->store->core;
    env_init(&env, &core->seams);
    assert_int_equal(store_acquire(&env, core->store, &connection), DEALER_OK);
    dealer_status status = connection_execute(&env, connection, sql);
    if (status) print_error("%s\n", env.error.entries[0].en);
    assert_int_equal(status, DEALER_OK);
    store_release(core->store, connection);
    env_finish(&env);
}

static void expect(const char *key, bool compiled, bool allowed) {
    struct house house = open_house(path, key);
    assert_int_equal(may(&house), allowed);
    assert_int_equal(snapshot_of(&house)->compiled, compiled);
    close_house(&house);
}

static int teardown(void **state) {
    (void)state;
    remove_store(path);
    remove_store(other_path);
    return 0;
}

static int setup(void **state) {
    return teardown(state);
}

static void test_compiled__answers_as_the_text_does(void **state) {
    static const char *const keys[] = {NULL, "key"};
    for (int k = 0; k < 2; k++) {
        for (int allowed = 0; allowed < 2; allowed++) {
            teardown(state);
            struct house house = open_house(path, keys[k]);
            configure(&house, allowed ? "company" : "department", "L");
            close_house(&house);
            expect(keys[k], true, allowed);
            house = open_house(path, keys[k]);
            tamper(&house, "DELETE FROM configuration_compiled");
            close_house(&house);
            expect(keys[k], false, allowed);
        }
    }
}

static void test_compiled__is_made_again_by_a_tick(void **state) {
    (void)state;
    dealer_text *text = NULL;
    struct house house = open_house(path, "key");
    configure(&house, "company", "L");
    tamper(&house, "UPDATE configuration_compiled SET format = format + 1");
    close_house(&house);
    expect("key", false, true); /* of another release */
    house = open_house(path, "key");
    must(dealer_tick(house.system, &text, 10), dealer_session_error(house.system));
    dealer_text_free(text);
    close_house(&house);
    expect("key", true, true);
}

/* Whatever is damaged is not believed, and the text says what is right. */
static void test_compiled__is_not_believed_with_anything_changed(void **state) {
    static const char *const changes[] = {"format = format + 1", "seal = zeroblob(32)", "people_digest = zeroblob(32)",
        "posts = CAST(posts || x'00' AS BLOB)", "posts = substr(posts, 1, length(posts) - 1)", "posts = x''", "people = x''",
        "people = substr(people, 1, length(people) - 1)", "people = CAST(replace(people, 'li', 'lo') AS BLOB)",
        "posts = CAST(replace(posts, 'visit', 'sales') AS BLOB)"};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char sql[160];
        teardown(state);
        struct house house = open_house(path, i % 2 ? "key" : NULL);
        configure(&house, "department", "L");
        snprintf(sql, sizeof sql, "UPDATE configuration_compiled SET %s", changes[i]);
        tamper(&house, sql);
        close_house(&house);
        expect(i % 2 ? "key" : NULL, false, false);
    }
}

/* What was granted once is sealed with the version that granted it. */
static void test_compiled__of_an_earlier_version_is_not_believed(void **state) {
    static const char *const keys[] = {NULL, "key"};
    for (int k = 0; k < 2; k++) {
        teardown(state);
        struct house house = open_house(path, keys[k]);
        configure(&house, "company", "L");
        tamper(&house, "CREATE TABLE kept AS SELECT * FROM configuration_compiled");
        configure(&house, "department", "L");
        tamper(&house, "UPDATE configuration_compiled SET (seal, people_digest, posts, people) = "
                       "(SELECT seal, people_digest, posts, people FROM kept)");
        close_house(&house);
        expect(keys[k], false, false);
    }
}

/* The same version, the same people, a wider grant: made by the library itself, but elsewhere. */
static void test_compiled__under_another_key_is_not_believed(void **state) {
    static const char *const keys[] = {NULL, "another key"};
    for (int k = 0; k < 2; k++) {
        teardown(state);
        struct house other = open_house(other_path, keys[k]), house = open_house(path, "key");
        configure(&other, "company", "L");
        close_house(&other);
        configure(&house, "department", "L");
        tamper(&house,
            "ATTACH 'compiled-configuration-other.db' AS o; UPDATE configuration_compiled SET (seal, people_digest, posts, "
            "people) = (SELECT seal, people_digest, posts, people FROM o.configuration_compiled); DETACH o");
        close_house(&house);
        expect("key", false, false);
    }
}

/* Nor with the same key, when the text is another. */
static void test_compiled__of_another_text_is_not_believed(void **state) {
    (void)state;
    struct house other = open_house(other_path, "key"), house = open_house(path, "key");
    configure(&other, "company", "L");
    close_house(&other);
    configure(&house, "department", "L");
    tamper(&house,
        "ATTACH 'compiled-configuration-other.db' AS o; UPDATE configuration_compiled SET (seal, people_digest, posts, people) "
        "= (SELECT seal, people_digest, posts, people FROM o.configuration_compiled); DETACH o");
    close_house(&house);
    expect("key", false, false);
}

static void test_a_changed_grant__shares_people_and_types_here_and_in_other_processes(void **state) {
    (void)state;
    struct house here = open_house(path, "key");
    configure(&here, "department", "L");
    struct house there = open_house(path, "key");
    struct house *const houses[] = {&here, &there};
    const struct org_employee *people[2];
    const struct catalogue *types[2];
    for (int i = 0; i < 2; i++) {
        assert_false(may(houses[i]));
        people[i] = snapshot_of(houses[i])->org->employees;
        types[i] = snapshot_of(houses[i])->catalogue;
    }
    configure(&here, "company", "L");
    for (int i = 0; i < 2; i++) {
        assert_true(may(houses[i]));
        assert_int_equal(snapshot_of(houses[i])->configuration, 2);
        assert_ptr_equal(snapshot_of(houses[i])->org->employees, people[i]);
        assert_ptr_equal(snapshot_of(houses[i])->catalogue, types[i]);
    }
    configure(&here, "department", "M"); /* and one of the people */
    for (int i = 0; i < 2; i++) {
        assert_false(may(houses[i]));
        assert_ptr_not_equal(snapshot_of(houses[i])->org->employees, people[i]);
        assert_string_equal(snapshot_of(houses[i])->org->employees[0].name, "M");
        assert_ptr_equal(snapshot_of(houses[i])->catalogue, types[i]);
    }
    close_house(&there);
    close_house(&here);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_compiled__answers_as_the_text_does, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compiled__is_made_again_by_a_tick, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compiled__is_not_believed_with_anything_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compiled__of_an_earlier_version_is_not_believed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compiled__under_another_key_is_not_believed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compiled__of_another_text_is_not_believed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_changed_grant__shares_people_and_types_here_and_in_other_processes, setup, teardown),
    };
    return cmocka_run_group_tests_name("compiled_configuration", tests, NULL, NULL);
}
