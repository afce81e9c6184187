/* Is the store sound? SQLite's own checks, then every query of invariants.sql: what they return is a finding. */
#include "base/text.h"
#include "store/statement.h"

#include <string.h>

enum { FINDINGS_PER_CHECK = 100 };

static void push_finding(struct env *env, json_value *findings, struct json *json, const char *check, const char *what) {
    struct text line;
    text_init(&line, env);
    text_add(&line, check);
    text_add(&line, ": ");
    text_add(&line, what == NULL ? "?" : what);
    json_push(json, findings, json_new_text(json, text_string(&line), line.length));
    text_finish(&line);
}

/* Damage that stops the check is a finding too; only what says nothing of the store (no memory, disk) is a failure. */
static dealer_status run_check(
    struct env *env, struct connection *connection, const char *check, const char *sql, json_value *findings, struct json *json) {
    struct statement statement = {0};
    dealer_status status = statement_lend_text(env, connection, sql, strlen(sql), &statement);
    int count = 0;
    while (count < FINDINGS_PER_CHECK && statement_next(env, &statement, &status)) {
        const char *what = column_text(&statement, 0, NULL);
        status = statement_read_status(env, &statement);
        if (status != DEALER_OK || (what != NULL && strcmp(what, "ok") == 0)) continue;
        push_finding(env, findings, json, check, what);
        count++;
    }
    statement_return(&statement);
    if (status == DEALER_E_CORRUPT || status == DEALER_E_NOT_A_STORE) {
        push_finding(env, findings, json, check, env->error.entries[0].en);
        error_clear(&env->error);
        status = DEALER_OK;
    }
    return status;
}

dealer_status store_verify(struct env *env, struct connection *connection, json_value *findings, struct json *json) {
    dealer_status status = run_check(env, connection, "integrity_check", "PRAGMA integrity_check", findings, json);
    if (status == DEALER_OK) {
        status = run_check(env, connection, "foreign_key_check",
            "SELECT \"table\" || ' ' || coalesce(rowid, '?') || ' refers to a missing ' || parent FROM pragma_foreign_key_check",
            findings, json);
    }
    for (size_t i = 0; status == DEALER_OK && i < store_invariants_count; i++) {
        status = run_check(env, connection, store_invariants[i].name, store_invariants[i].sql, findings, json);
    }
    return status == DEALER_OK ? json_status(json) : status;
}
