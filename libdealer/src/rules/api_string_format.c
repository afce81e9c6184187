/* string.format: %d %i %c %x %X %o %e %E %f %F %g %G %s %%, with flags, width and precision of at most two digits.
 * No %p (addresses), no %a and %q (nobody reads them in a reason). In any locale the same. */
#include "rules/api.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

enum { SPEC_SIZE = 16, ITEM_SIZE = 512 };

/* Copies "%-08.2" with its letter into spec; returns the place after the letter. */
static const char *read_spec(lua_State *lua, const char *at, char spec[SPEC_SIZE]) {
    const char *start = at;
    at += strspn(at, "-+ #0");
    if (at - start > 5) luaL_error(lua, "too many flags in a format");
    for (int digits = 0; *at >= '0' && *at <= '9'; at++) {
        if (++digits > 2) luaL_error(lua, "the width in a format is larger than 99");
    }
    if (*at == '.') {
        at++;
        for (int digits = 0; *at >= '0' && *at <= '9'; at++) {
            if (++digits > 2) luaL_error(lua, "the precision in a format is larger than 99");
        }
    }
    size_t length = (size_t)(at - start);
    spec[0] = '%';
    memcpy(spec + 1, start, length);
    spec[length + 1] = *at;
    spec[length + 2] = '\0';
    return at + 1;
}

static void add_integer(struct api_buffer *buffer, int argument, char spec[SPEC_SIZE], char letter) {
    lua_State *lua = buffer->lua;
    char item[ITEM_SIZE];
    luaL_checktype(lua, argument, LUA_TNUMBER);
    lua_Integer number = luaL_checkinteger(lua, argument);
    size_t end = strlen(spec) - 1;
    memcpy(spec + end, "ll", 2);
    spec[end + 2] = letter == 'i' ? 'd' : letter;
    spec[end + 3] = '\0';
    int length = letter == 'd' || letter == 'i' ? snprintf(item, sizeof item, spec, (long long)number)
                                                : snprintf(item, sizeof item, spec, (unsigned long long)number);
    api_buffer_add(buffer, item, (size_t)length);
}

static void add_float(struct api_buffer *buffer, int argument, const char spec[SPEC_SIZE]) {
    char item[ITEM_SIZE]; /* 309 digits before the point, 99 behind */
    luaL_checktype(buffer->lua, argument, LUA_TNUMBER);
    snprintf(item, sizeof item, spec, lua_tonumber(buffer->lua, argument));
    api_fix_point(item);
    api_buffer_add(buffer, item, strlen(item));
}

static void add_padding(struct api_buffer *buffer, size_t count) {
    for (; count > 0; count--) api_buffer_add(buffer, " ", 1);
}

/* By bytes, as everywhere in string; padded here, since printf would stop at a NUL. */
static void add_text(struct api_buffer *buffer, int argument, const char *spec) {
    lua_State *lua = buffer->lua;
    luaL_checkany(lua, argument);
    api_push_text(lua, argument);
    size_t length = 0;
    const char *text = lua_tolstring(lua, -1, &length);
    bool left = false;
    size_t width = 0, precision = length;
    const char *at = spec + 1;
    for (; strchr("-+ #0", *at) != NULL; at++) left = left || *at == '-';
    for (; *at >= '0' && *at <= '9'; at++) width = width * 10 + (size_t)(*at - '0');
    if (*at == '.') {
        precision = 0;
        for (at++; *at >= '0' && *at <= '9'; at++) precision = precision * 10 + (size_t)(*at - '0');
    }
    if (length > precision) length = precision;
    size_t padding = width > length ? width - length : 0;
    if (!left) add_padding(buffer, padding);
    api_buffer_add(buffer, text, length);
    if (left) add_padding(buffer, padding);
    lua_pop(lua, 1);
}

static void add_item(struct api_buffer *buffer, int argument, char spec[SPEC_SIZE]) {
    lua_State *lua = buffer->lua;
    char letter = spec[strlen(spec) - 1];
    switch (letter) {
    case 'd':
    case 'i':
    case 'x':
    case 'X':
    case 'o': add_integer(buffer, argument, spec, letter); break;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': add_float(buffer, argument, spec); break;
    case 's': add_text(buffer, argument, spec); break;
    case 'c': {
        char c = (char)luaL_checkinteger(lua, argument);
        api_buffer_add(buffer, &c, 1);
        break;
    }
    default: luaL_error(lua, "'%s' is no format that is known here", spec);
    }
}

int api_string_format(lua_State *lua) {
    size_t length = 0;
    const char *at = luaL_checklstring(lua, 1, &length);
    const char *end = at + length;
    int argument = 1, count = lua_gettop(lua);
    struct api_buffer buffer;
    api_buffer_init(&buffer, lua);
    while (at < end) {
        const char *percent = memchr(at, '%', (size_t)(end - at));
        api_buffer_add(&buffer, at, (size_t)((percent == NULL ? end : percent) - at));
        if (percent == NULL) break;
        at = percent + 1;
        if (*at == '%') {
            api_buffer_add(&buffer, at++, 1);
            continue;
        }
        char spec[SPEC_SIZE];
        at = read_spec(lua, at, spec);
        if (++argument > count) return luaL_error(lua, "format needs a value for '%s' and there is none", spec);
        add_item(&buffer, argument, spec);
    }
    api_buffer_push(&buffer);
    return 1;
}
