/* The keys of a table in an order that no hashing touches: numbers by value, then texts by bytes, then booleans. */
#ifndef RULES_KEYS_H
#define RULES_KEYS_H

#include "rules/sandbox.h"

/* Pushes a list of the keys of the table at index and returns their number. Raises in Lua when a key is a table,
 * function or money, which have no order. */
lua_Integer keys_push_sorted(lua_State *lua, int index);

/* Merge sort of the values lua[first .. first + count) of the list at index; `before` says whether the value at stack
 * index a must stand before that at b. Stable, raw, and every comparison and move is work. */
typedef bool (*keys_before)(lua_State *lua, int a, int b, void *data);
void keys_sort(lua_State *lua, int index, lua_Integer count, keys_before before, void *data);

#endif
