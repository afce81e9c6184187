/* Module money: exact amounts as values of their own. What base/money.h refuses (overflow, mixed currencies, a zero
 * divisor) a rule can't do either: the rule fails, with base's sentence as the cause. */
#include "rules/api.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

/* The address is the key of the metatable in the registry. */
static const char money_key = 0;

bool api_is_money(lua_State *lua, int index) {
    /* Buffers are the only other userdata, and never shown to a rule. */
    return lua_type(lua, index) == LUA_TUSERDATA;
}

struct money api_check_money(lua_State *lua, int argument) {
    if (!api_is_money(lua, argument)) {
        luaL_error(lua, "money expected, got %s; make it with money.new(\"1234.50\", \"CNY\")", luaL_typename(lua, argument));
    }
    return *(struct money *)lua_touserdata(lua, argument);
}

void api_push_money(lua_State *lua, struct money money) {
    *(struct money *)lua_newuserdatauv(lua, sizeof money, 0) = money;
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &money_key);
    lua_setmetatable(lua, -2);
}

static struct env *env_of(lua_State *lua) {
    return sandbox_of(lua)->env;
}

/* Pushes what a function of base gave, or raises. */
static int finish(lua_State *lua, dealer_status status, struct money money) {
    if (status != DEALER_OK) return api_raise_base(lua, status);
    api_push_money(lua, money);
    return 1;
}

static const char *const rounding_names[] = {"half_up", "half_even", "down", "up", NULL};

static enum money_rounding check_rounding(lua_State *lua, int argument) {
    return (enum money_rounding)luaL_checkoption(lua, argument, "half_up", rounding_names);
}

/* A currency that is well formed, as the money of its zero. */
static struct money check_currency(lua_State *lua, int argument) {
    struct money zero = {0};
    luaL_checktype(lua, argument, LUA_TSTRING);
    dealer_status status = money_parse(env_of(lua), "0", lua_tostring(lua, argument), &zero);
    if (status != DEALER_OK) api_raise_base(lua, status);
    return zero;
}

static int64_t power_of_ten(int exponent) {
    int64_t power = 1;
    for (; exponent > 0; exponent--) power *= 10;
    return power;
}

static lua_Integer check_integer(lua_State *lua, int argument) {
    luaL_checktype(lua, argument, LUA_TNUMBER);
    return luaL_checkinteger(lua, argument);
}

/* ---- The module ---- */

int api_money_new(lua_State *lua) {
    struct money money = check_currency(lua, 2);
    char digits[64];
    if (lua_isinteger(lua, 1)) {
        api_number_text(lua, 1, digits);
        return finish(lua, money_parse(env_of(lua), digits, money.currency, &money), money);
    }
    if (lua_type(lua, 1) != LUA_TSTRING) {
        return luaL_error(
            lua, "an amount is written as text or as an integer; use money.from_number for a %s", luaL_typename(lua, 1));
    }
    return finish(lua, money_parse(env_of(lua), lua_tostring(lua, 1), lua_tostring(lua, 2), &money), money);
}

int api_money_minor(lua_State *lua) {
    struct money money = check_currency(lua, 2);
    money.minor = check_integer(lua, 1);
    return finish(lua, DEALER_OK, money);
}

int api_money_zero(lua_State *lua) {
    return finish(lua, DEALER_OK, check_currency(lua, 1));
}

static double rounded(double number, enum money_rounding rounding) {
    switch (rounding) {
    case ROUND_DOWN: return trunc(number);
    case ROUND_UP: return number < 0 ? floor(number) : ceil(number);
    case ROUND_HALF_EVEN: return number - remainder(number, 1.0); /* remainder() itself takes the even neighbour */
    default: return round(number);
    }
}

int api_money_from_number(lua_State *lua) {
    static const double exact = 9007199254740992.0; /* 2^53: beyond, a float has no minor units any more */
    luaL_checktype(lua, 1, LUA_TNUMBER);
    struct money money = check_currency(lua, 2);
    double minor = lua_tonumber(lua, 1) * (double)power_of_ten(money_exponent(money.currency));
    minor = rounded(minor, check_rounding(lua, 3));
    if (!(minor > -exact && minor < exact)) return luaL_error(lua, "the number is too large, or not a number, to be money");
    money.minor = (int64_t)minor;
    return finish(lua, DEALER_OK, money);
}

static int pick(lua_State *lua, int sign) {
    int count = lua_gettop(lua);
    struct money best = api_check_money(lua, 1);
    sandbox_spend(sandbox_of(lua), count);
    for (int i = 2; i <= count; i++) {
        int order = 0;
        struct money other = api_check_money(lua, i);
        dealer_status status = money_compare(env_of(lua), other, best, &order);
        if (status != DEALER_OK) return api_raise_base(lua, status);
        if (order * sign > 0) best = other;
    }
    return finish(lua, DEALER_OK, best);
}

int api_money_min(lua_State *lua) {
    return pick(lua, -1);
}

int api_money_max(lua_State *lua) {
    return pick(lua, 1);
}

int api_money_sum(lua_State *lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_Integer count = (lua_Integer)lua_rawlen(lua, 1);
    struct money sum = {0};
    if (count == 0 || !lua_isnoneornil(lua, 2)) sum = check_currency(lua, 2); /* of nothing only the currency is known */
    sandbox_spend(sandbox_of(lua), 4 * count);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(lua, 1, i);
        struct money part = api_check_money(lua, -1);
        lua_pop(lua, 1);
        if (sum.currency[0] == '\0') {
            sum = part;
            continue;
        }
        dealer_status status = money_add(env_of(lua), sum, part, &sum);
        if (status != DEALER_OK) return api_raise_base(lua, status);
    }
    return finish(lua, DEALER_OK, sum);
}

int api_money_is(lua_State *lua) {
    luaL_checkany(lua, 1);
    lua_pushboolean(lua, api_is_money(lua, 1));
    return 1;
}

/* ---- Methods ---- */

int api_money_method_minor(lua_State *lua) {
    lua_pushinteger(lua, api_check_money(lua, 1).minor);
    return 1;
}

int api_money_method_currency(lua_State *lua) {
    lua_pushstring(lua, api_check_money(lua, 1).currency);
    return 1;
}

int api_money_method_number(lua_State *lua) {
    struct money money = api_check_money(lua, 1);
    lua_pushnumber(lua, (double)money.minor / (double)power_of_ten(money_exponent(money.currency)));
    return 1;
}

int api_money_method_text(lua_State *lua) {
    char digits[32];
    money_format(api_check_money(lua, 1), digits, sizeof digits);
    lua_pushstring(lua, digits);
    return 1;
}

int api_money_method_percent_bp(lua_State *lua) {
    struct money money = api_check_money(lua, 1);
    lua_Integer basis_points = check_integer(lua, 2);
    return finish(lua, money_scale(env_of(lua), money, basis_points, 10000, check_rounding(lua, 3), &money), money);
}

int api_money_method_scale(lua_State *lua) {
    struct money money = api_check_money(lua, 1);
    lua_Integer numerator = check_integer(lua, 2), denominator = check_integer(lua, 3);
    return finish(lua, money_scale(env_of(lua), money, numerator, denominator, check_rounding(lua, 4), &money), money);
}

int api_money_method_allocate(lua_State *lua) {
    struct money money = api_check_money(lua, 1);
    luaL_checktype(lua, 2, LUA_TTABLE);
    size_t count = lua_rawlen(lua, 2);
    luaL_argcheck(lua, count >= 1 && count <= 1000, 2, "1 to 1000 weights expected");
    sandbox_spend(sandbox_of(lua), 64 * (int64_t)count);
    int64_t *weights = lua_newuserdatauv(lua, 2 * count * sizeof *weights, 0);
    int64_t *parts = weights + count;
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(lua, 2, (lua_Integer)i + 1);
        weights[i] = check_integer(lua, -1);
        lua_pop(lua, 1);
    }
    dealer_status status = money_allocate(env_of(lua), money, weights, count, parts);
    if (status != DEALER_OK) return api_raise_base(lua, status);
    lua_createtable(lua, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        money.minor = parts[i];
        api_push_money(lua, money);
        lua_rawseti(lua, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* To a whole multiple of a step: quotient rounded by base, times the step. */
int api_money_method_round_to(lua_State *lua) {
    struct money money = api_check_money(lua, 1), step = api_check_money(lua, 2), steps = {0};
    int order = 0;
    luaL_argcheck(lua, step.minor > 0, 2, "a step above zero expected");
    dealer_status status = money_compare(env_of(lua), money, step, &order);
    if (status == DEALER_OK) status = money_scale(env_of(lua), money, 1, step.minor, check_rounding(lua, 3), &steps);
    if (status == DEALER_OK) status = money_scale(env_of(lua), step, steps.minor, 1, ROUND_DOWN, &money);
    return finish(lua, status, money);
}

int api_money_method_ratio_bp(lua_State *lua) {
    struct money money = api_check_money(lua, 1), whole = api_check_money(lua, 2), ratio = {0};
    int order = 0;
    dealer_status status = money_compare(env_of(lua), money, whole, &order);
    if (status == DEALER_OK) status = money_scale(env_of(lua), money, 10000, whole.minor, check_rounding(lua, 3), &ratio);
    if (status != DEALER_OK) return api_raise_base(lua, status);
    lua_pushinteger(lua, ratio.minor);
    return 1;
}

int api_money_method_is_zero(lua_State *lua) {
    lua_pushboolean(lua, api_check_money(lua, 1).minor == 0);
    return 1;
}

int api_money_method_is_negative(lua_State *lua) {
    lua_pushboolean(lua, api_check_money(lua, 1).minor < 0);
    return 1;
}

static int negated(lua_State *lua, struct money money) {
    struct money zero = money;
    zero.minor = 0;
    return finish(lua, money_subtract(env_of(lua), zero, money, &money), money);
}

int api_money_method_abs(lua_State *lua) {
    struct money money = api_check_money(lua, 1);
    return money.minor < 0 ? negated(lua, money) : finish(lua, DEALER_OK, money);
}

/* ---- Operators ---- */

static int operator_add(lua_State *lua) {
    struct money sum = {0};
    return finish(lua, money_add(env_of(lua), api_check_money(lua, 1), api_check_money(lua, 2), &sum), sum);
}

static int operator_subtract(lua_State *lua) {
    struct money rest = {0};
    return finish(lua, money_subtract(env_of(lua), api_check_money(lua, 1), api_check_money(lua, 2), &rest), rest);
}

static int operator_negate(lua_State *lua) {
    return negated(lua, api_check_money(lua, 1));
}

/* Times a whole number is exact; anything else has to say how it rounds. */
static int operator_multiply(lua_State *lua) {
    int amount = api_is_money(lua, 1) ? 1 : 2, factor = 3 - amount;
    if (!lua_isinteger(lua, factor)) {
        return luaL_error(lua, "money is multiplied by whole numbers only; use :percent_bp or :scale, which say how to round");
    }
    struct money money = api_check_money(lua, amount);
    return finish(lua, money_scale(env_of(lua), money, lua_tointeger(lua, factor), 1, ROUND_DOWN, &money), money);
}

static int compared(lua_State *lua) {
    int order = 0;
    dealer_status status = money_compare(env_of(lua), api_check_money(lua, 1), api_check_money(lua, 2), &order);
    if (status != DEALER_OK) api_raise_base(lua, status);
    return order;
}

static int operator_equal(lua_State *lua) {
    lua_pushboolean(lua, compared(lua) == 0);
    return 1;
}

static int operator_less(lua_State *lua) {
    lua_pushboolean(lua, compared(lua) < 0);
    return 1;
}

static int operator_less_or_equal(lua_State *lua) {
    lua_pushboolean(lua, compared(lua) <= 0);
    return 1;
}

void api_open_money(lua_State *lua, int methods) {
    static const struct {
        const char *event;
        lua_CFunction function;
    } operators[] = {
        {"__add", operator_add},
        {"__sub", operator_subtract},
        {"__unm", operator_negate},
        {"__mul", operator_multiply},
        {"__eq", operator_equal},
        {"__lt", operator_less},
        {"__le", operator_less_or_equal},
    };
    enum { COUNT = sizeof operators / sizeof operators[0] };
    lua_createtable(lua, 0, COUNT + 2);
    for (size_t i = 0; i < COUNT; i++) {
        lua_pushcfunction(lua, operators[i].function);
        lua_setfield(lua, -2, operators[i].event);
    }
    lua_pushvalue(lua, methods);
    lua_setfield(lua, -2, "__index");
    lua_pushliteral(lua, "money"); /* "attempt to concatenate a money value" */
    lua_setfield(lua, -2, "__name");
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &money_key);
}
