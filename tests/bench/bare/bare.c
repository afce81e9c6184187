/* Plain Lua, called bare. */
#include "bare.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct money {
    int64_t minor;
    char currency[4];
};

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int bare_money(lua_State *lua) {
    struct money *money = lua_newuserdatauv(lua, sizeof *money, 0);
    money->minor = luaL_checkinteger(lua, 1);
    memcpy(money->currency, luaL_checkstring(lua, 2), sizeof money->currency);
    luaL_setmetatable(lua, "money");
    return 1;
}

/* The function stays on top of the stack. */
struct bare *bare_open(const char *source, size_t length, const char *name, const char *inside) {
    lua_State *lua = luaL_newstate();
    luaL_requiref(lua, "_G", luaopen_base, 1);
    luaL_requiref(lua, "math", luaopen_math, 1);
    luaL_newmetatable(lua, "money");
    lua_createtable(lua, 0, 1);
    lua_pushcfunction(lua, bare_money);
    lua_setfield(lua, -2, "minor");
    lua_setglobal(lua, "money");
    if (luaL_loadbuffer(lua, source, length, "bench") != LUA_OK || lua_pcall(lua, 0, 1, 0) != LUA_OK) {
        fprintf(stderr, "bare: %s\n", lua_tostring(lua, -1));
        exit(1);
    }
    if (inside != NULL) lua_getfield(lua, -1, inside);
    lua_getfield(lua, -1, name);
    return (struct bare *)lua;
}

static void bare_input(lua_State *lua) {
    lua_createtable(lua, 0, 13);
    lua_pushstring(lua, "crane"), lua_setfield(lua, -2, "category");
    lua_pushinteger(lua, 33), lua_setfield(lua, -2, "tons");
    lua_pushinteger(lua, 2021), lua_setfield(lua, -2, "year");
    lua_pushinteger(lua, 2026), lua_setfield(lua, -2, "today_year");
    lua_pushnumber(lua, 7450.5), lua_setfield(lua, -2, "hours");
    lua_pushinteger(lua, 4), lua_setfield(lua, -2, "rating_engine");
    lua_pushinteger(lua, 3), lua_setfield(lua, -2, "rating_hydraulics");
    lua_pushinteger(lua, 2), lua_setfield(lua, -2, "rating_undercarriage");
    lua_pushstring(lua, "south"), lua_setfield(lua, -2, "region");
    lua_pushinteger(lua, 2), lua_setfield(lua, -2, "attachments");
    lua_pushboolean(lua, 1), lua_setfield(lua, -2, "original_paint");
    lua_pushinteger(lua, 3), lua_setfield(lua, -2, "owners");
    lua_pushboolean(lua, 0), lua_setfield(lua, -2, "accident");
}

static void bare_call(lua_State *lua) {
    lua_pushvalue(lua, -1);
    bare_input(lua);
    if (lua_pcall(lua, 1, 1, 0) == LUA_OK) return;
    fprintf(stderr, "bare: %s\n", lua_tostring(lua, -1));
    exit(1);
}

double bare_calls(struct bare *bare, int calls, int64_t *sum) {
    lua_State *lua = (lua_State *)bare;
    double start = seconds();
    for (int i = 0; i < calls; i++) {
        bare_call(lua);
        if (lua_type(lua, -1) == LUA_TTABLE) {
            lua_getfield(lua, -1, "valuation");
            *sum += ((const struct money *)lua_touserdata(lua, -1))->minor;
            lua_pop(lua, 1);
        } else {
            *sum += lua_toboolean(lua, -1);
        }
        lua_pop(lua, 1);
    }
    return seconds() - start;
}

void bare_close(struct bare *bare) {
    lua_close((lua_State *)bare);
}
