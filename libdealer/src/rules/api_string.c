/* Module string, all but format: bytes of texts, patterns. Everything that loops is counted. */
#include "rules/api.h"

#include "rules/pattern.h"

#include <lauxlib.h>
#include <string.h>

/* A place as rules give it (from 1, negative from the end) to 1 .. length + 1; where a part ends, to 0 .. length. */
static size_t place_of_start(lua_Integer place, size_t length) {
    if (place > 0) return place > (lua_Integer)length ? length + 1 : (size_t)place;
    if (place == 0 || place < -(lua_Integer)length) return 1;
    return length - (size_t)(-place) + 1;
}

static size_t place_of_end(lua_Integer place, size_t length) {
    if (place > (lua_Integer)length) return length;
    if (place >= 0) return (size_t)place;
    if (place < -(lua_Integer)length) return 0;
    return length - (size_t)(-place) + 1;
}

int api_string_len(lua_State *lua) {
    size_t length = 0;
    luaL_checklstring(lua, 1, &length);
    lua_pushinteger(lua, (lua_Integer)length);
    return 1;
}

int api_string_sub(lua_State *lua) {
    size_t length = 0;
    const char *text = luaL_checklstring(lua, 1, &length);
    size_t start = place_of_start(luaL_checkinteger(lua, 2), length);
    size_t end = place_of_end(luaL_optinteger(lua, 3, -1), length);
    if (start > end)
        lua_pushliteral(lua, "");
    else
        lua_pushlstring(lua, text + start - 1, end - start + 1);
    return 1;
}

int api_string_byte(lua_State *lua) {
    size_t length = 0;
    const char *text = luaL_checklstring(lua, 1, &length);
    lua_Integer from = luaL_optinteger(lua, 2, 1);
    size_t start = place_of_start(from, length);
    size_t end = place_of_end(luaL_optinteger(lua, 3, from), length);
    if (start > end) return 0;
    if (end - start >= API_MANY) return luaL_error(lua, "string.byte of too many characters; at most %d", API_MANY);
    luaL_checkstack(lua, (int)(end - start + 1), "byte");
    for (size_t i = start; i <= end; i++) lua_pushinteger(lua, (unsigned char)text[i - 1]);
    return (int)(end - start + 1);
}

int api_string_char(lua_State *lua) {
    int count = lua_gettop(lua);
    char bytes[256];
    luaL_argcheck(lua, count <= API_MANY, API_MANY, "too many characters");
    for (int i = 0; i < count; i++) {
        lua_Integer code = luaL_checkinteger(lua, i + 1);
        luaL_argcheck(lua, code >= 0 && code <= 255, i + 1, "value out of range");
        bytes[i] = (char)code;
    }
    lua_pushlstring(lua, bytes, (size_t)count);
    return 1;
}

int api_string_rep(lua_State *lua) {
    size_t length = 0, separator_length = 0;
    const char *text = luaL_checklstring(lua, 1, &length);
    lua_Integer count = luaL_checkinteger(lua, 2);
    const char *separator = luaL_optlstring(lua, 3, "", &separator_length);
    struct sandbox *sandbox = sandbox_of(lua);
    size_t limit = sandbox->limits->text_bytes;
    if (count <= 0 || length + separator_length == 0) {
        lua_pushliteral(lua, "");
        return 1;
    }
    if ((lua_Unsigned)count > limit / (length + separator_length) + 1) sandbox_leave(sandbox, LEFT_TEXT);
    struct api_buffer buffer;
    api_buffer_init(&buffer, lua);
    for (lua_Integer i = 0; i < count; i++) {
        if (i > 0) api_buffer_add(&buffer, separator, separator_length);
        api_buffer_add(&buffer, text, length);
    }
    api_buffer_push(&buffer);
    return 1;
}

enum turn { TURN_LOWER, TURN_UPPER, TURN_AROUND };

static int turned(lua_State *lua, enum turn turn) {
    size_t length = 0;
    const char *text = luaL_checklstring(lua, 1, &length);
    sandbox_spend(sandbox_of(lua), (int64_t)length);
    char *out = lua_newuserdatauv(lua, length + 1, 0);
    for (size_t i = 0; i < length; i++) {
        char c = text[turn == TURN_AROUND ? length - 1 - i : i];
        if (turn == TURN_LOWER && c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (turn == TURN_UPPER && c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        out[i] = c;
    }
    lua_pushlstring(lua, out, length);
    return 1;
}

int api_string_lower(lua_State *lua) {
    return turned(lua, TURN_LOWER);
}

int api_string_upper(lua_State *lua) {
    return turned(lua, TURN_UPPER);
}

int api_string_reverse(lua_State *lua) {
    return turned(lua, TURN_AROUND);
}

/* ---- Patterns ---- */

static int push_plain_place(lua_State *lua, const char *text, const char *found, size_t length) {
    if (found == NULL) {
        lua_pushnil(lua);
        return 1;
    }
    lua_pushinteger(lua, found - text + 1);
    lua_pushinteger(lua, found - text + (ptrdiff_t)length);
    return 2;
}

static int search(lua_State *lua, bool find) {
    size_t length = 0, item_length = 0;
    const char *text = luaL_checklstring(lua, 1, &length);
    const char *item = luaL_checklstring(lua, 2, &item_length);
    lua_Integer from = luaL_optinteger(lua, 3, 1);
    size_t start = place_of_start(from, length);
    if (start > length + 1 || from > (lua_Integer)length + 1) {
        lua_pushnil(lua);
        return 1;
    }
    if (find && (lua_toboolean(lua, 4) || pattern_is_plain(item, item_length))) {
        const char *found = pattern_find_plain(sandbox_of(lua), text + start - 1, length - start + 1, item, item_length);
        return push_plain_place(lua, text, found, item_length);
    }
    struct pattern pattern;
    pattern_init(&pattern, lua, text, length, item + item_length);
    bool anchored = *item == '^';
    const char *at = text + start - 1;
    do {
        pattern.captures = 0;
        const char *end = pattern_match(&pattern, at, anchored ? item + 1 : item);
        if (end == NULL) continue;
        if (!find) return pattern_push_captures(&pattern, at, end);
        lua_pushinteger(lua, at - text + 1);
        lua_pushinteger(lua, end - text);
        return 2 + pattern_push_captures(&pattern, NULL, NULL);
    } while (!anchored && at++ < text + length);
    lua_pushnil(lua);
    return 1;
}

int api_string_find(lua_State *lua) {
    return search(lua, true);
}

int api_string_match(lua_State *lua) {
    return search(lua, false);
}

/* Upvalues: text, pattern, place to go on from, end of the last match. */
static int next_match(lua_State *lua) {
    size_t length = 0, item_length = 0;
    const char *text = lua_tolstring(lua, lua_upvalueindex(1), &length);
    const char *item = lua_tolstring(lua, lua_upvalueindex(2), &item_length);
    const char *last = text + lua_tointeger(lua, lua_upvalueindex(4));
    struct pattern pattern;
    pattern_init(&pattern, lua, text, length, item + item_length);
    for (const char *at = text + lua_tointeger(lua, lua_upvalueindex(3)); at <= text + length; at++) {
        pattern.captures = 0;
        const char *end = pattern_match(&pattern, at, item);
        if (end == NULL || end == last) continue;
        lua_pushinteger(lua, end - text);
        lua_copy(lua, -1, lua_upvalueindex(3));
        lua_copy(lua, -1, lua_upvalueindex(4));
        return pattern_push_captures(&pattern, at, end);
    }
    lua_pushinteger(lua, (lua_Integer)length + 1);
    lua_replace(lua, lua_upvalueindex(3));
    return 0;
}

int api_string_gmatch(lua_State *lua) {
    luaL_checkstring(lua, 1);
    luaL_checkstring(lua, 2);
    lua_settop(lua, 2);
    lua_pushinteger(lua, 0);
    lua_pushinteger(lua, -1);
    lua_pushcclosure(lua, next_match, 4);
    return 1;
}

/* ---- gsub ---- */

/* %1 .. %9, %0 and %% in a replacing text. */
static void add_template(struct pattern *pattern, struct api_buffer *buffer, const char *start, const char *end) {
    lua_State *lua = pattern->lua;
    size_t length = 0;
    const char *text = lua_tolstring(lua, 3, &length);
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '%') {
            api_buffer_add(buffer, text + i, 1);
            continue;
        }
        char what = i + 1 < length ? text[++i] : '\0';
        if (what == '%') {
            api_buffer_add(buffer, "%", 1);
        } else if (what == '0') {
            api_buffer_add(buffer, start, (size_t)(end - start));
        } else if (what >= '1' && what <= '9') {
            size_t size = 0;
            pattern_push_capture(pattern, what - '1', start, end);
            api_push_text(lua, -1);
            const char *part = lua_tolstring(lua, -1, &size);
            api_buffer_add(buffer, part, size);
            lua_pop(lua, 2);
        } else {
            luaL_error(lua, "'%%' in the replacing text must be followed by a digit or by '%%'");
        }
    }
}

/* What a table or function gives instead; false and nil keep what was matched. */
static void add_looked_up(struct pattern *pattern, struct api_buffer *buffer, const char *start, const char *end) {
    lua_State *lua = pattern->lua;
    if (lua_type(lua, 3) == LUA_TTABLE) {
        pattern_push_capture(pattern, 0, start, end);
        lua_rawget(lua, 3);
    } else {
        lua_pushvalue(lua, 3);
        int count = pattern_push_captures(pattern, start, end);
        api_call(lua, count, 1);
    }
    if (!lua_toboolean(lua, -1)) {
        api_buffer_add(buffer, start, (size_t)(end - start));
    } else if (lua_type(lua, -1) == LUA_TSTRING || lua_type(lua, -1) == LUA_TNUMBER) {
        size_t size = 0;
        api_push_text(lua, -1);
        const char *text = lua_tolstring(lua, -1, &size);
        api_buffer_add(buffer, text, size);
        lua_pop(lua, 1);
    } else {
        luaL_error(lua, "a %s can't replace text", luaL_typename(lua, -1));
    }
    lua_pop(lua, 1);
}

static void add_replacement(struct pattern *pattern, struct api_buffer *buffer, const char *start, const char *end) {
    int type = lua_type(pattern->lua, 3);
    if (type == LUA_TSTRING || type == LUA_TNUMBER)
        add_template(pattern, buffer, start, end);
    else
        add_looked_up(pattern, buffer, start, end);
}

int api_string_gsub(lua_State *lua) {
    size_t length = 0, item_length = 0;
    const char *text = luaL_checklstring(lua, 1, &length);
    const char *item = luaL_checklstring(lua, 2, &item_length);
    int type = lua_type(lua, 3);
    luaL_argcheck(lua, type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TTABLE || type == LUA_TFUNCTION, 3,
        "text, table or function expected");
    lua_Integer most = luaL_optinteger(lua, 4, (lua_Integer)length + 1), count = 0;
    bool anchored = *item == '^';
    lua_settop(lua, 3);
    if (type == LUA_TNUMBER) {
        api_push_text(lua, 3);
        lua_replace(lua, 3);
    }
    struct api_buffer buffer;
    api_buffer_init(&buffer, lua);
    struct pattern pattern;
    pattern_init(&pattern, lua, text, length, item + item_length);
    const char *at = text, *text_end = text + length, *last = NULL;
    while (count < most) {
        pattern.captures = 0;
        const char *end = pattern_match(&pattern, at, anchored ? item + 1 : item);
        if (end != NULL && end != last) {
            count++;
            add_replacement(&pattern, &buffer, at, end);
            at = last = end;
        } else if (at < text_end) {
            api_buffer_add(&buffer, at++, 1);
        } else {
            break;
        }
        if (anchored) break;
    }
    api_buffer_add(&buffer, at, (size_t)(text_end - at));
    api_buffer_push(&buffer);
    lua_pushinteger(lua, count);
    return 2;
}
