/* Module dealer: what the host offers, the tables of the set, what to explain. A host's function builds the answer in a document that the caller of the evaluation
 * owns, so that leaving by a jump from anywhere here loses nothing. */
#include "rules/api.h"

#include "base/text.h"
#include "rules/messages.h"
#include "rules/table.h"
#include "rules/values.h"

#include <lauxlib.h>
#include <string.h>

enum { LOOKUP_WORK = 10000, MOST_LOOKUPS = 1000, ARGUMENT_DEPTH = 8 };

static const struct rule_lookup *find(const struct sandbox *sandbox, const char *name) {
    const struct rule_call *call = sandbox->call;
    for (size_t i = 0; call != NULL && i < call->lookup_count; i++) {
        if (strcmp(call->lookups[i].name, name) == 0) return &call->lookups[i];
    }
    return NULL;
}

static const char *check_name(lua_State *lua) {
    luaL_checktype(lua, 1, LUA_TSTRING);
    return lua_tostring(lua, 1);
}

int api_dealer_has_lookup(lua_State *lua) {
    lua_pushboolean(lua, find(sandbox_of(lua), check_name(lua)) != NULL);
    return 1;
}

/* Names what there is, since the rule's author can't see the host. */
static int no_such_lookup(lua_State *lua, const char *name) {
    const struct rule_call *call = sandbox_of(lua)->call;
    struct api_buffer buffer;
    api_buffer_init(&buffer, lua);
    for (size_t i = 0; call != NULL && i < call->lookup_count && i < 10; i++) {
        if (i > 0) api_buffer_add(&buffer, ", ", 2);
        api_buffer_add(&buffer, call->lookups[i].name, strlen(call->lookups[i].name));
    }
    if (buffer.length == 0) return luaL_error(lua, "there is no look-up '%s' here, and no other", name);
    api_buffer_push(&buffer);
    return luaL_error(lua, "there is no look-up '%s' here; there are: %s", name, lua_tostring(lua, -1));
}

static json_value *read_arguments(lua_State *lua) {
    struct sandbox *sandbox = sandbox_of(lua);
    struct values_fault fault;
    if (lua_isnoneornil(lua, 2)) return json_new_object(sandbox->answers);
    luaL_checktype(lua, 2, LUA_TTABLE);
    json_value *arguments = values_read(lua, 2, "arguments", ARGUMENT_DEPTH, &fault);
    if (arguments == NULL) luaL_error(lua, "%s should be %s, but is %s", fault.path, fault.expected, fault.found);
    return arguments;
}

/* For the decision log: name, arguments and answer, as they were. */
static void record(struct sandbox *sandbox, const char *name, json_value *arguments, json_value *answer) {
    struct json *json = sandbox->answers;
    json_value *entry = json_new_object(json);
    json_set_text(json, entry, "name", name);
    json_set(json, entry, "arguments", arguments);
    json_set(json, entry, "answer", answer != NULL ? json_copy(json, answer) : json_new_null(json));
    json_push(json, sandbox->lookups, entry);
    if (json_status(json) != DEALER_OK) sandbox_leave(sandbox, LEFT_NOMEM);
}

int api_dealer_lookup(lua_State *lua) {
    struct sandbox *sandbox = sandbox_of(lua);
    const char *name = check_name(lua);
    const struct rule_lookup *lookup = find(sandbox, name);
    if (lookup == NULL) return no_such_lookup(lua, name);
    sandbox_spend(sandbox, LOOKUP_WORK);
    if (json_count(sandbox->lookups) >= MOST_LOOKUPS) sandbox_leave(sandbox, LEFT_WORK);
    json_value *arguments = read_arguments(lua), *answer = NULL;
    if (arguments == NULL) sandbox_leave(sandbox, LEFT_NOMEM);

    dealer_status status = lookup->function(lookup->user_data, sandbox->env, arguments, sandbox->answers, &answer);
    if (status == DEALER_OK) status = json_status(sandbox->answers);
    if (status != DEALER_OK) {
        if (status == DEALER_E_NOMEM) sandbox_leave(sandbox, LEFT_NOMEM);
        error_raise(&sandbox->env->error, &E_RULE_LOOKUP, "name", name, NULL);
        return luaL_error(lua, "the look-up '%s' failed", name);
    }
    record(sandbox, name, arguments, answer);
    values_push(lua, answer);
    return 1;
}

/* ---- Tables ---- */

/* Names the nearest, since a table's id is written by hand. */
static int no_such_table(lua_State *lua, const struct rule_set *set, const char *id) {
    const char *best = NULL;
    int distance = 4;
    for (size_t i = 0; i < rule_set_count(set); i++) {
        const struct rule *rule = rule_set_at(set, i);
        if (rule->table == NULL || text_distance(id, rule->id) >= distance) continue;
        distance = text_distance(id, rule->id);
        best = rule->id;
    }
    if (best != NULL) return luaL_error(lua, "there is no table '%s' in this set; did you mean '%s'?", id, best);
    return luaL_error(lua, "there is no table '%s' in this set", id);
}

/* An input that the table does not have would be a typing error that reads as "anything". */
static void check_inputs(lua_State *lua, const struct table *table, const json_value *arguments) {
    const char *key = NULL;
    for (struct json_cursor cursor = json_each(arguments); json_next(&cursor, &key) != NULL && key != NULL;) {
        size_t i = 0;
        while (i < table->input_count && strcmp(table->inputs[i].name, key) != 0) i++;
        if (i == table->input_count) luaL_error(lua, "table '%s' has no input '%s'", table->id, key);
    }
}

int api_dealer_table(lua_State *lua) {
    struct sandbox *sandbox = sandbox_of(lua);
    const char *id = check_name(lua);
    if (sandbox->call == NULL) return luaL_error(lua, "tables can be asked when the rule runs, not while its file is loaded");
    const struct rule_set *set = sandbox->call->rule->set;
    const struct rule *rule = rule_set_find(set, id);
    if (rule == NULL || rule->table == NULL) return no_such_table(lua, set, id);
    sandbox_spend(sandbox, 100 + (int64_t)rule->table->row_count);
    json_value *arguments = read_arguments(lua), *value = NULL;
    if (arguments == NULL) sandbox_leave(sandbox, LEFT_NOMEM);
    check_inputs(lua, rule->table, arguments);
    struct table_question question = {.table = rule->table, .input = arguments, .by_name = true, .json = sandbox->answers};
    dealer_status status = table_ask(sandbox->env, &question, &value, NULL);
    if (status == DEALER_E_NOMEM) sandbox_leave(sandbox, LEFT_NOMEM);
    if (status != DEALER_OK) return luaL_error(lua, "the table '%s' gave no answer", id);
    values_push(lua, value);
    return 1;
}

/* ---- Explaining ---- */

static void add_text(lua_State *lua, int argument, const char *name, json_value *to) {
    enum { LONGEST = 500 };
    struct sandbox *sandbox = sandbox_of(lua);
    size_t length = 0;
    const char *text = luaL_checklstring(lua, argument, &length);
    luaL_argcheck(lua, length > 0 && length <= LONGEST && utf8_is_plain(text, length), argument, "a short plain text is expected");
    sandbox_spend(sandbox, (int64_t)length);
    json_set(sandbox->answers, to, name, json_new_text(sandbox->answers, text, length));
}

int api_dealer_near_miss(lua_State *lua) {
    enum { MOST_NEAR_MISSES = 50 };
    struct sandbox *sandbox = sandbox_of(lua);
    struct json *json = sandbox->answers;
    if (sandbox->call == NULL) return luaL_error(lua, "near misses are told when the rule runs, not while its file is loaded");
    if (sandbox->near_misses == NULL) sandbox->near_misses = json_new_array(json);
    if (json_count(sandbox->near_misses) >= MOST_NEAR_MISSES) return luaL_error(lua, "more than %d near misses", MOST_NEAR_MISSES);
    json_value *item = json_new_object(json);
    add_text(lua, 1, "id", item);
    add_text(lua, 2, "en", item);
    add_text(lua, 3, "zh", item);
    json_push(json, sandbox->near_misses, item);
    if (json_status(json) != DEALER_OK) sandbox_leave(sandbox, LEFT_NOMEM);
    return 0;
}
