/* Module date: days as text (YYYY-MM-DD), as documents hold them. No clock: today is in the input or nowhere. */
#include "rules/api.h"

#include <lauxlib.h>
#include <math.h>

enum { FIRST_DAY = -719162, LAST_DAY = 2932896, MOST_BUSINESS_DAYS = 3660 }; /* 0001-01-01, 9999-12-31 */

static bool to_days(lua_State *lua, int argument, int32_t *out) {
    size_t length = 0;
    if (lua_type(lua, argument) != LUA_TSTRING) return false;
    const char *text = lua_tolstring(lua, argument, &length);
    return date_parse(text, length, out);
}

static int32_t check_date(lua_State *lua, int argument) {
    int32_t days = 0;
    if (!to_days(lua, argument, &days)) {
        luaL_error(lua, "a date that exists, as YYYY-MM-DD, is expected; got %s",
            lua_type(lua, argument) == LUA_TSTRING ? lua_tostring(lua, argument) : luaL_typename(lua, argument));
    }
    return days;
}

static lua_Integer check_integer(lua_State *lua, int argument) {
    luaL_checktype(lua, argument, LUA_TNUMBER);
    return luaL_checkinteger(lua, argument);
}

static int push_date(lua_State *lua, lua_Integer days) {
    char text[11];
    if (days < FIRST_DAY || days > LAST_DAY) return luaL_error(lua, "the date lies outside the years 1 to 9999");
    date_format((int32_t)days, text);
    lua_pushstring(lua, text);
    return 1;
}

static int push_part(lua_State *lua, int part) {
    int parts[3];
    date_civil(check_date(lua, 1), &parts[0], &parts[1], &parts[2]);
    lua_pushinteger(lua, parts[part]);
    return 1;
}

int api_date_is(lua_State *lua) {
    int32_t days = 0;
    luaL_checkany(lua, 1);
    lua_pushboolean(lua, to_days(lua, 1, &days));
    return 1;
}

int api_date_make(lua_State *lua) {
    lua_Integer parts[3];
    char text[32];
    for (int i = 0; i < 3; i++) parts[i] = check_integer(lua, i + 1);
    if (parts[0] < 1 || parts[0] > 9999 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31) {
        return luaL_error(lua, "there is no such day");
    }
    int32_t days = date_days((int)parts[0], (int)parts[1], (int)parts[2]);
    int year = 0, month = 0, day = 0;
    date_civil(days, &year, &month, &day);
    if (month != parts[1]) return luaL_error(lua, "there is no such day");
    date_format(days, text);
    lua_pushstring(lua, text);
    return 1;
}

int api_date_parts(lua_State *lua) {
    int year = 0, month = 0, day = 0;
    date_civil(check_date(lua, 1), &year, &month, &day);
    lua_pushinteger(lua, year);
    lua_pushinteger(lua, month);
    lua_pushinteger(lua, day);
    return 3;
}

int api_date_year(lua_State *lua) {
    return push_part(lua, 0);
}

int api_date_month(lua_State *lua) {
    return push_part(lua, 1);
}

int api_date_day(lua_State *lua) {
    return push_part(lua, 2);
}

int api_date_days(lua_State *lua) {
    lua_pushinteger(lua, check_date(lua, 1));
    return 1;
}

int api_date_from_days(lua_State *lua) {
    return push_date(lua, check_integer(lua, 1));
}

int api_date_between(lua_State *lua) {
    lua_pushinteger(lua, check_date(lua, 2) - check_date(lua, 1));
    return 1;
}

/* A number of days or months that cannot overflow whatever it is added to. */
static lua_Integer check_count(lua_State *lua, int argument) {
    lua_Integer count = check_integer(lua, argument);
    luaL_argcheck(lua, count >= -4000000 && count <= 4000000, argument, "too many");
    return count;
}

int api_date_add_days(lua_State *lua) {
    return push_date(lua, check_date(lua, 1) + check_count(lua, 2));
}

static int days_of_month(int year, int month) {
    return month == 12 ? 31 : date_days(year, month + 1, 1) - date_days(year, month, 1);
}

int api_date_add_months(lua_State *lua) {
    int year = 0, month = 0, day = 0;
    date_civil(check_date(lua, 1), &year, &month, &day);
    lua_Integer months = (lua_Integer)year * 12 + month - 1 + check_count(lua, 2);
    if (months < 12 || months >= 10000 * 12) return luaL_error(lua, "the date lies outside the years 1 to 9999");
    year = (int)(months / 12);
    month = (int)(months % 12) + 1;
    int last = days_of_month(year, month);
    return push_date(lua, date_days(year, month, day < last ? day : last));
}

/* Full months: one less when the day of the month is not reached. Negative when the second date is the earlier. */
int api_date_months_between(lua_State *lua) {
    int32_t from = check_date(lua, 1), to = check_date(lua, 2);
    int sign = to < from ? -1 : 1, year[2], month[2], day[2];
    date_civil(sign < 0 ? to : from, &year[0], &month[0], &day[0]);
    date_civil(sign < 0 ? from : to, &year[1], &month[1], &day[1]);
    int months = (year[1] - year[0]) * 12 + month[1] - month[0] - (day[1] < day[0] ? 1 : 0);
    lua_pushinteger(lua, sign * months);
    return 1;
}

int api_date_weekday(lua_State *lua) {
    int32_t days = check_date(lua, 1); /* 1970-01-01 was a Thursday */
    lua_pushinteger(lua, ((days + 3) % 7 + 7) % 7 + 1);
    return 1;
}

int api_date_of_instant(lua_State *lua) {
    lua_Integer instant = check_integer(lua, 1);
    lua_Integer offset = lua_isnoneornil(lua, 2) ? 0 : check_integer(lua, 2);
    luaL_argcheck(lua, instant > -62135600000000 && instant < 253402300000000, 1, "a moment in UTC milliseconds expected");
    luaL_argcheck(lua, offset >= -840 && offset <= 840, 2, "an offset in minutes expected");
    return push_date(lua, date_of_instant(instant, (int32_t)offset));
}

/* ---- Business days ---- */

static const struct calendar *calendar_of(lua_State *lua) {
    static const struct calendar plain = {0};
    const struct rule_call *call = sandbox_of(lua)->call;
    return call != NULL && call->calendar != NULL ? call->calendar : &plain;
}

int api_date_is_business_day(lua_State *lua) {
    lua_pushboolean(lua, calendar_is_business_day(calendar_of(lua), check_date(lua, 1)));
    return 1;
}

int api_date_add_business_days(lua_State *lua) {
    int32_t days = check_date(lua, 1);
    lua_Integer count = check_integer(lua, 2);
    luaL_argcheck(lua, count >= -MOST_BUSINESS_DAYS && count <= MOST_BUSINESS_DAYS, 2, "more than ten years");
    const struct calendar *calendar = calendar_of(lua);
    size_t exceptions = calendar->holiday_count + calendar->workday_count;
    sandbox_spend(sandbox_of(lua), 16 * (count < 0 ? -count : count) + (int64_t)exceptions);
    if (days < FIRST_DAY + 8000 || days > LAST_DAY - 8000) return luaL_error(lua, "the date is too far away for business days");
    return push_date(lua, calendar_add_business_days(calendar, days, (int32_t)count));
}
