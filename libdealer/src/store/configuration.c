/* Configuration versions, the ids of codes, and the organisation as SQL predicates and reports see it. */
#include "base/digest.h"
#include "store/messages.h"
#include "store/record_store.h"
#include "store/statement.h"

#include <string.h>

dealer_status store_versions(struct env *env, struct connection *connection, struct store_versions *out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, STATEMENT_SELECT_VERSIONS, &select);
    if (status == DEALER_OK) status = statement_step(env, &select, &row);
    if (status == DEALER_OK) {
        out->configuration = column_integer(&select, 0);
        out->rule_set = column_integer(&select, 1);
    }
    statement_return(&select);
    return status;
}

dealer_status store_configuration_save(struct env *env, struct connection *connection, const char *body, size_t length,
    struct store_stamp stamp, int64_t *version_out) {
    connection->changes_snapshots = true;
    uint8_t digest[DIGEST_SIZE];
    char hash[DIGEST_HEX_SIZE];
    digest_sha256(body, length, digest);
    digest_hex(digest, hash);
    struct statement insert = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_INSERT_CONFIGURATION, &insert);
    if (status == DEALER_OK) {
        bind_bytes_of_text(&insert, body, length);
        bind_text(&insert, hash);
        bind_integer(&insert, stamp.by);
        bind_integer(&insert, stamp.at_ms);
        status = statement_run(env, &insert, NULL);
    }
    if (status == DEALER_OK) *version_out = sqlite3_last_insert_rowid(connection->db);
    statement_return(&insert);
    return status;
}

dealer_status store_configuration_load(
    struct env *env, struct connection *connection, int64_t version, char **body_out, size_t *length_out, int64_t *version_out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(
        env, connection, version == 0 ? STATEMENT_SELECT_CONFIGURATION_NEWEST : STATEMENT_SELECT_CONFIGURATION, &select);
    if (status == DEALER_OK) {
        if (version != 0) bind_integer(&select, version);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK && !row) {
        status = error_raise(&env->error, &E_CONFIGURATION_NOT_FOUND, "version", NUMBER(version), NULL);
    }
    if (status == DEALER_OK) {
        size_t length = 0;
        const char *text = column_text(&select, 1, &length);
        char *body = text == NULL ? NULL : env_copy_text(env, text, length);
        if (text == NULL)
            status = statement_read_status(env, &select);
        else if (body == NULL)
            status = DEALER_E_NOMEM;
        if (status == DEALER_OK) {
            *body_out = body;
            *length_out = length;
            *version_out = column_integer(&select, 0);
        }
    }
    statement_return(&select);
    return status;
}

struct noun_statements {
    enum store_statement_id select, insert;
};

static const struct noun_statements noun_statements[] = {
    [ORG_COMPANY] = {STATEMENT_SELECT_COMPANY_ID, STATEMENT_INSERT_COMPANY},
    [ORG_DEPARTMENT] = {STATEMENT_SELECT_DEPARTMENT_ID, STATEMENT_INSERT_DEPARTMENT},
    [ORG_POST] = {STATEMENT_SELECT_POST_ID, STATEMENT_INSERT_POST},
    [ORG_EMPLOYEE] = {STATEMENT_SELECT_EMPLOYEE_ID, STATEMENT_INSERT_EMPLOYEE},
};

static dealer_status find_code(
    struct env *env, struct connection *connection, enum store_statement_id id, const char *code, int64_t *id_out) {
    struct statement select = {0};
    bool row = false;
    dealer_status status = statement_lend(env, connection, id, &select);
    if (status == DEALER_OK) {
        bind_text(&select, code);
        status = statement_step(env, &select, &row);
    }
    if (status == DEALER_OK) *id_out = row ? column_integer(&select, 0) : 0;
    statement_return(&select);
    return status;
}

dealer_status store_identify(
    struct env *env, struct connection *connection, enum org_noun noun, const char *code, const char *name, int64_t *id_out) {
    int64_t id = 0;
    dealer_status status = find_code(env, connection, noun_statements[noun].select, code, &id);
    if (status == DEALER_OK && id == 0) {
        struct statement insert = {0};
        status = statement_lend(env, connection, noun_statements[noun].insert, &insert);
        if (status == DEALER_OK) {
            bind_text(&insert, code);
            bind_text(&insert, name == NULL ? code : name);
            status = statement_run(env, &insert, NULL);
        }
        if (status == DEALER_OK) id = sqlite3_last_insert_rowid(connection->db);
        statement_return(&insert);
    }
    if (status == DEALER_OK) *id_out = id;
    return status;
}

dealer_status store_codes(struct env *env, struct connection *connection, enum org_noun noun,
    dealer_status (*row)(void *user_data, const char *code, int64_t id), void *user_data) {
    static const enum store_statement_id selects[] = {STATEMENT_SELECT_COMPANY_CODES, STATEMENT_SELECT_DEPARTMENT_CODES,
        STATEMENT_SELECT_POST_CODES, STATEMENT_SELECT_EMPLOYEE_CODES};
    struct statement select = {0};
    dealer_status status = statement_lend(env, connection, selects[noun], &select);
    while (statement_next(env, &select, &status)) {
        const char *code = column_text(&select, 1, NULL);
        status = code != NULL ? row(user_data, code, column_integer(&select, 0)) : statement_read_status(env, &select);
    }
    statement_return(&select);
    return status;
}

static dealer_status mark_removed(struct env *env, struct connection *connection) {
    static const enum store_statement_id marks[] = {STATEMENT_MARK_COMPANIES_REMOVED, STATEMENT_MARK_DEPARTMENTS_REMOVED,
        STATEMENT_MARK_POSTS_REMOVED, STATEMENT_MARK_EMPLOYEES_REMOVED};
    dealer_status status = DEALER_OK;
    for (size_t i = 0; status == DEALER_OK && i < sizeof marks / sizeof marks[0]; i++) {
        struct statement mark = {0};
        status = statement_lend(env, connection, marks[i], &mark);
        if (status == DEALER_OK) status = statement_run(env, &mark, NULL);
        statement_return(&mark);
    }
    return status;
}

static dealer_status sync_departments(struct env *env, struct connection *connection, const struct org *org) {
    struct statement update = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_UPDATE_DEPARTMENT, &update);
    for (int i = 0; status == DEALER_OK && i < org->department_count; i++) {
        const struct org_department *department = &org->departments[i];
        bind_text(&update, department->name);
        bind_integer(&update, org->companies[department->company].id);
        bind_nonzero(&update, department->parent < 0 ? 0 : org->departments[department->parent].id);
        bind_integer(&update, department->order);
        bind_integer(&update, department->last);
        bind_integer(&update, department->id);
        status = statement_run(env, &update, NULL);
    }
    statement_return(&update);
    return status;
}

static dealer_status sync_employees(struct env *env, struct connection *connection, const struct org *org) {
    struct statement update = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_UPDATE_EMPLOYEE, &update);
    for (int i = 0; status == DEALER_OK && i < org->employee_count; i++) {
        const struct org_employee *employee = &org->employees[i];
        bind_text(&update, employee->name);
        bind_nonzero(&update, employee->department < 0 ? 0 : org->departments[employee->department].id);
        bind_integer(&update, employee->id);
        status = statement_run(env, &update, NULL);
    }
    statement_return(&update);
    return status;
}

static dealer_status sync_name(struct env *env, struct statement *update, const char *name, int64_t id) {
    bind_text(update, name);
    bind_integer(update, id);
    return statement_run(env, update, NULL);
}

static dealer_status sync_names(struct env *env, struct connection *connection, const struct org *org) {
    struct statement company = {0}, post = {0};
    dealer_status status = statement_lend(env, connection, STATEMENT_UPDATE_COMPANY, &company);
    if (status == DEALER_OK) status = statement_lend(env, connection, STATEMENT_UPDATE_POST, &post);
    for (int i = 0; status == DEALER_OK && i < org->company_count; i++) {
        status = sync_name(env, &company, org->companies[i].name, org->companies[i].id);
    }
    for (int i = 0; status == DEALER_OK && i < org->post_count; i++) {
        status = sync_name(env, &post, org->posts[i].name, org->posts[i].id);
    }
    statement_return(&company);
    statement_return(&post);
    return status;
}

dealer_status store_organisation_sync(struct env *env, struct connection *connection, const struct org *org) {
    dealer_status status = mark_removed(env, connection);
    if (status == DEALER_OK) status = sync_names(env, connection, org);
    if (status == DEALER_OK) status = sync_departments(env, connection, org);
    if (status == DEALER_OK) status = sync_employees(env, connection, org);
    return status;
}
