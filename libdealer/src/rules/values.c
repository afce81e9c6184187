#include "rules/values.h"

#include "base/text.h"
#include "rules/api.h"
#include "rules/keys.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- In ---- */

/* Whatever three letters: which currencies there are is asked where money is reckoned with. */
static bool is_currency(const char *code) {
    return code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z' && code[2] >= 'A' && code[2] <= 'Z';
}

bool values_is_money(const json_value *value, struct money *out) {
    if (json_kind(value) != JSON_OBJECT || json_count(value) != 2) return false;
    const json_value *minor = json_get(value, "amount_minor"), *currency = json_get(value, "currency");
    if (json_kind(minor) != JSON_INTEGER || json_kind(currency) != JSON_TEXT || json_text_length(currency) != 3) return false;
    if (!is_currency(json_text(currency))) return false;
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

static void push_container(lua_State *lua, const json_value *value, enum json_kind kind);

/* The caller has spent the work and has room for one value. */
static inline void push_kind(lua_State *lua, const json_value *value, enum json_kind kind) {
    switch (kind) {
    case JSON_BOOLEAN: lua_pushboolean(lua, json_is_true(value)); break;
    case JSON_INTEGER: lua_pushinteger(lua, json_integer(value, 0)); break;
    case JSON_REAL: lua_pushnumber(lua, json_real(value, 0)); break;
    case JSON_TEXT: lua_pushlstring(lua, json_text(value), json_text_length(value)); break;
    case JSON_ARRAY:
    case JSON_OBJECT: push_container(lua, value, kind); break;
    default: lua_pushnil(lua); break;
    }
}

static void push_array(lua_State *lua, const json_value *array, size_t count) {
    lua_createtable(lua, (int)count, 0);
    lua_Integer index = 0;
    json_value *item = NULL;
    for (struct json_cursor cursor = json_each(array); (item = json_next(&cursor, NULL)) != NULL;) {
        push_kind(lua, item, json_kind(item));
        lua_rawseti(lua, -2, ++index);
    }
}

static void push_object(lua_State *lua, const json_value *object, size_t count) {
    lua_createtable(lua, 0, (int)count);
    const char *key = NULL;
    json_value *item = NULL;
    for (struct json_cursor cursor = json_each(object); (item = json_next(&cursor, &key)) != NULL;) {
        enum json_kind kind = json_kind(item);
        if (kind == JSON_NULL) continue;
        lua_pushlstring(lua, key, cursor.key_length); /* not lua_pushstring: its cache is by address, and these never come again */
        push_kind(lua, item, kind);
        lua_rawset(lua, -3);
    }
}

static void push_container(lua_State *lua, const json_value *value, enum json_kind kind) {
    struct money money;
    size_t count = json_count(value);
    sandbox_spend(sandbox_of(lua), 8 * (int64_t)count);
    luaL_checkstack(lua, 6, "input");
    if (kind == JSON_ARRAY)
        push_array(lua, value, count);
    else if (count == 2 && values_is_money(value, &money))
        api_push_money(lua, money);
    else
        push_object(lua, value, count);
}

void values_push(lua_State *lua, const json_value *value) {
    sandbox_spend(sandbox_of(lua), 8);
    luaL_checkstack(lua, 6, "input");
    push_kind(lua, value, json_kind(value));
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
    size_t length = strlen(path), more = strlen(name); /* by hand: every member of every result passes here */
    if (length > 0 && length < VALUES_PATH_SIZE - 1) path[length++] = '.';
    bool cut = more > VALUES_PATH_SIZE - 1 - length;
    if (cut) more = VALUES_PATH_SIZE - 1 - length;
    memcpy(path + length, name, more);
    length += more;
    path[length] = '\0';
    if (cut) path[utf8_cut(path, length, length)] = '\0';
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

/* ---- Small tables of names: sorted on the C stack ---- */

enum { SMALL = 12 };

struct member {
    const char *key; /* lives as long as the table: nothing is collected */
    size_t length;
    int value; /* on the Lua stack */
};

static bool member_before(const struct member *a, const struct member *b) {
    int order = memcmp(a->key, b->key, a->length < b->length ? a->length : b->length);
    return order != 0 ? order < 0 : a->length < b->length;
}

/* Leaves the pairs on the stack, sorted in `members`; -1: it is another kind of table, and the stack is as before. */
static int list_members(lua_State *lua, int table, struct member members[SMALL]) {
    int before = lua_gettop(lua), count = 0;
    lua_pushnil(lua);
    while (lua_next(lua, table) != 0) {
        if (count == SMALL || lua_type(lua, -2) != LUA_TSTRING) {
            lua_settop(lua, before);
            return -1;
        }
        struct member member = {.value = lua_gettop(lua)};
        member.key = lua_tolstring(lua, -2, &member.length);
        int at = count++;
        for (; at > 0 && member_before(&member, &members[at - 1]); at--) members[at] = members[at - 1];
        members[at] = member;
        lua_pushvalue(lua, -2);
    }
    return count;
}

static json_value *read_small(struct reader *reader, const struct member *members, int count, int depth) {
    struct json *json = reader->sandbox->answers;
    json_value *object = built(reader, json_new_object(json));
    size_t length = strlen(reader->fault->path);
    for (int i = 0; i < count; i++) {
        count_text(reader, members[i].length);
        if (!utf8_is_valid(members[i].key, members[i].length)) return refuse(reader, "keys in UTF-8", "a key that is no UTF-8");
        values_path_name(reader->fault->path, members[i].key);
        json_value *item = read_value(reader, members[i].value, depth);
        if (item == NULL) return NULL;
        json_set(json, object, members[i].key, item);
        reader->fault->path[length] = '\0';
    }
    return object;
}

static json_value *read_table(struct reader *reader, int index, int depth) {
    lua_State *lua = reader->lua;
    struct member members[SMALL];
    if (depth <= 0) sandbox_leave(reader->sandbox, LEFT_RESULT); /* a cycle ends here as well */
    luaL_checkstack(lua, 2 * SMALL + 12, "result");
    int before = lua_gettop(lua), small = list_members(lua, index, members);
    if (small > 0) {
        sandbox_spend(reader->sandbox, 16 * small);
        json_value *object = read_small(reader, members, small, depth - 1);
        lua_settop(lua, before);
        return object;
    }
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
