/* What rules can reach: one array of names, each with its function and the reason why it is offered. Nothing else is
 * put into a state; a test walks one from inside and compares. */
#ifndef RULES_API_H
#define RULES_API_H

#include "rules/sandbox.h"

#include "base/money.h"

struct api_entry {
    const char *module; /* "" for a plain global; "money:" for what a money value offers by itself */
    const char *name;
    lua_CFunction function; /* NULL: a constant, api_push_constant knows it */
    const char *reason;
};
/* Ends with a NULL name. */
const struct api_entry *api_entries(void);
/* Fills the globals of a new state and leaves the table on the stack that a rule gets as `dealer`. */
void api_open(lua_State *lua);
void api_push_constant(lua_State *lua, const struct api_entry *entry); /* api_math.c */

/* ---- Helpers of the modules ---- */

enum { API_MANY = 250 }; /* values that one call may return or take apart */

/* lua_call for functions of the rule: at most 20 inside each other, so that a thread with a small stack is enough. */
void api_call(lua_State *lua, int arguments, int results);
/* The message of the error that base left in env, raised in Lua. */
int api_raise_base(lua_State *lua, dealer_status status);
/* A text growing in a userdata at a fixed place on the stack; every byte is work. Never crosses an evaluation. */
struct api_buffer {
    lua_State *lua;
    int slot;
    char *data;
    size_t length, capacity;
};
void api_buffer_init(struct api_buffer *buffer, lua_State *lua); /* pushes one value, which must stay */
void api_buffer_add(struct api_buffer *buffer, const char *data, size_t length);
void api_buffer_push(struct api_buffer *buffer); /* the text, on top of the stack */
/* Text of a number as tostring gives it, in any locale the same. At most 64 bytes. */
size_t api_number_text(lua_State *lua, int index, char out[64]);
/* Turns whatever stands where the decimal point should into one. */
void api_fix_point(char *digits);
/* tostring of the value at index: text, number, boolean, nil, money; other things give the name of their type. */
void api_push_text(lua_State *lua, int index);

bool api_is_money(lua_State *lua, int index);
struct money api_check_money(lua_State *lua, int argument);
void api_push_money(lua_State *lua, struct money money);
void api_open_money(lua_State *lua, int methods); /* metatable of money; `methods` is the table for __index */

/* ---- The functions, by module ---- */

int api_base_assert(lua_State *lua);
int api_base_error(lua_State *lua);
int api_base_ipairs(lua_State *lua);
int api_base_pairs(lua_State *lua);
int api_base_select(lua_State *lua);
int api_base_tonumber(lua_State *lua);
int api_base_tostring(lua_State *lua);
int api_base_type(lua_State *lua);
int api_base_undefined(lua_State *lua); /* reading or writing a global that is not there */
int api_base_assigned(lua_State *lua);

int api_math_abs(lua_State *lua);
int api_math_ceil(lua_State *lua);
int api_math_exp(lua_State *lua);
int api_math_floor(lua_State *lua);
int api_math_fmod(lua_State *lua);
int api_math_log(lua_State *lua);
int api_math_max(lua_State *lua);
int api_math_min(lua_State *lua);
int api_math_sqrt(lua_State *lua);
int api_math_tointeger(lua_State *lua);
int api_math_type(lua_State *lua);

int api_string_byte(lua_State *lua);
int api_string_char(lua_State *lua);
int api_string_find(lua_State *lua);
int api_string_format(lua_State *lua); /* api_string_format.c */
int api_string_gmatch(lua_State *lua);
int api_string_gsub(lua_State *lua);
int api_string_len(lua_State *lua);
int api_string_lower(lua_State *lua);
int api_string_match(lua_State *lua);
int api_string_rep(lua_State *lua);
int api_string_reverse(lua_State *lua);
int api_string_sub(lua_State *lua);
int api_string_upper(lua_State *lua);

int api_table_concat(lua_State *lua);
int api_table_insert(lua_State *lua);
int api_table_move(lua_State *lua);
int api_table_pack(lua_State *lua);
int api_table_remove(lua_State *lua);
int api_table_sort(lua_State *lua);
int api_table_unpack(lua_State *lua);

int api_money_new(lua_State *lua);
int api_money_minor(lua_State *lua);
int api_money_from_number(lua_State *lua);
int api_money_zero(lua_State *lua);
int api_money_min(lua_State *lua);
int api_money_max(lua_State *lua);
int api_money_sum(lua_State *lua);
int api_money_is(lua_State *lua);
int api_money_method_minor(lua_State *lua);
int api_money_method_currency(lua_State *lua);
int api_money_method_number(lua_State *lua);
int api_money_method_text(lua_State *lua);
int api_money_method_percent_bp(lua_State *lua);
int api_money_method_scale(lua_State *lua);
int api_money_method_allocate(lua_State *lua);
int api_money_method_round_to(lua_State *lua);
int api_money_method_ratio_bp(lua_State *lua);
int api_money_method_abs(lua_State *lua);
int api_money_method_is_zero(lua_State *lua);
int api_money_method_is_negative(lua_State *lua);

int api_date_is(lua_State *lua);
int api_date_make(lua_State *lua);
int api_date_parts(lua_State *lua);
int api_date_days(lua_State *lua);
int api_date_from_days(lua_State *lua);
int api_date_between(lua_State *lua);
int api_date_add_days(lua_State *lua);
int api_date_add_months(lua_State *lua);
int api_date_months_between(lua_State *lua);
int api_date_year(lua_State *lua);
int api_date_month(lua_State *lua);
int api_date_day(lua_State *lua);
int api_date_weekday(lua_State *lua);
int api_date_of_instant(lua_State *lua);
int api_date_is_business_day(lua_State *lua);
int api_date_add_business_days(lua_State *lua);

int api_dealer_lookup(lua_State *lua);
int api_dealer_has_lookup(lua_State *lua);
int api_dealer_near_miss(lua_State *lua);
int api_dealer_table(lua_State *lua);

#endif
