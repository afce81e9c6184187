/* The allow-list. Whoever adds a name gives the reason, documents it in rules/types/dealer.lua and, when it can work
 * for long without an instruction, lets it sandbox_spend what it does.
 *
 * Left out on purpose: load, loadstring, dofile, require (other code), pcall, xpcall (a failing rule has failed),
 * setmetatable, getmetatable, rawset, rawget, rawequal, rawlen, next (order of hashing), coroutine, debug, io, os,
 * package, collectgarbage, print, warn, string.dump, string.pack, math.random, _G, _ENV, _VERSION. */
#include "rules/api.h"

#include "rules/messages.h"

#include <string.h>

static const struct api_entry entries[] = {
    {"", "assert", api_base_assert, "a rule states what it relies on"},
    {"", "error", api_base_error, "a rule says that it can't decide; the document stays where it is"},
    {"", "ipairs", api_base_ipairs, "walk a list"},
    {"", "pairs", api_base_pairs, "walk a table, always in the same order"},
    {"", "select", api_base_select, "take some of many arguments"},
    {"", "tonumber", api_base_tonumber, "text of a field to a number"},
    {"", "tostring", api_base_tostring, "value to text, never an address"},
    {"", "type", api_base_type, "tell missing values and money from others"},

    {"math", "abs", api_math_abs, "distance"},
    {"math", "ceil", api_math_ceil, "round up"},
    {"math", "exp", api_math_exp, "depreciation curves"},
    {"math", "floor", api_math_floor, "round down"},
    {"math", "fmod", api_math_fmod, "remainder with the sign of the dividend"},
    {"math", "huge", NULL, "start of a search for the smallest"},
    {"math", "log", api_math_log, "depreciation curves"},
    {"math", "max", api_math_max, "the larger"},
    {"math", "maxinteger", NULL, "bounds of integers"},
    {"math", "min", api_math_min, "the smaller"},
    {"math", "mininteger", NULL, "bounds of integers"},
    {"math", "pi", NULL, "completeness: people expect it"},
    {"math", "sqrt", api_math_sqrt, "spread of comparables"},
    {"math", "tointeger", api_math_tointeger, "whole numbers, or nil"},
    {"math", "type", api_math_type, "integer or float"},

    {"string", "byte", api_string_byte, "read codes of serial numbers"},
    {"string", "char", api_string_char, "make a character"},
    {"string", "find", api_string_find, "search, steps counted"},
    {"string", "format", api_string_format, "texts for reasons; no %p, no %q"},
    {"string", "gmatch", api_string_gmatch, "search, steps counted"},
    {"string", "gsub", api_string_gsub, "replace, steps counted"},
    {"string", "len", api_string_len, "bytes of a text"},
    {"string", "lower", api_string_lower, "ASCII letters, in any locale the same"},
    {"string", "match", api_string_match, "take model codes apart, steps counted"},
    {"string", "rep", api_string_rep, "repeat, bytes counted"},
    {"string", "reverse", api_string_reverse, "completeness: people expect it"},
    {"string", "sub", api_string_sub, "part of a text"},
    {"string", "upper", api_string_upper, "ASCII letters, in any locale the same"},

    {"table", "concat", api_table_concat, "join texts, bytes counted"},
    {"table", "insert", api_table_insert, "grow a list, moves counted"},
    {"table", "move", api_table_move, "copy a part of a list, moves counted"},
    {"table", "pack", api_table_pack, "arguments to a list"},
    {"table", "remove", api_table_remove, "shrink a list, moves counted"},
    {"table", "sort", api_table_sort, "order comparables; stable, comparisons counted"},
    {"table", "unpack", api_table_unpack, "a short list to arguments"},

    {"money", "from_number", api_money_from_number, "a computed price becomes money, with a rounding that is named"},
    {"money", "is", api_money_is, "tell money from other values"},
    {"money", "max", api_money_max, "the larger of one currency"},
    {"money", "min", api_money_min, "the smaller of one currency"},
    {"money", "minor", api_money_minor, "from minor units"},
    {"money", "new", api_money_new, "from a written amount, exactly"},
    {"money", "sum", api_money_sum, "add a list"},
    {"money", "zero", api_money_zero, "start of a sum"},
    {"money:", "abs", api_money_method_abs, "distance of amounts"},
    {"money:", "allocate", api_money_method_allocate, "split without losing a cent"},
    {"money:", "currency", api_money_method_currency, "which currency it is"},
    {"money:", "is_negative", api_money_method_is_negative, "sign"},
    {"money:", "is_zero", api_money_method_is_zero, "sign"},
    {"money:", "minor", api_money_method_minor, "exact integer of minor units"},
    {"money:", "number", api_money_method_number, "to a float, for statistics only"},
    {"money:", "percent_bp", api_money_method_percent_bp, "percent in basis points, rounded once"},
    {"money:", "ratio_bp", api_money_method_ratio_bp, "margin as basis points of another amount"},
    {"money:", "round_to", api_money_method_round_to, "whole hundreds, as dealers quote"},
    {"money:", "scale", api_money_method_scale, "times a fraction, rounded once"},
    {"money:", "text", api_money_method_text, "for reasons"},

    {"date", "add_business_days", api_date_add_business_days, "terms that count business days"},
    {"date", "add_days", api_date_add_days, "terms"},
    {"date", "add_months", api_date_add_months, "instalments; the last day stays in its month"},
    {"date", "between", api_date_between, "days from one date to another"},
    {"date", "day", api_date_day, "part of a date"},
    {"date", "days", api_date_days, "number of a day, to reckon with"},
    {"date", "from_days", api_date_from_days, "and back"},
    {"date", "is", api_date_is, "is this text a date that exists"},
    {"date", "is_business_day", api_date_is_business_day, "the configured calendar"},
    {"date", "make", api_date_make, "from year, month, day"},
    {"date", "month", api_date_month, "part of a date"},
    {"date", "months_between", api_date_months_between, "age in full months"},
    {"date", "of_instant", api_date_of_instant, "date of a moment at a given offset"},
    {"date", "parts", api_date_parts, "year, month, day at once"},
    {"date", "weekday", api_date_weekday, "1 Monday to 7 Sunday"},
    {"date", "year", api_date_year, "part of a date"},

    {"dealer", "has_lookup", api_dealer_has_lookup, "does this host offer it"},
    {"dealer", "lookup", api_dealer_lookup, "data that the host offers by name"},
    {"dealer", "near_miss", api_dealer_near_miss, "what would have changed the outcome, for the explanation"},
    {"dealer", "table", api_dealer_table, "ask a decision table of the same set, rows counted"},
    {NULL, NULL, NULL, NULL},
};

const struct api_entry *api_entries(void) {
    return entries;
}

static void push_entry(lua_State *lua, const struct api_entry *entry) {
    if (entry->function != NULL)
        lua_pushcfunction(lua, entry->function);
    else
        api_push_constant(lua, entry);
}

static int count_entries(const struct api_entry *first) {
    int count = 0;
    while (first[count].name != NULL && strcmp(first[count].module, first->module) == 0) count++;
    return count;
}

/* Pushes the table of a module, of the exact size, so that the image stays small. */
static const struct api_entry *push_module(lua_State *lua, const struct api_entry *entry) {
    int count = count_entries(entry);
    lua_createtable(lua, 0, count);
    for (const struct api_entry *end = entry + count; entry < end; entry++) {
        push_entry(lua, entry);
        lua_setfield(lua, -2, entry->name);
    }
    return entry;
}

/* A name that is not there raises: a typing error must not read as a missing value. */
static void guard_globals(lua_State *lua, int globals) {
    lua_createtable(lua, 0, 2);
    lua_pushcfunction(lua, api_base_undefined);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, api_base_assigned);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, globals);
}

/* ("x"):rep finds the counted functions, and nothing else. */
static void open_string(lua_State *lua, int module) {
    lua_pushliteral(lua, "");
    lua_createtable(lua, 0, 1);
    lua_pushvalue(lua, module);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
    lua_pop(lua, 1);
}

void api_open(lua_State *lua) {
    lua_pushglobaltable(lua);
    int globals = lua_gettop(lua);
    lua_pushnil(lua);
    int dealer = lua_gettop(lua);
    for (const struct api_entry *entry = entries; entry->name != NULL;) {
        const char *module = entry->module;
        if (module[0] == '\0') {
            push_entry(lua, entry);
            lua_setfield(lua, globals, entry->name);
            entry++;
            continue;
        }
        entry = push_module(lua, entry);
        if (strcmp(module, "money:") == 0) api_open_money(lua, lua_gettop(lua));
        if (strcmp(module, "string") == 0) open_string(lua, lua_gettop(lua));
        if (strcmp(module, "dealer") == 0)
            lua_replace(lua, dealer);
        else if (strcmp(module, "money:") == 0)
            lua_pop(lua, 1);
        else
            lua_setfield(lua, globals, module);
    }
    guard_globals(lua, globals);
    lua_remove(lua, globals); /* leaves the table of `dealer` */
}
