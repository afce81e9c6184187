/* JSON to Lua and back. In: null is nil, {"amount_minor","currency"} is money, all else is plain. Out: raw, typed, in
 * an order that no hashing touches, within the limits of a result; what JSON can't hold is refused with its place. */
#ifndef RULES_VALUES_H
#define RULES_VALUES_H

#include "rules/sandbox.h"

#include "base/money.h"

/* True and filled in when the value is exactly such an object. */
bool values_is_money(const json_value *value, struct money *out);
json_value *values_money(struct json *json, struct money money);

/* Inside sandbox_run. Pushes the value; every member is work. */
void values_push(lua_State *lua, const json_value *value);

enum { VALUES_PATH_SIZE = 160 };
/* What is wrong with a value, and where: "adjustments[2].amount". */
struct values_fault {
    char path[VALUES_PATH_SIZE];
    const char *expected;
    const char *found; /* "function", "infinite", ... */
};

/* Inside sandbox_run. The value at index as JSON in sandbox->answers; `depth` levels are allowed. NULL: fault_out says
 * why. Leaves with LEFT_RESULT when it is too large or too deep, with LEFT_NOMEM when memory ran out. An empty table
 * is an empty array. */
json_value *values_read(lua_State *lua, int index, const char *root, int depth, struct values_fault *fault_out);

/* The kind of the value at index in words: "text", "integer", "money", "nothing" ... */
const char *values_kind(lua_State *lua, int index);
const char *values_json_kind(const json_value *value);

/* path becomes path.name, or path[index]. Cut when too long. */
void values_path_name(char path[VALUES_PATH_SIZE], const char *name);
void values_path_index(char path[VALUES_PATH_SIZE], int64_t index);

#endif
