/* The counted patterns against Lua's own: a pattern, a zero byte, a subject. Both must find the same places and captures, or both refuse the
 * pattern; ours may instead reach its budget. Texts are kept short so that Lua's own ends as well. */
#include "rules/rules.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char source[] = "return { id = \"fuzz\", title = { en = \"f\", zh = \"f\" }, decide = function(input)\n"
                             "local r = table.pack(input.s:find(input.p)) local t = {}\n"
                             "for i = 1, r.n do t[i] = tostring(r[i]) end\n"
                             "return { outcome = \"pass\", all = table.concat(t, \"|\") } end }\n";

static int plain_find(lua_State *lua) {
    lua_getglobal(lua, "string");
    lua_getfield(lua, -1, "find");
    lua_pushvalue(lua, 1);
    lua_pushvalue(lua, 2);
    lua_call(lua, 2, LUA_MULTRET);
    int first = 4, last = lua_gettop(lua);
    luaL_Buffer buffer;
    luaL_buffinit(lua, &buffer);
    for (int i = first; i <= last; i++) {
        if (i > first) luaL_addchar(&buffer, '|');
        luaL_tolstring(lua, i, NULL);
        luaL_addvalue(&buffer);
    }
    luaL_pushresult(&buffer);
    return 1;
}

/* False: Lua refuses the pattern. */
static bool ask_lua(
    const char *subject, size_t subject_length, const char *pattern, size_t pattern_length, char *out, size_t out_size) {
    lua_State *lua = luaL_newstate();
    luaL_requiref(lua, "string", luaopen_string, 1);
    lua_settop(lua, 0);
    lua_pushcfunction(lua, plain_find);
    lua_pushlstring(lua, subject, subject_length);
    lua_pushlstring(lua, pattern, pattern_length);
    bool good = lua_pcall(lua, 2, 1, 0) == LUA_OK;
    snprintf(out, out_size, "%s", good ? lua_tostring(lua, -1) : "");
    lua_close(lua);
    return good;
}

enum { LONGEST_PATTERN = 14, LONGEST_SUBJECT = 40, LONGEST_ANSWER = 1024 };

struct question {
    char pattern[LONGEST_PATTERN + 1], subject[LONGEST_SUBJECT + 1];
    size_t pattern_length, subject_length;
};

/* Pattern, a zero, subject; nothing but what JSON carries as it is. */
static bool read_question(const uint8_t *data, size_t size, struct question *out) {
    const uint8_t *zero = size == 0 ? NULL : memchr(data, 0, size);
    out->pattern_length = zero == NULL ? size : (size_t)(zero - data);
    out->subject_length = zero == NULL ? 0 : size - out->pattern_length - 1;
    if (out->pattern_length > LONGEST_PATTERN || out->subject_length > LONGEST_SUBJECT) return false;
    for (size_t i = 0; i < size; i++) {
        if (data[i] > 126 || (data[i] < 32 && data + i != zero)) return false;
    }
    memcpy(out->pattern, data, out->pattern_length);
    out->pattern[out->pattern_length] = '\0';
    if (out->subject_length > 0) memcpy(out->subject, zero + 1, out->subject_length);
    out->subject[out->subject_length] = '\0';
    return true;
}

/* What the rule says must be what plain Lua says, but for a limit that it may reach. */
static void compare(struct env *env, const struct rule_set *set, const json_value *input, bool good, const char *expected) {
    struct rule_call call = {.rule = rule_set_at(set, 0), .entry = RULE_DECIDE, .input = input};
    struct rule_result result = {0};
    dealer_status status = rule_evaluate(env, &call, &result);
    bool limit = status == DEALER_E_RULE && strcmp(env->error.entries[0].message->id, "E_RULE_LIMIT") == 0;
    if (!limit && good != (status == DEALER_OK)) abort();
    if (status == DEALER_OK && strcmp(json_get_text(result.value, "all"), expected) != 0) abort();
    if (status == DEALER_OK) rule_result_finish(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct question question;
    char expected[LONGEST_ANSWER];
    if (!read_question(data, size, &question)) return 0;
    bool good =
        ask_lua(question.subject, question.subject_length, question.pattern, question.pattern_length, expected, sizeof expected);

    struct seams seams;
    struct rule_set *set = NULL;
    struct json *input = NULL;
    struct env *env = calloc(1, sizeof *env);
    if (env == NULL) return 0;
    seams_defaults(&seams);
    env_init(env, &seams);
    struct rule_file file = {"fuzz.lua", source, sizeof source - 1};
    if (rule_set_load(env, &file, 1, NULL, &set) != DEALER_OK || json_new(env, &input) != DEALER_OK) abort();
    json_value *root = json_new_object(input);
    json_set_text(input, root, "p", question.pattern);
    json_set_text(input, root, "s", question.subject);
    compare(env, set, root, good, expected);
    json_free(input);
    rule_set_drop(set);
    env_finish(env);
    free(env);
    return 0;
}
