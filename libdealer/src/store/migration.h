/* Brings a store's schema to the newest version, one transaction a step. Knows the numbers, not what the steps do. */
#ifndef STORE_MIGRATION_H
#define STORE_MIGRATION_H

#include "store/connection.h"

/* The newest schema that this library knows. */
int64_t schema_newest(void);
/* Creates or upgrades. E_STORE_OLDER when it would have to, but may only read. */
dealer_status schema_migrate(struct env *env, struct connection *connection);

#endif
