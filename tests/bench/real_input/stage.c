#include "real_input/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void tell_error(const dealer_error *error, const char *what) {
    fprintf(stderr, "\n%s: %s\n", what, dealer_status_name(dealer_error_status(error)));
    for (int32_t level = 0; level < dealer_error_depth(error); level++) {
        fprintf(stderr, "  %s: %s\n", dealer_error_id(error, level), dealer_error_message(error, level, DEALER_LANGUAGE_EN));
    }
}

void must(dealer_status status, const dealer_error *error, const char *what) {
    if (status == DEALER_OK) return;
    tell_error(error, what);
    exit(1);
}

static int64_t stage_clock(void *user_data) {
    return ((struct stage *)user_data)->now_ms;
}

void stage_remove(const char *path) {
    struct text name = {0};
    const char *const endings[] = {"", "-wal", "-shm", "-journal", ".floor", ".floor-wal", ".floor-shm"};
    for (size_t i = 0; strcmp(path, ":memory:") != 0 && i < sizeof endings / sizeof endings[0]; i++) {
        text_clear(&name);
        text_add(&name, "%s%s", path, endings[i]);
        unlink(name.data);
    }
    text_free(&name);
}

void stage_open(struct stage *stage, const char *path) {
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    dealer_error *error = NULL;
    options.now_utc_ms = stage_clock;
    options.now_user_data = stage;
    stage_remove(path);
    must(dealer_store_open(&stage->store, &error, path, &options), error, path);
    must(dealer_session_open_system(stage->store, &stage->system, &error, "measuring on real input"), error, "system session");
}

void stage_close(struct stage *stage) {
    for (int64_t i = 0; i < stage->code_count; i++) free(stage->codes[i]);
    free(stage->codes);
    dealer_session_close(stage->system);
    dealer_store_close(stage->store);
    *stage = (struct stage){0};
}

static void publish_rules(struct stage *stage) {
    dealer_text *files = NULL;
    must(dealer_rules_starter(stage->system, &files), dealer_session_error(stage->system), "starter rules");
    must(dealer_rules_publish(stage->system, NULL, dealer_text_data(files), dealer_text_length(files), 0),
        dealer_session_error(stage->system), "publishing the rules");
    dealer_text_free(files);
}

static void remember_codes(struct stage *stage) {
    dealer_text *json = NULL;
    must(dealer_organisation(stage->system, &json), dealer_session_error(stage->system), "organisation");
    const char *people = json_member(dealer_text_data(json), "employees");
    for (const char *person = json_first(people); person != NULL; person = json_after(person)) {
        int64_t id = json_number(json_member(person, "id"));
        while (id >= stage->code_count) {
            stage->codes = must_have(realloc(stage->codes, (size_t)(stage->code_count + 1024) * sizeof *stage->codes));
            for (int i = 0; i < 1024; i++) stage->codes[stage->code_count++] = NULL;
        }
        stage->codes[id] = json_plain_string(json_member(person, "code"));
    }
    dealer_text_free(json);
}

void stage_found(struct stage *stage, const char *organisation) {
    dealer_text *starter = NULL, *findings = NULL;
    struct text configuration = {0};
    must(dealer_configuration_starter(stage->system, &starter), dealer_session_error(stage->system), "starter configuration");
    text_add(&configuration, "{%s,%s", organisation, strchr(dealer_text_data(starter), '{') + 1);
    dealer_status status = dealer_configuration_apply(stage->system, &findings, configuration.data, configuration.length, 0);
    if (status != DEALER_OK && findings != NULL) fprintf(stderr, "%.2000s\n", dealer_text_data(findings));
    must(status, dealer_session_error(stage->system), "the configuration");
    dealer_text_free(findings);
    dealer_text_free(starter);
    text_free(&configuration);
    publish_rules(stage);
    remember_codes(stage);
}

dealer_session *stage_enter(struct stage *stage, const char *person) {
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    must(dealer_session_open(stage->store, &session, &error, person), error, person);
    return session;
}

void stage_add_sales(struct stage *stage, const char *sales) {
    dealer_text *report = NULL;
    must(dealer_market_add(stage->system, &report, sales, strlen(sales)), dealer_session_error(stage->system), "market");
    if (json_first(json_member(dealer_text_data(report), "refused")) != NULL) {
        fprintf(stderr, "%.2000s\n", dealer_text_data(report));
        exit(1);
    }
    dealer_text_free(report);
}
