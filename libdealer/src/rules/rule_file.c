/* What a rule file says about itself, checked field by field. Runs inside sandbox_run: an error is raised in env and
 * left with; memory comes from the set's region and JSON document, which whoever loads owns. */
#include "rules/api.h"
#include "rules/keys.h"
#include "rules/messages.h"
#include "rules/set.h"
#include "rules/source.h"
#include "rules/values.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { DEFAULT_ORDER = 100, LARGEST_ORDER = 1000000, ID_LIMIT = 100, TITLE_LIMIT = 200 };

struct reading {
    struct sandbox *sandbox;
    lua_State *lua;
    struct rule_description *description;
    int table; /* on the stack */
};

/* ---- Refusing ---- */

static const char *last_part(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot == NULL ? path : dot + 1;
}

_Noreturn static void refuse(struct reading *reading, const char *path, const char *expected, const char *found) {
    struct rule_description *description = reading->description;
    int line = source_line_of_field(description->file, last_part(path));
    error_raise(&description->env->error, &E_RULE_FIELD, "file", description->file->name, "line", NUMBER(line), "field", path,
        "expected", expected, "found", found, NULL);
    sandbox_raised(reading->sandbox);
}

_Noreturn static void refuse_unknown(struct reading *reading, const char *path, const char *const *known) {
    struct rule_description *description = reading->description;
    const char *name = last_part(path);
    char all[256] = "";
    const char *best = NULL;
    int distance = 4;
    for (const char *const *candidate = known; *candidate != NULL; candidate++) {
        size_t length = strlen(all);
        snprintf(all + length, sizeof all - length, "%s%s", length > 0 ? ", " : "", *candidate);
        if (text_distance(name, *candidate) < distance) {
            distance = text_distance(name, *candidate);
            best = *candidate;
        }
    }
    error_raise(&description->env->error, &E_RULE_FIELD_UNKNOWN, "file", description->file->name, "line",
        NUMBER(source_line_of_field(description->file, name)), "field", path, "suggestion", best != NULL ? best : all, NULL);
    sandbox_raised(reading->sandbox);
}

static bool is_listed(const char *name, const char *const *known) {
    for (; *known != NULL; known++) {
        if (strcmp(name, *known) == 0) return true;
    }
    return false;
}

/* ---- Reading ---- */

static char *keep_text(struct reading *reading, const char *text, size_t length) {
    char *copy = region_copy(&reading->description->set->region, reading->description->env, text, length);
    if (copy == NULL) sandbox_leave(reading->sandbox, LEFT_NOMEM);
    return copy;
}

/* Pushes the field; its type. */
static int push_field(struct reading *reading, int table, const char *name) {
    lua_pushstring(reading->lua, name);
    return lua_rawget(reading->lua, table);
}

/* A text of the table, or NULL when it is nothing and may be. */
static const char *read_text(struct reading *reading, int table, const char *path, size_t limit, bool required) {
    lua_State *lua = reading->lua;
    const char *copy = NULL;
    int type = push_field(reading, table, last_part(path));
    if (type == LUA_TSTRING) {
        size_t length = 0;
        const char *text = lua_tolstring(lua, -1, &length);
        if (length == 0 || length > limit || !utf8_is_plain(text, length)) {
            refuse(reading, path, "a short text that is not empty", length == 0 ? "empty" : "too long, or not plain text");
        }
        copy = keep_text(reading, text, length);
    } else if (type != LUA_TNIL || required) {
        refuse(reading, path, "a text", values_kind(lua, -1));
    }
    lua_pop(lua, 1);
    return copy;
}

/* Small letters, digits, "_", "-" and, with `dots`, ".": what may stand in an id. */
static void check_code(struct reading *reading, const char *path, const char *code, bool dots) {
    if (code == NULL) return;
    const char *allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-.";
    size_t good = strspn(code, allowed);
    bool dotted = strchr(code, '.') != NULL;
    if (code[good] == '\0' && (dots || !dotted)) return;
    refuse(reading, path, dots ? "small letters, digits, '_', '-' and '.'" : "small letters, digits, '_' and '-'", code);
}

static void check_keys(struct reading *reading, int table, const char *prefix, const char *const *known) {
    lua_State *lua = reading->lua;
    lua_Integer count = keys_push_sorted(lua, table);
    for (lua_Integer i = 1; i <= count; i++) {
        char path[VALUES_PATH_SIZE];
        snprintf(path, sizeof path, "%s", prefix);
        if (lua_rawgeti(lua, -1, i) != LUA_TSTRING) refuse(reading, prefix[0] == '\0' ? "id" : prefix, "named fields", "a list");
        values_path_name(path, lua_tostring(lua, -1));
        if (!is_listed(lua_tostring(lua, -1), known)) refuse_unknown(reading, path, known);
        lua_pop(lua, 1);
    }
    lua_pop(lua, 1);
}

static void read_title(struct reading *reading) {
    static const char *const known[] = {"en", "zh", NULL};
    struct rule *rule = reading->description->rule;
    if (push_field(reading, reading->table, "title") != LUA_TTABLE) {
        refuse(reading, "title", "{ en = \"...\", zh = \"...\" }", values_kind(reading->lua, -1));
    }
    int title = lua_gettop(reading->lua);
    check_keys(reading, title, "title", known);
    rule->title_en = read_text(reading, title, "title.en", TITLE_LIMIT, true);
    rule->title_zh = read_text(reading, title, "title.zh", TITLE_LIMIT, true);
    lua_pop(reading->lua, 1);
}

static void read_order(struct reading *reading) {
    struct rule *rule = reading->description->rule;
    rule->order = DEFAULT_ORDER;
    int type = push_field(reading, reading->table, "order");
    if (type != LUA_TNIL) {
        if (!lua_isinteger(reading->lua, -1) || lua_tointeger(reading->lua, -1) < 0 ||
            lua_tointeger(reading->lua, -1) > LARGEST_ORDER) {
            refuse(reading, "order", "a whole number from 0 to 1000000", values_kind(reading->lua, -1));
        }
        rule->order = lua_tointeger(reading->lua, -1);
    }
    lua_pop(reading->lua, 1);
}

static bool has_function(struct reading *reading, const char *name) {
    int type = push_field(reading, reading->table, name);
    if (type != LUA_TNIL && type != LUA_TFUNCTION) {
        refuse(reading, name, "a function(input, dealer)", values_kind(reading->lua, -1));
    }
    lua_pop(reading->lua, 1);
    return type == LUA_TFUNCTION;
}

static json_value *read_data(struct reading *reading, const char *name, int depth) {
    struct values_fault fault;
    reading->sandbox->result_bytes = 0;
    reading->sandbox->result_entries = 0;
    json_value *value = values_read(reading->lua, -1, name, depth, &fault);
    if (value == NULL) {
        refuse(reading, fault.path, strcmp(fault.found, "function") == 0 ? "data; name functions in conditions" : fault.expected,
            fault.found);
    }
    return value;
}

static bool read_flow(struct reading *reading) {
    int type = push_field(reading, reading->table, "flow");
    if (type != LUA_TNIL) {
        if (type != LUA_TTABLE) refuse(reading, "flow", "a table", values_kind(reading->lua, -1));
        reading->description->rule->flow = read_data(reading, "flow", 2 * reading->sandbox->limits->depth);
    }
    lua_pop(reading->lua, 1);
    return type != LUA_TNIL;
}

/* Held as data; what it says is checked by table_build, which also knows what kind of rule it makes. */
static bool read_the_table(struct reading *reading) {
    int type = push_field(reading, reading->table, "table");
    if (type != LUA_TNIL) {
        if (type != LUA_TTABLE) refuse(reading, "table", "a table", values_kind(reading->lua, -1));
        reading->description->table = read_data(reading, "table", reading->sandbox->limits->depth);
    }
    lua_pop(reading->lua, 1);
    return type != LUA_TNIL;
}

static bool read_conditions(struct reading *reading) {
    lua_State *lua = reading->lua;
    struct rule *rule = reading->description->rule;
    int type = push_field(reading, reading->table, "conditions");
    if (type == LUA_TNIL) {
        lua_pop(lua, 1);
        return false;
    }
    if (type != LUA_TTABLE) refuse(reading, "conditions", "a table of functions by name", values_kind(lua, -1));
    int conditions = lua_gettop(lua);
    lua_Integer count = keys_push_sorted(lua, conditions);
    const char **names = REGION_ARRAY(&reading->description->set->region, reading->description->env, const char *, count + 1);
    if (names == NULL) sandbox_leave(reading->sandbox, LEFT_NOMEM);
    for (lua_Integer i = 1; i <= count; i++) {
        char path[VALUES_PATH_SIZE] = "conditions";
        if (lua_rawgeti(lua, -1, i) != LUA_TSTRING) refuse(reading, path, "a table of functions by name", "a list");
        size_t length = 0;
        const char *name = lua_tolstring(lua, -1, &length);
        values_path_name(path, name);
        check_code(reading, path, name, false);
        if (push_field(reading, conditions, name) != LUA_TFUNCTION) {
            refuse(reading, path, "a function(input, dealer)", values_kind(lua, -1));
        }
        names[i - 1] = keep_text(reading, name, length);
        lua_pop(lua, 2);
    }
    rule->conditions = names;
    rule->condition_count = (size_t)count;
    lua_settop(lua, conditions - 1);
    return true;
}

/* ---- Cases ---- */

static void check_case_field(struct reading *reading, const json_value *item, const char *path, const char *name,
    enum json_kind kind, const char *expected) {
    char field[VALUES_PATH_SIZE];
    const json_value *value = json_get(item, name);
    snprintf(field, sizeof field, "%s", path);
    values_path_name(field, name);
    bool empty_table = kind == JSON_OBJECT && json_kind(value) == JSON_ARRAY && json_count(value) == 0;
    if (json_kind(value) != kind && !empty_table) refuse(reading, field, expected, values_json_kind(value));
}

/* A table that nothing is in reads as a list; an input is a table with names. */
static void name_the_input(struct reading *reading, json_value *item) {
    struct json *json = reading->sandbox->answers;
    if (json_kind(json_get(item, "given")) == JSON_ARRAY) json_set(json, item, "given", json_new_object(json));
}

/* What a case expects must be something that its rule can give. */
static void check_expectation(struct reading *reading, const json_value *item, const char *path) {
    const struct rule *rule = reading->description->rule;
    bool has_condition = json_get(item, "condition") != NULL, expects = json_get(item, "expect") != NULL;
    if (json_get(item, "fails") != NULL) return;
    if (!expects && json_get(item, "applies") == NULL) refuse(reading, path, "a case with expect, applies or fails", "without");
    if (!expects) return;
    if (has_condition) {
        check_case_field(reading, item, path, "expect", JSON_BOOLEAN, "true or false");
    } else if (rule->kind == RULE_TABLE) { /* by its outputs perhaps a valuation or a policy */
        const json_value *value = json_get(item, "expect");
        if (json_kind(value) != JSON_OBJECT && json_kind(value) != JSON_ARRAY) {
            refuse(reading, path, "a table: part of the result", values_json_kind(value));
        }
    } else if (rule->kind == RULE_VALUATION || rule->kind == RULE_POLICY || rule->kind == RULE_CHOOSE) {
        check_case_field(reading, item, path, "expect", JSON_OBJECT, "a table: part of the result");
    } else {
        refuse(reading, path, "a case with a condition", "without");
    }
}

static void check_case_names(struct reading *reading, const json_value *item, const char *path) {
    static const char *const known[] = {"name", "given", "lookups", "applies", "condition", "expect", "fails", NULL};
    const char *key = NULL;
    if (json_kind(item) != JSON_OBJECT) refuse(reading, path, "a table with name, given, expect", values_json_kind(item));
    for (struct json_cursor cursor = json_each(item); json_next(&cursor, &key) != NULL;) {
        char field[VALUES_PATH_SIZE];
        snprintf(field, sizeof field, "%s", path);
        values_path_name(field, key);
        if (!is_listed(key, known)) refuse_unknown(reading, field, known);
    }
}

static void check_case(struct reading *reading, const json_value *item, const char *path) {
    check_case_names(reading, item, path);
    check_case_field(reading, item, path, "name", JSON_TEXT, "a text");
    check_case_field(reading, item, path, "given", JSON_OBJECT, "a table: the input of the rule");
    if (json_get(item, "lookups") != NULL) check_case_field(reading, item, path, "lookups", JSON_OBJECT, "answers by name");
    if (json_get(item, "applies") != NULL) check_case_field(reading, item, path, "applies", JSON_BOOLEAN, "true or false");
    const json_value *condition = json_get(item, "condition");
    if (condition != NULL) {
        check_case_field(reading, item, path, "condition", JSON_TEXT, "the name of a condition");
        if (!rule_has_condition(reading->description->rule, json_text(condition))) {
            refuse(reading, path, "a case of a condition of this file", json_text(condition));
        }
    }
    check_expectation(reading, item, path);
}

static void read_cases(struct reading *reading) {
    lua_State *lua = reading->lua;
    struct rule *rule = reading->description->rule;
    int type = push_field(reading, reading->table, "cases");
    if (type != LUA_TTABLE && type != LUA_TNIL) refuse(reading, "cases", "a list of cases", values_kind(lua, -1));
    json_value *cases = type == LUA_TNIL ? json_new_array(reading->sandbox->answers)
                                         : read_data(reading, "cases", 2 + 2 * reading->sandbox->limits->depth);
    if (cases == NULL) sandbox_leave(reading->sandbox, LEFT_NOMEM);
    if (json_kind(cases) != JSON_ARRAY) refuse(reading, "cases", "a list of cases", "table");
    json_value *item = NULL;
    int64_t index = 0;
    for (struct json_cursor cursor = json_each(cases); (item = json_next(&cursor, NULL)) != NULL;) {
        char path[VALUES_PATH_SIZE] = "cases";
        values_path_index(path, ++index);
        check_case(reading, item, path);
        name_the_input(reading, item);
    }
    rule->cases = cases;
    lua_pop(lua, 1);
}

/* ---- The whole ---- */

struct kinds {
    bool value, decide, choose, flow, table, conditions;
};

_Noreturn static void refuse_kinds(struct reading *reading, const struct kinds *kinds) {
    struct rule_description *description = reading->description;
    char found[80];
    snprintf(found, sizeof found, "%s%s%s%s%s%s", kinds->value ? "value " : "", kinds->decide ? "decide " : "",
        kinds->choose ? "choose " : "", kinds->flow ? "flow " : "", kinds->table ? "table " : "",
        kinds->conditions ? "conditions " : "");
    if (found[0] == '\0') snprintf(found, sizeof found, "none ");
    found[strlen(found) - 1] = '\0';
    const char *word = kinds->decide ? "decide" : kinds->value ? "value" : "return";
    error_raise(&description->env->error, &E_RULE_KIND, "file", description->file->name, "line",
        NUMBER(source_line_of_field(description->file, word)), "found", found, NULL);
    sandbox_raised(reading->sandbox);
}

static void read_kind(struct reading *reading) {
    struct kinds kinds = {.value = has_function(reading, "value")};
    kinds.decide = has_function(reading, "decide");
    kinds.choose = has_function(reading, "choose");
    kinds.flow = read_flow(reading);
    kinds.table = read_the_table(reading);
    kinds.conditions = read_conditions(reading);
    int count = kinds.value + kinds.decide + kinds.choose + kinds.flow + kinds.table;
    bool fits = count == 1 ? !kinds.conditions || kinds.flow : count == 0 && kinds.conditions;
    if (!fits) refuse_kinds(reading, &kinds);
    reading->description->rule->kind = kinds.value    ? RULE_VALUATION
                                       : kinds.decide ? RULE_POLICY
                                       : kinds.choose ? RULE_CHOOSE
                                       : kinds.flow   ? RULE_FLOW
                                       : kinds.table  ? RULE_TABLE
                                                      : RULE_CONDITIONS;
}

void rule_file_describe(struct sandbox *sandbox, struct rule_description *description) {
    static const char *const known[] = {
        "id", "title", "type", "order", "applies", "value", "decide", "choose", "flow", "table", "conditions", "cases", NULL};
    struct rule *rule = description->rule;
    struct reading reading = {
        .sandbox = sandbox, .lua = sandbox->lua, .description = description, .table = lua_gettop(sandbox->lua)};
    if (lua_type(sandbox->lua, -1) != LUA_TTABLE) {
        refuse(&reading, "return", "a table: return { id = ..., title = ..., ... }", values_kind(sandbox->lua, -1));
    }
    check_keys(&reading, reading.table, "", known);
    rule->id = read_text(&reading, reading.table, "id", ID_LIMIT, true);
    check_code(&reading, "id", rule->id, true);
    rule->type = read_text(&reading, reading.table, "type", ID_LIMIT, false);
    check_code(&reading, "type", rule->type, false);
    read_title(&reading);
    read_order(&reading);
    rule->has_applies = has_function(&reading, "applies");
    read_kind(&reading);
    read_cases(&reading);
    if (json_status(sandbox->answers) != DEALER_OK) sandbox_leave(sandbox, LEFT_NOMEM);
}

void rule_file_place(lua_State *lua) {
    static const struct {
        const char *name;
        int slot;
    } places[] = {{"applies", SLOT_APPLIES}, {"value", SLOT_MAIN}, {"decide", SLOT_MAIN}, {"choose", SLOT_MAIN},
        {"conditions", SLOT_CONDITIONS}};
    int table = lua_gettop(lua);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        lua_pushstring(lua, places[i].name);
        if (lua_rawget(lua, table) != LUA_TNIL) lua_copy(lua, -1, places[i].slot);
        lua_pop(lua, 1);
    }
    lua_settop(lua, SLOT_LAST);
}
