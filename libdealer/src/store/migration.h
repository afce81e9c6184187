/* Brings a store's schema to the newest version, one transaction a step. Knows the numbers, not what the steps do. */
#ifndef STORE_MIGRATION_H
#define STORE_MIGRATION_H

#include "store/connection.h"

/* The newest schema that this library knows. */
int64_t schema_newest(void);
/* Can this library work with it at all? E_STORE_NEWER, or E_STORE_OLDER when it may only read. Changes nothing. */
dealer_status schema_check(struct env *env, struct connection *connection);
/* Creates or upgrades what schema_check let pass. */
dealer_status schema_migrate(struct env *env, struct connection *connection);

#endif
