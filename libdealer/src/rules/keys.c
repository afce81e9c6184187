#include "rules/keys.h"

#include <lauxlib.h>
#include <string.h>

static int rank(int type) {
    switch (type) {
    case LUA_TNUMBER: return 0;
    case LUA_TSTRING: return 1;
    default: return 2;
    }
}

static bool text_before(lua_State *lua, int a, int b) {
    size_t length_a = 0, length_b = 0;
    const char *text_a = lua_tolstring(lua, a, &length_a);
    const char *text_b = lua_tolstring(lua, b, &length_b);
    size_t common = length_a < length_b ? length_a : length_b;
    int order = memcmp(text_a, text_b, common);
    return order != 0 ? order < 0 : length_a < length_b;
}

static bool key_before(lua_State *lua, int a, int b, void *data) {
    (void)data;
    int type_a = lua_type(lua, a), type_b = lua_type(lua, b);
    if (rank(type_a) != rank(type_b)) return rank(type_a) < rank(type_b);
    if (type_a == LUA_TNUMBER) return lua_compare(lua, a, b, LUA_OPLT) != 0;
    if (type_a == LUA_TSTRING) return text_before(lua, a, b);
    return lua_toboolean(lua, a) < lua_toboolean(lua, b);
}

/* Merges source[low, middle) and source[middle, high) into target. */
static void merge(lua_State *lua, int source, int target, const lua_Integer bounds[3], keys_before before, void *data) {
    lua_Integer left = bounds[0], right = bounds[1];
    for (lua_Integer at = bounds[0]; at < bounds[2]; at++) {
        bool take_right = left >= bounds[1];
        if (!take_right && right < bounds[2]) {
            lua_rawgeti(lua, source, left);
            lua_rawgeti(lua, source, right);
            take_right = before(lua, lua_gettop(lua), lua_gettop(lua) - 1, data);
            lua_pop(lua, 2);
        }
        lua_rawgeti(lua, source, take_right ? right++ : left++);
        lua_rawseti(lua, target, at);
    }
}

void keys_sort(lua_State *lua, int index, lua_Integer count, keys_before before, void *data) {
    if (count < 2) return;
    luaL_checkstack(lua, 8, "sort");
    lua_createtable(lua, (int)count, 0);
    int source = index, target = lua_gettop(lua);
    for (lua_Integer width = 1; width < count; width *= 2) {
        sandbox_spend(sandbox_of(lua), (16 + 4 * sandbox_of(lua)->weight) * count); /* long texts compare slowly */
        for (lua_Integer low = 1; low <= count; low += 2 * width) {
            lua_Integer middle = low + width <= count ? low + width : count + 1;
            lua_Integer high = low + 2 * width <= count ? low + 2 * width : count + 1;
            merge(lua, source, target, (lua_Integer[]){low, middle, high}, before, data);
        }
        int other = source;
        source = target;
        target = other;
    }
    for (lua_Integer i = 1; source != index && i <= count; i++) {
        lua_rawgeti(lua, source, i);
        lua_rawseti(lua, index, i);
    }
    lua_settop(lua, lua_gettop(lua) - 1);
}

lua_Integer keys_push_sorted(lua_State *lua, int index) {
    index = lua_absindex(lua, index);
    luaL_checkstack(lua, 8, "keys");
    lua_createtable(lua, (int)lua_rawlen(lua, index), 0);
    int list = lua_gettop(lua);
    lua_Integer count = 0;
    bool in_order = true;
    lua_pushnil(lua);
    while (lua_next(lua, index) != 0) {
        lua_pop(lua, 1);
        int type = lua_type(lua, -1);
        if (type != LUA_TNUMBER && type != LUA_TSTRING && type != LUA_TBOOLEAN) {
            luaL_error(lua, "a key of the table is a %s; only text, numbers and booleans have an order",
                type == LUA_TUSERDATA ? "money value" : lua_typename(lua, type));
        }
        if (in_order && count > 0) {
            lua_rawgeti(lua, list, count);
            in_order = !key_before(lua, lua_gettop(lua) - 1, lua_gettop(lua), NULL);
            lua_pop(lua, 1);
        }
        lua_pushvalue(lua, -1);
        lua_rawseti(lua, list, ++count);
    }
    sandbox_spend(sandbox_of(lua), 8 * count);
    if (!in_order) keys_sort(lua, list, count, key_before, NULL);
    return count;
}
