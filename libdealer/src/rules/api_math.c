/* Module math: numbers. Nothing random, and no function whose cost depends on its argument. */
#include "rules/api.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

void api_push_constant(lua_State *lua, const struct api_entry *entry) {
    if (strcmp(entry->name, "huge") == 0)
        lua_pushnumber(lua, (lua_Number)HUGE_VAL);
    else if (strcmp(entry->name, "pi") == 0)
        lua_pushnumber(lua, 3.141592653589793);
    else if (strcmp(entry->name, "maxinteger") == 0)
        lua_pushinteger(lua, LUA_MAXINTEGER);
    else
        lua_pushinteger(lua, LUA_MININTEGER);
}

/* Texts are no numbers here, unlike in plain Lua: "12" where 12 is meant is a mistake in the data. */
static lua_Number check_number(lua_State *lua, int argument) {
    luaL_checktype(lua, argument, LUA_TNUMBER);
    return lua_tonumber(lua, argument);
}

static void push_whole(lua_State *lua, lua_Number number) {
    lua_Integer integer = 0;
    if (lua_numbertointeger(number, &integer))
        lua_pushinteger(lua, integer);
    else
        lua_pushnumber(lua, number);
}

int api_math_abs(lua_State *lua) {
    lua_Number number = check_number(lua, 1);
    if (!lua_isinteger(lua, 1)) {
        lua_pushnumber(lua, fabs(number));
        return 1;
    }
    lua_Integer integer = lua_tointeger(lua, 1);
    lua_pushinteger(lua, integer < 0 ? (lua_Integer)(0u - (lua_Unsigned)integer) : integer);
    return 1;
}

int api_math_ceil(lua_State *lua) {
    lua_Number number = check_number(lua, 1);
    if (lua_isinteger(lua, 1))
        lua_settop(lua, 1);
    else
        push_whole(lua, ceil(number));
    return 1;
}

int api_math_floor(lua_State *lua) {
    lua_Number number = check_number(lua, 1);
    if (lua_isinteger(lua, 1))
        lua_settop(lua, 1);
    else
        push_whole(lua, floor(number));
    return 1;
}

int api_math_exp(lua_State *lua) {
    lua_pushnumber(lua, exp(check_number(lua, 1)));
    return 1;
}

int api_math_sqrt(lua_State *lua) {
    lua_pushnumber(lua, sqrt(check_number(lua, 1)));
    return 1;
}

int api_math_log(lua_State *lua) {
    lua_Number number = check_number(lua, 1);
    if (lua_isnoneornil(lua, 2)) {
        lua_pushnumber(lua, log(number));
        return 1;
    }
    lua_Number base = check_number(lua, 2);
    if (base == 2.0)
        lua_pushnumber(lua, log2(number));
    else if (base == 10.0)
        lua_pushnumber(lua, log10(number));
    else
        lua_pushnumber(lua, log(number) / log(base));
    return 1;
}

int api_math_fmod(lua_State *lua) {
    lua_Number dividend = check_number(lua, 1), divisor = check_number(lua, 2);
    if (!lua_isinteger(lua, 1) || !lua_isinteger(lua, 2)) {
        lua_pushnumber(lua, fmod(dividend, divisor));
        return 1;
    }
    lua_Integer a = lua_tointeger(lua, 1), b = lua_tointeger(lua, 2);
    luaL_argcheck(lua, b != 0, 2, "zero");
    lua_pushinteger(lua, b == -1 ? 0 : a % b);
    return 1;
}

static int pick(lua_State *lua, bool largest) {
    int count = lua_gettop(lua), best = 1;
    sandbox_spend(sandbox_of(lua), count);
    check_number(lua, 1);
    for (int i = 2; i <= count; i++) {
        check_number(lua, i);
        if (largest ? lua_compare(lua, best, i, LUA_OPLT) : lua_compare(lua, i, best, LUA_OPLT)) best = i;
    }
    lua_pushvalue(lua, best);
    return 1;
}

int api_math_max(lua_State *lua) {
    return pick(lua, true);
}

int api_math_min(lua_State *lua) {
    return pick(lua, false);
}

int api_math_tointeger(lua_State *lua) {
    luaL_checkany(lua, 1);
    int is_integer = 0;
    lua_Integer integer = lua_type(lua, 1) == LUA_TNUMBER ? lua_tointegerx(lua, 1, &is_integer) : 0;
    if (is_integer)
        lua_pushinteger(lua, integer);
    else
        lua_pushnil(lua);
    return 1;
}

int api_math_type(lua_State *lua) {
    luaL_checkany(lua, 1);
    if (lua_type(lua, 1) != LUA_TNUMBER)
        lua_pushnil(lua);
    else
        lua_pushstring(lua, lua_isinteger(lua, 1) ? "integer" : "float");
    return 1;
}
