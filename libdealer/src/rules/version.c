/* Which Lua this library runs. Knows nothing else. */
#include "rules/rules.h"
#include <lua.h>

const char *rule_engine_version(void) {
    return LUA_RELEASE;
}

bool rule_engine_bundled(void) {
    return DEALER_BUNDLED_LUA;
}
