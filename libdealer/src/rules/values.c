#include "rules/values.h"

#include "base/text.h"
#include "rules/api.h"
#include "rules/keys.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- In ---- */

bool values_is_money(const json_value *value, struct money *out) {
    if (json_kind(value) != JSON_OBJECT || json_count(value) != 2) return false;
    const json_value *minor = json_get(value, "amount_minor"), *currency = json_get(value, "currency");
    if (json_kind(minor) != JSON_INTEGER || json_kind(currency) != JSON_TEXT || json_text_length(currency) != 3) return false;
    if (money_exponent(json_text(currency)) < 0) return false;
    out->minor = json_integer(minor, 0);
    memcpy(out->currency, json_text(currency), sizeof out->currency);
    return true;
}

json_value *values_money(struct json *json, struct money money) {
    json_value *object = json_new_object(json);
    json_set_integer(json, object, "amount_minor", money.minor);
    json_set_text(json, object, "currency", money.currency);
    return object;
}

static void push_array(lua_State *lua, const json_value *array) {
    lua_createtable(lua, (int)json_count(array), 0);
    lua_Integer index = 0;
    json_value *item = NULL;
    for (struct json_cursor cursor = json_each(array); (item = json_next(&cursor, NULL)) != NULL;) {
        values_push(lua, item);
        lua_rawseti(lua, -2, ++index);
    }
}

static void push_object(lua_State *lua, const json_value *object) {
    lua_createtable(lua, 0, (int)json_count(object));
    const char *key = NULL;
    json_value *item = NULL;
    for (struct json_cursor cursor = json_each(object); (item = json_next(&cursor, &key)) != NULL;) {
        if (json_kind(item) == JSON_NULL) continue;
        lua_pushstring(lua, key);
        values_push(lua, item);
        lua_rawset(lua, -3);
    }
}

void values_push(lua_State *lua, const json_value *value) {
    struct money money;
    sandbox_spend(sandbox_of(lua), 8);
    luaL_checkstack(lua, 6, "input");
    switch (json_kind(value)) {
    case JSON_BOOLEAN: lua_pushboolean(lua, json_is_true(value)); break;
    case JSON_INTEGER: lua_pushinteger(lua, json_integer(value, 0)); break;
    case JSON_REAL: lua_pushnumber(lua, json_real(value, 0)); break;
    case JSON_TEXT: lua_pushlstring(lua, json_text(value), json_text_length(value)); break;
    case JSON_ARRAY: push_array(lua, value); break;
    case JSON_OBJECT:
        if (values_is_money(value, &money))
            api_push_money(lua, money);
        else
            push_object(lua, value);
        break;
    default: lua_pushnil(lua); break;
    }
}

/* ---- Words and places ---- */

const char *values_kind(lua_State *lua, int index) {
    switch (lua_type(lua, index)) {
    case LUA_TNIL:
    case LUA_TNONE: return "nothing";
    case LUA_TSTRING: return "text";
    case LUA_TNUMBER: return lua_isinteger(lua, index) ? "integer" : "number";
    case LUA_TUSERDATA: return "money";
    default: return luaL_typename(lua, index);
    }
}

const char *values_json_kind(const json_value *value) {
    static const char *const names[] = {"nothing", "nothing", "boolean", "integer", "number", "text", "list", "table"};
    struct money money;
    return values_is_money(value, &money) ? "money" : names[json_kind(value)];
}

void values_path_name(char path[VALUES_PATH_SIZE], const char *name) {
    size_t length = strlen(path);
    snprintf(path + length, VALUES_PATH_SIZE - length, "%s%s", length > 0 ? "." : "", name);
    length = strlen(path);
    if (!utf8_is_valid(path, length)) path[utf8_cut(path, length, length)] = '\0';
}

void values_path_index(char path[VALUES_PATH_SIZE], int64_t index) {
    size_t length = strlen(path);
    snprintf(path + length, VALUES_PATH_SIZE - length, "[%lld]", (long long)index);
}

/* ---- Out ---- */

struct reader {
    lua_State *lua;
    struct sandbox *sandbox;
    struct values_fault *fault;
};

static json_value *read_value(struct reader *reader, int index, int depth);

static json_value *refuse(struct reader *reader, const char *expected, const char *found) {
    reader->fault->expected = expected;
    reader->fault->found = found;
    return NULL;
}

/* NULL from a builder is a refused allocation; anything else NULL has a fault. */
static json_value *built(struct reader *reader, json_value *value) {
    if (value == NULL) sandbox_leave(reader->sandbox, LEFT_NOMEM);
    return value;
}

static void count_text(struct reader *reader, size_t length) {
    struct sandbox *sandbox = reader->sandbox;
    sandbox->result_bytes += length;
    if (sandbox->result_bytes > sandbox->limits->result_bytes || length > sandbox->limits->text_bytes) {
        sandbox_leave(sandbox, LEFT_RESULT);
    }
    sandbox_spend(sandbox, (int64_t)length);
}

static json_value *read_text(struct reader *reader, int index) {
    size_t length = 0;
    const char *text = lua_tolstring(reader->lua, index, &length);
    count_text(reader, length);
    if (!utf8_is_valid(text, length)) return refuse(reader, "text in UTF-8", "text that is no UTF-8");
    return built(reader, json_new_text(reader->sandbox->answers, text, length));
}

static json_value *read_number(struct reader *reader, int index) {
    struct json *json = reader->sandbox->answers;
    if (lua_isinteger(reader->lua, index)) return built(reader, json_new_integer(json, lua_tointeger(reader->lua, index)));
    lua_Number number = lua_tonumber(reader->lua, index);
    if (isnan(number)) return refuse(reader, "a number", "not a number (NaN)");
    if (isinf(number)) return refuse(reader, "a finite number", "infinite");
    return built(reader, json_new_real(json, number));
}

/* The keys 1 .. count, as sorted keys show: then the last is count. */
static bool is_list(lua_State *lua, int keys, lua_Integer count) {
    if (count == 0) return true;
    bool is = lua_rawgeti(lua, keys, 1) == LUA_TNUMBER && lua_isinteger(lua, -1) && lua_tointeger(lua, -1) == 1;
    is = lua_rawgeti(lua, keys, count) == LUA_TNUMBER && lua_isinteger(lua, -1) && lua_tointeger(lua, -1) == count && is;
    lua_pop(lua, 2);
    return is;
}

static json_value *read_list(struct reader *reader, int table, lua_Integer count, int depth) {
    struct json *json = reader->sandbox->answers;
    json_value *array = built(reader, json_new_array(json));
    size_t length = strlen(reader->fault->path);
    for (lua_Integer i = 1; i <= count; i++) {
        values_path_index(reader->fault->path, i);
        /* a fractional key between would leave a hole */
        if (lua_rawgeti(reader->lua, table, i) == LUA_TNIL) return refuse(reader, "a list without holes", "nothing");
        json_value *item = read_value(reader, lua_gettop(reader->lua), depth);
        if (item == NULL) return NULL;
        json_push(json, array, item);
        lua_pop(reader->lua, 1);
        reader->fault->path[length] = '\0';
    }
    return array;
}

static json_value *read_members(struct reader *reader, int table, int keys, lua_Integer count, int depth) {
    lua_State *lua = reader->lua;
    struct json *json = reader->sandbox->answers;
    json_value *object = built(reader, json_new_object(json));
    size_t length = strlen(reader->fault->path);
    for (lua_Integer i = 1; i <= count; i++) {
        if (lua_rawgeti(lua, keys, i) != LUA_TSTRING) {
            return refuse(reader, "a list (keys 1, 2, 3 ...) or a table whose keys are all text", "a table with other keys");
        }
        size_t key_length = 0;
        const char *key = lua_tolstring(lua, -1, &key_length);
        count_text(reader, key_length);
        if (!utf8_is_valid(key, key_length)) return refuse(reader, "keys in UTF-8", "a key that is no UTF-8");
        values_path_name(reader->fault->path, key);
        lua_pushvalue(lua, -1);
        lua_rawget(lua, table);
        json_value *item = read_value(reader, lua_gettop(lua), depth);
        if (item == NULL) return NULL;
        sandbox_spend(reader->sandbox, i); /* setting a key looks through those before it */
        json_set(json, object, key, item);
        lua_pop(lua, 2);
        reader->fault->path[length] = '\0';
    }
    return object;
}

static json_value *read_table(struct reader *reader, int index, int depth) {
    lua_State *lua = reader->lua;
    if (depth <= 0) sandbox_leave(reader->sandbox, LEFT_RESULT); /* a cycle ends here as well */
    luaL_checkstack(lua, 12, "result");
    lua_Integer count = keys_push_sorted(lua, index);
    int keys = lua_gettop(lua);
    json_value *value = is_list(lua, keys, count) ? read_list(reader, index, count, depth - 1)
                                                  : read_members(reader, index, keys, count, depth - 1);
    if (value != NULL) lua_settop(lua, keys - 1);
    return value;
}

static json_value *read_value(struct reader *reader, int index, int depth) {
    struct sandbox *sandbox = reader->sandbox;
    if (++sandbox->result_entries > sandbox->limits->entries) sandbox_leave(sandbox, LEFT_RESULT);
    sandbox_spend(sandbox, 8);
    switch (lua_type(reader->lua, index)) {
    case LUA_TNIL:
    case LUA_TNONE: return built(reader, json_new_null(sandbox->answers));
    case LUA_TBOOLEAN: return built(reader, json_new_boolean(sandbox->answers, lua_toboolean(reader->lua, index) != 0));
    case LUA_TNUMBER: return read_number(reader, index);
    case LUA_TSTRING: return read_text(reader, index);
    case LUA_TTABLE: return read_table(reader, index, depth);
    case LUA_TUSERDATA: return built(reader, values_money(sandbox->answers, api_check_money(reader->lua, index)));
    default: return refuse(reader, "data", values_kind(reader->lua, index));
    }
}

json_value *values_read(lua_State *lua, int index, const char *root, int depth, struct values_fault *fault_out) {
    struct reader reader = {.lua = lua, .sandbox = sandbox_of(lua), .fault = fault_out};
    fault_out->path[0] = '\0';
    values_path_name(fault_out->path, root);
    json_value *value = read_value(&reader, lua_absindex(lua, index), depth);
    if (value != NULL && json_status(reader.sandbox->answers) != DEALER_OK) sandbox_leave(reader.sandbox, LEFT_NOMEM);
    return value;
}
