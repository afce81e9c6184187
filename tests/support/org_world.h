/* An organisation with its catalogue and permissions, from configuration text: what tests of these floors begin with.
 * Ids are given by place: the n-th code asked for gets the id n. Any failure fails the test that called. */
#ifndef SUPPORT_ORG_WORLD_H
#define SUPPORT_ORG_WORLD_H

#include "catalogue/document.h"
#include "org/org.h"
#include "permission/permission.h"

struct org_world {
    struct seams seams;
    struct env env;
    struct json *configuration;
    struct org *org;
    struct catalogue *catalogue;
    struct permissions *permissions;
    int64_t next_id;
};

/* Text or JSON; apostrophes in the text stand for quotation marks, so that C stays readable. */
void org_world_open(struct org_world *world, const char *configuration);
/* The same organisation by way of its bytes; the caller's. Every world goes that way, as every session does. */
struct org *org_world_repack(struct env *env, const struct org *org);
void org_world_close(struct org_world *world);

/* Loads only; the findings are the caller's to read and free. */
dealer_status org_world_findings(struct env *env, const char *configuration, struct json **findings, struct org **out);
/* A text with apostrophes as quotation marks, parsed. */
struct json *org_world_parse(struct env *env, const char *text);
/* For org_assign_ids: user_data is an int64_t that counts. */
dealer_status org_world_identify(void *user_data, enum org_noun noun, const char *code, int64_t *id_out);

/* A document of a type; company, department and owner by code, NULL for none. */
struct document *org_world_document(
    struct org_world *world, const char *type, int64_t id, const char *company, const char *department, const char *owner);
struct function org_world_function(struct org_world *world, const char *text);
/* UTC milliseconds of a date or an instant. */
int64_t org_world_at(const char *text);

#endif
