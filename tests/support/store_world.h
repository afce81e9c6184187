/* A store with a small organisation in it, and what tests of the store ask of it. Any unexpected failure fails the test that
 * called. Closing verifies the store, and that no memory is left.
 *
 * The group has companies HT-SH and HT-DB. Departments of HT-SH in tree order: SH 0 (SH-1 1, SH-2 2 (SH-2-1 3)), of HT-DB: DB 4.
 * Employees zhang, li, wang, gone. Own fields: trade_in.warranty_months (integer), trade_in.colour (text); own type: trial. */
#ifndef SUPPORT_STORE_WORLD_H
#define SUPPORT_STORE_WORLD_H

#include "catalogue/document.h"
#include "org/org.h"
#include "store/document_store.h"
#include "store/record_store.h"
#include "store/store.h"
#include "support/failing_allocator.h"

struct store_world {
    struct failing_allocator allocator;
    struct seams seams;
    struct env env;
    char folder[64], path[96];
    struct json *configuration;
    struct org *org;
    struct catalogue *catalogue;
    struct store *store;
    struct connection *connection;
    int64_t now_ms;
    bool broken; /* the test breaks invariants on purpose: closing does not verify */
};

#define STORE_WORLD_KEY "a key for tests"

void store_world_open(struct store_world *world, bool in_memory);
void store_world_close(struct store_world *world);
/* The store closed and opened again, the same connection in world->connection. */
void store_world_reopen(struct store_world *world);
struct store_options store_world_options(const char *path);

void store_world_begin(struct store_world *world);
void store_world_commit(struct store_world *world);
/* store_verify and the journal's chain find nothing. */
void store_world_assert_sound(struct store_world *world);
size_t store_world_findings(struct store_world *world);

/* DEALER_OK expected; prints the error otherwise. */
void store_world_succeed(struct store_world *world, dealer_status status);
/* This status and message id expected, error cleared after. */
void store_world_refused(struct store_world *world, dealer_status status, dealer_status expected, const char *id);

int64_t store_world_company(const struct store_world *world, const char *code);
int64_t store_world_department(const struct store_world *world, const char *code);
int64_t store_world_employee(const struct store_world *world, const char *code);
const struct catalogue_type *store_world_type(const struct store_world *world, const char *name);
const struct catalogue_field *store_world_field(const struct store_world *world, const char *type, const char *field);

/* A draft of HT-SH, in a department and of an owner, not inserted. */
struct document *store_world_draft(struct store_world *world, const char *type, const char *department, const char *owner);
void store_world_put(struct store_world *world, struct document *document, const char *field, const char *text);
void store_world_put_integer(struct store_world *world, struct document *document, const char *field, int64_t value);
/* Drafted, inserted in the running transaction, freed: its id. */
int64_t store_world_insert(struct store_world *world, const char *type, const char *department, const char *owner);
struct document *store_world_load(struct store_world *world, int64_t id);
void store_world_assert_equal(struct store_world *world, const struct document *a, const struct document *b);

/* SQL from outside, on another connection to the file (or, in memory, on the world's own): text of the first column of the
 * first row ("" when none), in malloc memory. NULL when SQLite refuses it. */
char *store_world_ask(struct store_world *world, const char *sql);
bool store_world_run(struct store_world *world, const char *sql);
/* The first step of a statement's query plan that reads all of a table or sorts; false when there is none. Fails the test when
 * SQLite can't prepare the statement. */
bool store_world_plan_flaw(struct store_world *world, const char *sql, char *step_out, size_t size);
bool store_world_plan_has(struct store_world *world, const char *sql, const char *step); /* a step that says this */
/* Without a world, on a file, under malloc. */
bool sqlite_run_on(const char *path, const char *sql);
/* A foreign connection that holds the file's write lock until it is ended. */
void *sqlite_lock(const char *path);
void sqlite_unlock(void *lock);

char *file_read(const char *path, size_t *size_out); /* malloc */
void file_write(const char *path, const void *data, size_t size);
void file_copy(const char *from, const char *to);

#endif
