/* Module table: lists. Raw access and raw length only, and whatever loops is counted before it begins. */
#include "rules/api.h"

#include "rules/keys.h"

#include <lauxlib.h>
#include <limits.h>

static lua_Integer check_list(lua_State *lua, int argument) {
    luaL_checktype(lua, argument, LUA_TTABLE);
    return (lua_Integer)lua_rawlen(lua, argument);
}

/* How many lie in first..last; a range that could not be walked in any budget is work beyond the limit. */
static lua_Integer check_range(lua_State *lua, lua_Integer first, lua_Integer last) {
    if (first > last) return 0;
    lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)first;
    struct sandbox *sandbox = sandbox_of(lua);
    if (count >= INT_MAX) sandbox_leave(sandbox, LEFT_WORK);
    sandbox_spend(sandbox, 4 * ((int64_t)count + 1));
    return (lua_Integer)count + 1;
}

int api_table_concat(lua_State *lua) {
    lua_Integer length = check_list(lua, 1);
    size_t separator_length = 0;
    const char *separator = luaL_optlstring(lua, 2, "", &separator_length);
    lua_Integer first = luaL_optinteger(lua, 3, 1);
    lua_Integer count = check_range(lua, first, luaL_optinteger(lua, 4, length));
    struct api_buffer buffer;
    api_buffer_init(&buffer, lua);
    for (lua_Integer i = 0; i < count; i++) {
        int type = lua_rawgeti(lua, 1, first + i);
        if (type != LUA_TSTRING && type != LUA_TNUMBER) {
            return luaL_error(
                lua, "value %I is a %s; only text and numbers can be joined", (LUAI_UACINT)(first + i), luaL_typename(lua, -1));
        }
        api_push_text(lua, -1);
        size_t size = 0;
        const char *text = lua_tolstring(lua, -1, &size);
        if (i > 0) api_buffer_add(&buffer, separator, separator_length);
        api_buffer_add(&buffer, text, size);
        lua_pop(lua, 2);
    }
    api_buffer_push(&buffer);
    return 1;
}

int api_table_insert(lua_State *lua) {
    lua_Integer end = check_list(lua, 1) + 1;
    int arguments = lua_gettop(lua);
    if (arguments != 2 && arguments != 3) return luaL_error(lua, "table.insert takes a list, perhaps a place, a value");
    lua_Integer place = arguments == 3 ? luaL_checkinteger(lua, 2) : end;
    luaL_argcheck(lua, place >= 1 && place <= end, 2, "place out of bounds");
    check_range(lua, place, end);
    for (lua_Integer i = end; i > place; i--) {
        lua_rawgeti(lua, 1, i - 1);
        lua_rawseti(lua, 1, i);
    }
    lua_rawseti(lua, 1, place);
    return 0;
}

int api_table_remove(lua_State *lua) {
    lua_Integer length = check_list(lua, 1);
    lua_Integer place = luaL_optinteger(lua, 2, length);
    if (lua_gettop(lua) > 1) {
        luaL_argcheck(lua, length == 0 ? place >= 0 && place <= 1 : place >= 1 && place <= length + 1, 2, "place out of bounds");
    }
    check_range(lua, place, length);
    lua_rawgeti(lua, 1, place);
    for (; place < length; place++) {
        lua_rawgeti(lua, 1, place + 1);
        lua_rawseti(lua, 1, place);
    }
    lua_pushnil(lua);
    lua_rawseti(lua, 1, place);
    return 1;
}

int api_table_move(lua_State *lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_Integer first = luaL_checkinteger(lua, 2), last = luaL_checkinteger(lua, 3), to = luaL_checkinteger(lua, 4);
    int target = lua_isnoneornil(lua, 5) ? 1 : 5;
    luaL_checktype(lua, target, LUA_TTABLE);
    lua_Integer count = check_range(lua, first, last);
    luaL_argcheck(lua, to <= LUA_MAXINTEGER - count, 4, "place out of bounds");
    bool backwards = target == 1 && to > first && to <= last; /* the ranges overlap */
    for (lua_Integer i = 0; i < count; i++) {
        lua_Integer at = backwards ? count - 1 - i : i;
        lua_rawgeti(lua, 1, first + at);
        lua_rawseti(lua, target, to + at);
    }
    lua_pushvalue(lua, target);
    return 1;
}

int api_table_pack(lua_State *lua) {
    int count = lua_gettop(lua);
    sandbox_spend(sandbox_of(lua), count);
    lua_createtable(lua, count, 1);
    lua_insert(lua, 1);
    for (int i = count; i >= 1; i--) lua_rawseti(lua, 1, i);
    lua_pushinteger(lua, count);
    lua_setfield(lua, 1, "n");
    return 1;
}

int api_table_unpack(lua_State *lua) {
    lua_Integer length = check_list(lua, 1);
    lua_Integer first = luaL_optinteger(lua, 2, 1);
    lua_Integer count = check_range(lua, first, luaL_optinteger(lua, 3, length));
    if (count > API_MANY) {
        return luaL_error(
            lua, "table.unpack of %I values; at most %d are possible, walk the list instead", (LUAI_UACINT)count, API_MANY);
    }
    luaL_checkstack(lua, (int)count, "unpack");
    for (lua_Integer i = 0; i < count; i++) lua_rawgeti(lua, 1, first + i);
    return (int)count;
}

static bool natural_before(lua_State *lua, int a, int b, void *data) {
    (void)data;
    return lua_compare(lua, a, b, LUA_OPLT) != 0;
}

/* The comparing function stands at stack index 2. */
static bool called_before(lua_State *lua, int a, int b, void *data) {
    (void)data;
    lua_pushvalue(lua, 2);
    lua_pushvalue(lua, a);
    lua_pushvalue(lua, b);
    api_call(lua, 2, 1);
    bool before = lua_toboolean(lua, -1) != 0;
    lua_pop(lua, 1);
    return before;
}

int api_table_sort(lua_State *lua) {
    lua_Integer count = check_list(lua, 1);
    bool called = !lua_isnoneornil(lua, 2);
    if (called) luaL_checktype(lua, 2, LUA_TFUNCTION);
    lua_settop(lua, 2);
    if (count >= INT_MAX) sandbox_leave(sandbox_of(lua), LEFT_WORK);
    keys_sort(lua, 1, count, called ? called_before : natural_before, NULL);
    return 0;
}
