/* The plain globals, and what the other modules share: raising, numbers as text, growing texts. */
#include "rules/api.h"

#include "base/text.h"
#include "rules/keys.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

/* ---- Shared ---- */

int api_raise_base(lua_State *lua, dealer_status status) {
    struct sandbox *sandbox = sandbox_of(lua);
    if (status == DEALER_E_NOMEM) sandbox_leave(sandbox, LEFT_NOMEM);
    return luaL_error(lua, "%s", sandbox->env->error.depth > 0 ? sandbox->env->error.entries[0].en : "failed");
}

void api_call(lua_State *lua, int arguments, int results) {
    enum { DEEPEST = 20 };
    struct sandbox *sandbox = sandbox_of(lua);
    if (sandbox->callbacks >= DEEPEST)
        luaL_error(lua, "functions call each other back through the library more than %d deep", DEEPEST);
    sandbox->callbacks++;
    lua_call(lua, arguments, results);
    sandbox->callbacks--;
}

void api_buffer_init(struct api_buffer *buffer, lua_State *lua) {
    enum { FIRST = 256 };
    *buffer = (struct api_buffer){.lua = lua, .capacity = FIRST};
    buffer->data = lua_newuserdatauv(lua, FIRST, 0);
    buffer->slot = lua_gettop(lua);
}

void api_buffer_add(struct api_buffer *buffer, const char *data, size_t length) {
    if (length == 0) return;
    sandbox_spend(sandbox_of(buffer->lua), (int64_t)length);
    if (length > buffer->capacity - buffer->length) {
        size_t capacity = buffer->capacity * 2;
        while (capacity - buffer->length < length) capacity *= 2;
        char *grown = lua_newuserdatauv(buffer->lua, capacity, 0);
        memcpy(grown, buffer->data, buffer->length);
        lua_replace(buffer->lua, buffer->slot);
        buffer->data = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
}

void api_buffer_push(struct api_buffer *buffer) {
    lua_pushlstring(buffer->lua, buffer->data, buffer->length);
}

void api_fix_point(char *digits) {
    char *out = digits;
    for (const char *in = digits; *in != '\0'; in++) {
        bool plain = strchr("0123456789+-eE ", *in) != NULL || (*in >= 'a' && *in <= 'z') || (*in >= 'A' && *in <= 'Z');
        if (plain)
            *out++ = *in;
        else if (out == digits || out[-1] != '.')
            *out++ = '.'; /* a point of several bytes becomes one */
    }
    *out = '\0';
}

size_t api_number_text(lua_State *lua, int index, char out[64]) {
    if (lua_isinteger(lua, index)) return (size_t)snprintf(out, 64, LUA_INTEGER_FMT, lua_tointeger(lua, index));
    snprintf(out, 64, "%.14g", lua_tonumber(lua, index)); /* as Lua itself does */
    api_fix_point(out);
    if (out[strspn(out, "-0123456789")] == '\0') strcat(out, ".0");
    return strlen(out);
}

void api_push_text(lua_State *lua, int index) {
    char number[64];
    switch (lua_type(lua, index)) {
    case LUA_TSTRING: lua_pushvalue(lua, index); break;
    case LUA_TNUMBER: lua_pushlstring(lua, number, api_number_text(lua, index, number)); break;
    case LUA_TBOOLEAN: lua_pushstring(lua, lua_toboolean(lua, index) ? "true" : "false"); break;
    case LUA_TUSERDATA:
        money_format(api_check_money(lua, index), number, sizeof number);
        lua_pushfstring(lua, "%s %s", number, api_check_money(lua, index).currency);
        break;
    default: lua_pushstring(lua, luaL_typename(lua, index)); break;
    }
}

/* ---- Functions ---- */

int api_base_assert(lua_State *lua) {
    if (lua_toboolean(lua, 1)) return lua_gettop(lua);
    luaL_checkany(lua, 1);
    if (lua_type(lua, 2) == LUA_TSTRING) return luaL_error(lua, "%s", lua_tostring(lua, 2));
    return luaL_error(lua, "assertion failed");
}

int api_base_error(lua_State *lua) {
    if (lua_type(lua, 1) != LUA_TSTRING) return luaL_error(lua, "error needs a text that says what is wrong");
    return luaL_error(lua, "%s", lua_tostring(lua, 1));
}

static int next_item(lua_State *lua) {
    lua_Integer index = luaL_checkinteger(lua, 2) + 1;
    sandbox_spend(sandbox_of(lua), 1);
    lua_pushinteger(lua, index);
    return lua_rawgeti(lua, 1, index) == LUA_TNIL ? 1 : 2;
}

int api_base_ipairs(lua_State *lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_pushcfunction(lua, next_item);
    lua_pushvalue(lua, 1);
    lua_pushinteger(lua, 0);
    return 3;
}

/* Upvalues: the table, its sorted keys, how many, and the place reached. */
static int next_pair(lua_State *lua) {
    lua_Integer count = lua_tointeger(lua, lua_upvalueindex(3));
    lua_Integer at = lua_tointeger(lua, lua_upvalueindex(4));
    while (at < count) {
        sandbox_spend(sandbox_of(lua), 2);
        lua_rawgeti(lua, lua_upvalueindex(2), ++at);
        lua_pushvalue(lua, -1);
        if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) {
            lua_pushinteger(lua, at);
            lua_replace(lua, lua_upvalueindex(4));
            return 2;
        }
        lua_pop(lua, 2); /* removed on the way */
    }
    lua_pushinteger(lua, at);
    lua_replace(lua, lua_upvalueindex(4));
    lua_pushnil(lua);
    return 1;
}

int api_base_pairs(lua_State *lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 1);
    lua_pushvalue(lua, 1);
    lua_Integer count = keys_push_sorted(lua, 1);
    lua_pushinteger(lua, count);
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, next_pair, 4);
    return 1;
}

int api_base_select(lua_State *lua) {
    int count = lua_gettop(lua);
    sandbox_spend(sandbox_of(lua), count);
    if (lua_type(lua, 1) == LUA_TSTRING && strcmp(lua_tostring(lua, 1), "#") == 0) {
        lua_pushinteger(lua, count - 1);
        return 1;
    }
    lua_Integer from = luaL_checkinteger(lua, 1);
    if (from < 0)
        from = count + from;
    else if (from > count)
        from = count;
    luaL_argcheck(lua, from >= 1, 1, "index out of range");
    return count - (int)from;
}

static bool digits_in_base(const char *text, size_t length, lua_Integer base, lua_Integer *out) {
    size_t at = 0;
    bool negative = length > 0 && text[0] == '-';
    if (negative) at++;
    lua_Unsigned number = 0;
    if (at == length) return false;
    for (; at < length; at++) {
        char letter = text[at];
        lua_Integer digit = letter >= '0' && letter <= '9'   ? letter - '0'
                            : letter >= 'a' && letter <= 'z' ? letter - 'a' + 10
                            : letter >= 'A' && letter <= 'Z' ? letter - 'A' + 10
                                                             : 99;
        if (digit >= base) return false;
        number = number * (lua_Unsigned)base + (lua_Unsigned)digit;
    }
    *out = (lua_Integer)(negative ? 0u - number : number);
    return true;
}

int api_base_tonumber(lua_State *lua) {
    size_t length = 0;
    if (lua_isnoneornil(lua, 2)) {
        luaL_checkany(lua, 1);
        if (lua_type(lua, 1) == LUA_TNUMBER) {
            lua_settop(lua, 1);
            return 1;
        }
        const char *text = lua_type(lua, 1) == LUA_TSTRING ? lua_tolstring(lua, 1, &length) : NULL;
        sandbox_spend(sandbox_of(lua), (int64_t)length);
        if (text == NULL || lua_stringtonumber(lua, text) != length + 1) lua_pushnil(lua);
        return 1;
    }
    lua_Integer base = luaL_checkinteger(lua, 2), number = 0;
    luaL_checktype(lua, 1, LUA_TSTRING);
    luaL_argcheck(lua, base >= 2 && base <= 36, 2, "base out of range");
    const char *text = lua_tolstring(lua, 1, &length);
    sandbox_spend(sandbox_of(lua), (int64_t)length);
    if (digits_in_base(text, length, base, &number))
        lua_pushinteger(lua, number);
    else
        lua_pushnil(lua);
    return 1;
}

int api_base_tostring(lua_State *lua) {
    luaL_checkany(lua, 1);
    api_push_text(lua, 1);
    return 1;
}

int api_base_type(lua_State *lua) {
    luaL_checkany(lua, 1);
    lua_pushstring(lua, api_is_money(lua, 1) ? "money" : luaL_typename(lua, 1));
    return 1;
}

/* ---- Globals that are not there ---- */

static void suggest(const char *word, const char *candidate, int *best, const char **out) {
    int distance = text_distance(word, candidate);
    if (distance < *best) {
        *best = distance;
        *out = candidate;
    }
}

int api_base_undefined(lua_State *lua) {
    const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    const char *best = NULL;
    int distance = 3;
    for (const struct api_entry *entry = api_entries(); entry->name != NULL; entry++) {
        const char *candidate = entry->module[0] == '\0' ? entry->name : entry->module;
        if (strchr(candidate, ':') == NULL && strcmp(candidate, "dealer") != 0) {
            suggest(name, candidate, &distance, &best);
        }
    }
    if (best != NULL) return luaL_error(lua, "there is no '%s' here; did you mean '%s'?", name, best);
    return luaL_error(lua, "there is no '%s' here; declare it with local, or take it from input", name);
}

int api_base_assigned(lua_State *lua) {
    const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    return luaL_error(lua, "'%s' is assigned but not declared; write local %s", name, name);
}
