/* The library that rules see: every function, at its edges; that the allow-list is exactly what can be reached; and
 * that rules/types/dealer.lua documents exactly that. */
#include "rules/api.h"
#include "support/rule_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lualib.h>

static int begin(void **state) {
    static struct rule_trial trial;
    rule_trial_begin(&trial);
    *state = &trial;
    return 0;
}

static int end(void **state) {
    return rule_trial_end(*state) ? 0 : -1;
}

struct row {
    const char *expression, *answer; /* or what the error says, after "!" */
};

static void check_rows(void **state, const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *answer = rule_trial_expression(*state, "", rows[i].expression);
        bool fails = rows[i].answer[0] == '!';
        bool good = fails ? strncmp(answer, "error:", 6) == 0 && strstr(answer, rows[i].answer + 1) != NULL
                          : strcmp(answer, rows[i].answer) == 0;
        if (!good) fail_msg("%s gives %s, not %s", rows[i].expression, answer, rows[i].answer);
    }
}

#define CHECK(state, rows) check_rows((state), (rows), sizeof(rows) / sizeof(rows)[0])

static void test_base__functions(void **state) {
    static const struct row rows[] = {
        {"assert(1, 2)", "1"},
        {"assert(false, \"no\")", "!no"},
        {"assert()", "!value expected"},
        {"assert(nil, {})", "!assertion failed"},
        {"select(\"#\", 1, nil, 3)", "3"},
        {"{ select(2, \"a\", \"b\", \"c\") }", "[\"b\",\"c\"]"},
        {"{ select(-1, \"a\", \"b\") }", "[\"b\"]"},
        {"{ select(9, \"a\") }", "[]"},
        {"select(0)", "!index out of range"},
        {"select(-5, 1)", "!index out of range"},
        {"tonumber(\"12\")", "12"},
        {"tonumber(\"0x10\")", "16"},
        {"tonumber(\" 1.5 \")", "1.5"},
        {"tonumber(\"1,5\") == nil", "true"},
        {"tonumber({}) == nil", "true"},
        {"tonumber(7)", "7"},
        {"tonumber(\"ff\", 16)", "255"},
        {"tonumber(\"-Zz\", 36)", "-1295"},
        {"tonumber(\"12\", 2) == nil", "true"},
        {"tonumber(\"\", 10) == nil", "true"},
        {"tonumber(\"1\", 99)", "!base out of range"},
        {"tonumber(1, 10)", "!string expected"},
        {"tonumber()", "!value expected"},
        {"tostring(nil)", "\"nil\""},
        {"tostring(true)", "\"true\""},
        {"tostring(1.5)", "\"1.5\""},
        {"tostring(3.0)", "\"3.0\""},
        {"tostring(1e100)", "\"1e+100\""},
        {"tostring(1/0)", "\"inf\""},
        {"tostring(-7)", "\"-7\""},
        {"tostring({})", "\"table\""},
        {"tostring(tostring)", "\"function\""},
        {"tostring(money.new(\"1.5\", \"CNY\"))", "\"1.50 CNY\""},
        {"type(money.zero(\"CNY\"))", "\"money\""},
        {"type(nil)", "\"nil\""},
        {"type()", "!value expected"},
        {"error()", "!error needs a text"},
        {"pairs(5)", "!table expected"},
        {"ipairs(nil)", "!table expected"},
    };
    CHECK(state, rows);
}

static void test_pairs__walks_in_one_order(void **state) {
    static const char walk[] = "local out = {} for k, v in pairs({ b = 1, a = 2, [3] = 3, [1] = 4, [2.5] = 5, [false] = 6,"
                               " [true] = 7, B = 8, [\"二\"] = 9, [-1] = 10 }) do out[#out + 1] = tostring(k) end";
    assert_string_equal(rule_trial_expression(*state, walk, "table.concat(out, \" \")"), "\"-1 1 2.5 3 B a b 二 false true\"");
    static const char removing[] = "local t, n = { a = 1, b = 2, c = 3 }, 0 for k in pairs(t) do n = n + 1 t.b = nil t.c = nil"
                                   " t.d = 4 end";
    assert_string_equal(rule_trial_expression(*state, removing, "n"), "1");
    assert_string_equal(
        rule_trial_expression(*state, "local n = 0 for i, v in ipairs({ 5, 6, nil, 8 }) do n = n + v end", "n"), "11");
    assert_string_equal(rule_trial_expression(*state, "local n = 0 for _ in pairs({}) do n = 1 end", "n"), "0");
    assert_non_null(
        strstr(rule_trial_expression(*state, "for k in pairs({ [{}] = 1 }) do end", "1"), "a key of the table is a table"));
    assert_non_null(
        strstr(rule_trial_expression(*state, "for k in pairs({ [money.zero(\"CNY\")] = 1 }) do end", "1"), "is a money value"));
}

static void test_math__functions(void **state) {
    static const struct row rows[] = {
        {"math.abs(-3)", "3"},
        {"math.abs(-3.5)", "3.5"},
        {"math.abs(math.mininteger) == math.mininteger", "true"},
        {"math.ceil(1.2)", "2"},
        {"math.ceil(5)", "5"},
        {"math.floor(-1.2)", "-2"},
        {"math.floor(7)", "7"},
        {"math.floor(1e300) == 1e300", "true"},
        {"math.floor(\"1\")", "!number expected, got string"},
        {"math.exp(0)", "1.0"},
        {"math.sqrt(16)", "4.0"},
        {"math.sqrt(-1)", "!not a number"},
        {"math.log(1)", "0.0"},
        {"math.log(8, 2)", "3.0"},
        {"math.log(1000, 10)", "3.0"},
        {"math.floor(math.log(81, 3) + 0.5)", "4"},
        {"math.fmod(-7, 3)", "-1"},
        {"math.fmod(7, -1)", "0"},
        {"math.fmod(7.5, 2)", "1.5"},
        {"math.fmod(1, 0)", "!zero"},
        {"math.max(1, 5, 3)", "5"},
        {"math.min(4, 2.5)", "2.5"},
        {"math.max()", "!number expected"},
        {"math.max(1, \"2\")", "!number expected"},
        {"math.tointeger(3.0)", "3"},
        {"math.tointeger(3.5) == nil", "true"},
        {"math.tointeger(\"3\") == nil", "true"},
        {"math.type(1)", "\"integer\""},
        {"math.type(1.0)", "\"float\""},
        {"math.type(\"1\") == nil", "true"},
        {"math.pi > 3.14 and math.huge > math.maxinteger and math.mininteger < 0", "true"},
        {"math.random()", "!attempt to call a nil value"},
    };
    CHECK(state, rows);
}

static void test_string__functions(void **state) {
    static const struct row rows[] = {
        {"(\"abc\"):byte()", "97"},
        {"{ (\"abc\"):byte(1, -1) }", "[97,98,99]"},
        {"{ (\"abc\"):byte(9) }", "[]"},
        {"{ (\"a\"):rep(300):byte(1, -1) }", "!too many characters"},
        {"string.char(80, 67)", "\"PC\""},
        {"string.char()", "\"\""},
        {"string.char(256)", "!out of range"},
        {"#\"二\"", "3"},
        {"(\"abc\"):len()", "3"},
        {"(\"AbC-1\"):lower()", "\"abc-1\""},
        {"(\"aBc\"):upper()", "\"ABC\""},
        {"(\"abc\"):reverse()", "\"cba\""},
        {"(\"\"):reverse()", "\"\""},
        {"(\"ab\"):rep(3, \"-\")", "\"ab-ab-ab\""},
        {"(\"ab\"):rep(0)", "\"\""},
        {"(\"\"):rep(1e9)", "\"\""},
        {"(\"abcdef\"):sub(2, 4)", "\"bcd\""},
        {"(\"abcdef\"):sub(-2)", "\"ef\""},
        {"(\"abc\"):sub(0)", "\"abc\""},
        {"(\"abc\"):sub(3, 2)", "\"\""},
        {"(\"abc\"):sub(-100, 100)", "\"abc\""},
        {"(\"abc\"):sub(math.mininteger, math.maxinteger)", "\"abc\""},
        {"(\"abc\"):sub(2, -9)", "\"\""},
        {"\"1\" + 1", "!arithmetic on a string value"},
        {"(\"x\").nothing == nil", "true"},
        {"string.dump", "nothing"},
    };
    CHECK(state, rows);
}

static void test_string_format__knows_what_reasons_need(void **state) {
    static const struct row rows[] = {
        {"string.format(\"%d-%5d|%-5d|%05d|%+d\", 1, 2, 3, 4, 5)", "\"1-    2|3    |00004|+5\""},
        {"string.format(\"%i %x %X %o\", 7, 255, 255, 8)", "\"7 ff FF 10\""},
        {"string.format(\"%.2f %5.1f %e %g %G\", 1.005, 2.25, 1.5, 0.5, 1e20)", "\"1.00   2.2 1.500000e+00 0.5 1E+20\""},
        {"string.format(\"%s %s %s\", \"a\", 1.0, money.new(3, \"JPY\"))", "\"a 1.0 3 JPY\""},
        {"string.format(\"[%5s] [%-5s] [%.2s]\", \"ab\", \"ab\", \"abc\")", "\"[   ab] [ab   ] [ab]\""},
        {"string.format(\"%s\", {})", "\"table\""},
        {"string.format(\"%c%c\", 80, 67)", "\"PC\""},
        {"string.format(\"100%%\")", "\"100%\""},
        {"string.format(\"%d\", 3.0)", "\"3\""},
        {"string.format(\"%d\", 3.5)", "!no integer representation"},
        {"string.format(\"%d\", \"3\")", "!number expected"},
        {"string.format(\"%s\")", "!needs a value"},
        {"string.format(\"%p\", {})", "!no format that is known"},
        {"string.format(\"%q\", \"a\")", "!no format that is known"},
        {"string.format(\"%a\", 1.5)", "!no format that is known"},
        {"string.format(\"%\", 1)", "!no format that is known"},
        {"string.format(\"%100d\", 1)", "!larger than 99"},
        {"string.format(\"%.100f\", 1)", "!larger than 99"},
        {"string.format(\"%-+ #0-d\", 1)", "!too many flags"},
        {"#string.format(\"%99.99f\", 1e308)", "409"},
    };
    CHECK(state, rows);
}

static void test_patterns__are_those_of_lua(void **state) {
    static const struct row rows[] = {
        {"{ (\"hello world\"):find(\"wor\") }", "[7,9]"},
        {"{ (\"hello\"):find(\"l+\") }", "[3,4]"},
        {"{ (\"hello\"):find(\"\") }", "[1,0]"},
        {"{ (\"hello\"):find(\"\", 10) }", "[]"},
        {"{ (\"hello\"):find(\"\", 6) }", "[6,5]"},
        {"{ (\"a.b\"):find(\".\", 1, true) }", "[2,2]"},
        {"{ (\"a.b\"):find(\"%.\") }", "[2,2]"},
        {"(\"abc\"):find(\"x\", 1, true) == nil", "true"},
        {"{ (\"key = value\"):match(\"^(%w+)%s*=%s*(%w+)$\") }", "[\"key\",\"value\"]"},
        {"(\"PC200-8\"):match(\"%a+(%d+)\")", "\"200\""},
        {"(\"  x \"):match(\"^%s*(.-)%s*$\")", "\"x\""},
        {"(\"f(a(b)c)d\"):match(\"%b()\")", "\"(a(b)c)\""},
        {"(\"(((\"):match(\"%b()\") == nil", "true"},
        {"(\"THE (quick) fox\"):find(\"%f[%a]%a+%f[%A]\")", "1"},
        {"(\"x=1, y=2\"):gsub(\"(%w)=(%w)\", \"%2=%1\")", "\"1=x, 2=y\""},
        {"{ (\"abc\"):gsub(\"%w\", \"%0%0\") }", "[\"aabbcc\",3]"},
        {"{ (\"abc\"):gsub(\"\", \"-\") }", "[\"-a-b-c-\",4]"},
        {"{ (\"abc\"):gsub(\"b*\", \"x\") }", "[\"xaxcx\",3]"},
        {"(\"hello\"):gsub(\"l\", { l = \"L\" })", "\"heLLo\""},
        {"(\"hello\"):gsub(\"l\", { l = false })", "\"hello\""},
        {"(\"hello\"):gsub(\".\", function(c) if c == \"l\" then return 1 end end)", "\"he11o\""},
        {"(\"aaa\"):gsub(\"a\", \"b\", 2)", "\"bba\""},
        {"(\"aaa\"):gsub(\"^a\", \"b\")", "\"baa\""},
        {"(\"a\"):gsub(\"a\", 5)", "\"5\""},
        {"(\"a\"):gsub(\"a\", \"%%\")", "\"%\""},
        {"(\"a\"):gsub(\"a\", \"%x\")", "!must be followed by"},
        {"(\"a\"):gsub(\"a\", \"%2\")", "!there is no capture %2"},
        {"(\"a\"):gsub(\"a\", function() return {} end)", "!can't replace text"},
        {"(\"a\"):gsub(\"a\")", "!text, table or function"},
        {"(\"abab\"):match(\"(ab)%1\")", "\"ab\""},
        {"(\"ab\"):match(\"%1\")", "!not complete"},
        {"{ (\"ab\"):match(\"()b()\") }", "[2,3]"},
        {"(\"a]b\"):match(\"[]]\")", "\"]\""},
        {"(\"a-b\"):match(\"[a-]+\")", "\"a-\""},
        {"(\"a^b\"):match(\"[%^]\")", "\"^\""},
        {"(\"abc1\"):match(\"[^%d]+\")", "\"abc\""},
        {"(\"x9_\"):match(\"[%w_]+\")", "\"x9_\""},
        {"(\"0xFf g\"):match(\"%x+\", 3)", "\"Ff\""},
        {"(\"a,b!\"):gsub(\"%p\", \"\")", "\"ab\""},
        {"(\"aBc\"):gsub(\"%u\", \"\")", "\"ac\""},
        {"(\"aBc\"):gsub(\"%l\", \"\")", "\"B\""},
        {"(\"a b\"):gsub(\"%S\", \"x\")", "\"x x\""},
        {"(\"a\\1b\"):gsub(\"%c\", \"\")", "\"ab\""},
        {"(\"a b\"):gsub(\"%g\", \"x\")", "\"x x\""},
        {"(\"ac\"):match(\"ab?c\")", "\"ac\""},
        {"(\"abc\"):match(\"ab?c\")", "\"abc\""},
        {"(\"aXb\"):match(\"a.-b\")", "\"aXb\""},
        {"(\"a$\"):match(\"a$$\")", "\"a$\""},
        {"(\"abc\"):match(\"b\", -1) == nil", "true"},
        {"(\"a\"):match(\"[a\")", "!without its ']'"},
        {"(\"a\"):match(\"[a%\")", "!without its ']'"},
        {"(\"a\"):match(\"a%\")", "!ends with '%'"},
        {"(\"a\"):match(\"(a\")", "!without its ')'"},
        {"(\"a\"):match(\"a)\")", "!without its '('"},
        {"(\"a\"):match(\"%b\")", "!needs two characters"},
        {"(\"a\"):match(\"%f\")", "!needs a set"},
        {"(\"a\"):match((\"()\"):rep(33))", "!too many captures"},
        {"(\"a\"):rep(300):match((\"a?\"):rep(300) .. \"b\")", "!too complex"},
    };
    CHECK(state, rows);
    static const char words[] =
        "local out = {} for a, b in (\"k1=v1, k2=v2\"):gmatch(\"(%w+)=(%w+)\") do out[#out + 1] = a .. b end"
        " for w in (\"one two\"):gmatch(\"%a+\") do out[#out + 1] = w end"
        " for w in (\"ab\"):gmatch(\"\") do out[#out + 1] = \".\" end";
    assert_string_equal(rule_trial_expression(*state, words, "table.concat(out, \" \")"), "\"k1v1 k2v2 one two . . .\"");
}

static void test_table__functions(void **state) {
    static const struct row rows[] = {
        {"table.concat({ \"a\", 1, 2.5 }, \", \")", "\"a, 1, 2.5\""},
        {"table.concat({})", "\"\""},
        {"table.concat({ 1, 2, 3 }, \"-\", 2, 3)", "\"2-3\""},
        {"table.concat({ 1, {} })", "!value 2 is a table"},
        {"table.concat({ 1 }, \"\", 1, 2)", "!value 2 is a nil"},
        {"table.concat({}, \"\", 1, math.maxinteger)", "!passed a limit"},
        {"table.pack(1, nil, 3).n", "3"},
        {"{ table.unpack({ 1, 2, 3 }, 2) }", "[2,3]"},
        {"{ table.unpack({ 1 }, 1, 300) }", "!at most 250"},
        {"{ table.unpack({}, 1, math.maxinteger) }", "!passed a limit"},
        {"{ table.unpack({}, math.mininteger, math.maxinteger) }", "!passed a limit"},
        {"table.move({ 1, 2, 3 }, 1, 3, 2)", "[1,1,2,3]"},
        {"table.move({ 1, 2, 3 }, 2, 3, 1)", "[2,3,3]"},
        {"table.move({ 1, 2 }, 1, 2, 1, {})", "[1,2]"},
        {"table.move({ 1 }, 1, 2, math.maxinteger)", "!out of bounds"},
        {"table.move({}, 1, math.maxinteger, 2)", "!passed a limit"},
        {"table.remove({ 1, 2, 3 })", "3"},
        {"table.remove({ 1, 2, 3 }, 1)", "1"},
        {"table.remove({}) == nil", "true"},
        {"table.remove({ 1 }, 5)", "!out of bounds"},
        {"table.insert({}, 5, 1)", "!out of bounds"},
        {"table.insert({})", "!takes a list"},
        {"table.sort({ 1, \"a\" })", "!attempt to compare"},
        {"table.sort({ 1 }, 5)", "!function expected"},
        {"table.sort(5)", "!table expected"},
    };
    CHECK(state, rows);
    assert_string_equal(
        rule_trial_expression(*state, "local t = { 3, 1, 2 } table.insert(t, 0) table.insert(t, 1, 9) table.sort(t)", "t"),
        "[0,1,2,3,9]");
    assert_string_equal(rule_trial_expression(*state,
                            "local t = {} for i = 1, 100 do t[i] = i * 37 % 101 end table.sort(t, function(a, b) return a > b end)"
                            " for i = 1, 100 do assert(t[i] == 101 - i) end",
                            "#t"),
        "100");
    /* stable, and an order that contradicts itself harms nobody */
    assert_string_equal(rule_trial_expression(*state,
                            "local t = {{ 1, \"a\" }, { 0, \"b\" }, { 1, \"c\" }, { 0, \"d\" }}"
                            " table.sort(t, function(a, b) return a[1] < b[1] end)",
                            "t[1][2] .. t[2][2] .. t[3][2] .. t[4][2]"),
        "\"bdac\"");
    assert_string_equal(
        rule_trial_expression(*state, "local t = { 3, 1, 2 } table.sort(t, function() return true end)", "#t"), "3");
}

static void test_money__is_exact(void **state) {
    static const struct row rows[] = {
        {"money.new(\"1234.50\", \"CNY\")", "{\"amount_minor\":123450,\"currency\":\"CNY\"}"},
        {"money.new(-3, \"JPY\")", "{\"amount_minor\":-3,\"currency\":\"JPY\"}"},
        {"money.new(1.5, \"CNY\")", "!use money.from_number"},
        {"money.new(\"1.234\", \"CNY\")", "!at most 2"},
        {"money.new(\"x\", \"CNY\")", "!not an amount"},
        {"money.new(\"1\", \"yuan\")", "!not a currency"},
        {"money.new(\"1\")", "!string expected"},
        {"money.minor(5, \"KWD\"):text()", "\"0.005\""},
        {"money.minor(5.5, \"CNY\")", "!no integer representation"},
        {"money.zero(\"CNY\"):is_zero()", "true"},
        {"money.from_number(1.005, \"CNY\"):text()", "\"1.00\""},
        {"money.from_number(2.5, \"JPY\"):text()", "\"3\""},
        {"money.from_number(2.5, \"JPY\", \"half_even\"):text()", "\"2\""},
        {"money.from_number(-2.5, \"JPY\", \"down\"):text()", "\"-2\""},
        {"money.from_number(-2.1, \"JPY\", \"up\"):text()", "\"-3\""},
        {"money.from_number(2.1, \"JPY\", \"up\"):text()", "\"3\""},
        {"money.from_number(0/0, \"CNY\")", "!not a number"},
        {"money.from_number(1/0, \"CNY\")", "!too large"},
        {"money.from_number(1e17, \"CNY\")", "!too large"},
        {"money.from_number(1, \"CNY\", \"nearest\")", "!invalid option"},
        {"(money.new(1, \"CNY\") + money.new(\"0.01\", \"CNY\")):text()", "\"1.01\""},
        {"(money.new(1, \"CNY\") - money.new(2, \"CNY\")):text()", "\"-1.00\""},
        {"(-money.new(1, \"CNY\")):text()", "\"-1.00\""},
        {"(money.new(1, \"CNY\") * 3):text()", "\"3.00\""},
        {"(3 * money.new(1, \"CNY\")):text()", "\"3.00\""},
        {"money.new(1, \"CNY\") * 1.5", "!whole numbers only"},
        {"money.new(1, \"CNY\") * money.new(1, \"CNY\")", "!whole numbers only"},
        {"money.new(1, \"CNY\") / 2", "!arithmetic on a money value"},
        {"money.new(1, \"CNY\") + 1", "!money expected, got number"},
        {"money.new(1, \"CNY\") + money.new(1, \"EUR\")", "!cannot be reckoned together"},
        {"money.minor(math.maxinteger, \"CNY\") + money.minor(1, \"CNY\")", "!too large"},
        {"-money.minor(math.mininteger, \"CNY\")", "!too large"},
        {"money.new(1, \"CNY\") == money.minor(100, \"CNY\")", "true"},
        {"money.new(1, \"CNY\") == 1", "false"},
        {"money.new(1, \"CNY\") == money.new(1, \"EUR\")", "!cannot be reckoned together"},
        {"money.new(1, \"CNY\") < money.new(2, \"CNY\")", "true"},
        {"money.new(1, \"CNY\") >= money.new(2, \"CNY\")", "false"},
        {"money.new(1, \"CNY\") <= money.new(1, \"CNY\")", "true"},
        {"money.new(1, \"CNY\") < 2", "!money expected"},
        {"money.min(money.new(2, \"CNY\"), money.new(1, \"CNY\")):text()", "\"1.00\""},
        {"money.max(money.new(2, \"CNY\"), money.new(3, \"CNY\")):text()", "\"3.00\""},
        {"money.max(money.new(2, \"CNY\"), money.new(3, \"EUR\"))", "!cannot be reckoned together"},
        {"money.max()", "!money expected, got no value"},
        {"money.sum({ money.new(2, \"CNY\"), money.new(3, \"CNY\") }):text()", "\"5.00\""},
        {"money.sum({}, \"CNY\"):text()", "\"0.00\""},
        {"money.sum({})", "!string expected"},
        {"money.sum({ money.new(2, \"CNY\") }, \"EUR\")", "!cannot be reckoned together"},
        {"money.sum({ 1 })", "!money expected"},
        {"money.is(money.zero(\"CNY\")) and not money.is(5)", "true"},
    };
    CHECK(state, rows);
}

static void test_money__methods(void **state) {
    static const struct row rows[] = {
        {"money.new(\"1.23\", \"CNY\"):minor()", "123"},
        {"money.new(\"1.23\", \"CNY\"):currency()", "\"CNY\""},
        {"money.new(\"1.23\", \"CNY\"):number()", "1.23"},
        {"money.new(100, \"CNY\"):percent_bp(1234):text()", "\"12.34\""},
        {"money.new(\"0.01\", \"CNY\"):percent_bp(5000):text()", "\"0.01\""},
        {"money.new(\"0.01\", \"CNY\"):percent_bp(5000, \"down\"):text()", "\"0.00\""},
        {"money.new(1, \"CNY\"):scale(1, 3):text()", "\"0.33\""},
        {"money.new(1, \"CNY\"):scale(1, 0)", "!cannot be divided by zero"},
        {"money.new(1, \"CNY\"):scale(1.5, 2)", "!no integer representation"},
        {"money.new(1, \"CNY\"):allocate({ 1, 1, 1 })[1]:text()", "\"0.34\""},
        {"money.sum(money.new(1, \"CNY\"):allocate({ 1, 1, 1 })):text()", "\"1.00\""},
        {"money.new(1, \"CNY\"):allocate({})", "!1 to 1000 weights"},
        {"money.new(1, \"CNY\"):allocate({ -1 })", "!none may be negative"},
        {"money.new(1, \"CNY\"):allocate({ 0.5 })", "!no integer representation"},
        {"money.new(12345, \"CNY\"):round_to(money.new(100, \"CNY\")):text()", "\"12300.00\""},
        {"money.new(12350, \"CNY\"):round_to(money.new(100, \"CNY\"), \"up\"):text()", "\"12400.00\""},
        {"money.new(1, \"CNY\"):round_to(money.zero(\"CNY\"))", "!a step above zero"},
        {"money.new(1, \"CNY\"):round_to(money.new(1, \"EUR\"))", "!cannot be reckoned together"},
        {"money.new(15, \"CNY\"):ratio_bp(money.new(100, \"CNY\"))", "1500"},
        {"money.new(15, \"CNY\"):ratio_bp(money.zero(\"CNY\"))", "!cannot be divided by zero"},
        {"money.new(-15, \"CNY\"):abs():text()", "\"15.00\""},
        {"money.new(15, \"CNY\"):abs():text()", "\"15.00\""},
        {"money.new(-15, \"CNY\"):is_negative()", "true"},
        {"money.new(1, \"CNY\") .. \"\"", "!attempt to concatenate a money value"},
        {"money.new(1, \"CNY\").minor == nil", "false"},
        {"money.zero(\"CNY\").new == nil", "true"},
        {"#money.zero(\"CNY\")", "!attempt to get length of a money value"},
    };
    CHECK(state, rows);
}

static void test_date__counts_days(void **state) {
    static const struct row rows[] = {
        {"date.is(\"2024-02-29\")", "true"},
        {"date.is(\"2023-02-29\")", "false"},
        {"date.is(5)", "false"},
        {"date.make(2024, 2, 29)", "\"2024-02-29\""},
        {"date.make(2023, 2, 29)", "!no such day"},
        {"date.make(2023, 13, 1)", "!no such day"},
        {"{ date.parts(\"2024-03-05\") }", "[2024,3,5]"},
        {"date.days(\"1970-01-02\")", "1"},
        {"date.days(\"1970-1-2\")", "!YYYY-MM-DD"},
        {"date.days(nil)", "!got nil"},
        {"date.from_days(19782)", "\"2024-02-29\""},
        {"date.from_days(1e9)", "!years 1 to 9999"},
        {"date.between(\"2024-01-01\", \"2024-03-01\")", "60"},
        {"date.add_days(\"2024-02-28\", 2)", "\"2024-03-01\""},
        {"date.add_days(\"9999-12-31\", 1)", "!years 1 to 9999"},
        {"date.add_days(\"2024-01-01\", math.maxinteger)", "!too many"},
        {"date.add_months(\"2024-01-31\", 1)", "\"2024-02-29\""},
        {"date.add_months(\"2024-03-15\", -13)", "\"2023-02-15\""},
        {"date.add_months(\"2024-11-30\", 1)", "\"2024-12-30\""},
        {"date.add_months(\"0001-01-01\", -1)", "!years 1 to 9999"},
        {"date.months_between(\"2024-01-31\", \"2024-02-29\")", "0"},
        {"date.months_between(\"2020-05-10\", \"2024-05-10\")", "48"},
        {"date.months_between(\"2024-05-10\", \"2020-05-11\")", "-47"},
        {"date.year(\"2024-05-10\") * 10000 + date.month(\"2024-05-10\") * 100 + date.day(\"2024-05-10\")", "20240510"},
        {"date.weekday(\"1970-01-01\")", "4"},
        {"date.weekday(\"1969-12-28\")", "7"},
        {"date.of_instant(0)", "\"1970-01-01\""},
        {"date.of_instant(57600000, 480)", "\"1970-01-02\""},
        {"date.of_instant(math.maxinteger)", "!a moment"},
        {"date.of_instant(0, 5000)", "!an offset"},
        {"date.is_business_day(\"2024-05-11\")", "false"},
        {"date.add_business_days(\"2024-05-10\", 1)", "\"2024-05-13\""},
        {"date.add_business_days(\"2024-05-10\", 1e6)", "!more than ten years"},
        {"date.add_business_days(\"9999-12-01\", 1)", "!too far away"},
    };
    CHECK(state, rows);
}

static void test_date__knows_the_calendar_of_the_call(void **state) {
    struct rule_trial *trial = *state;
    int32_t holiday = date_days(2024, 5, 13), workday = date_days(2024, 5, 11);
    struct calendar calendar = {&holiday, 1, &workday, 1};
    trial->calendar = &calendar;
    assert_string_equal(rule_trial_expression(trial, "", "date.add_business_days(\"2024-05-10\", 2)"), "\"2024-05-14\"");
    assert_string_equal(rule_trial_expression(trial, "", "date.is_business_day(\"2024-05-11\")"), "true");
}

/* ---- Against the plain library ---- */

struct duel {
    lua_State *plain;
    const char *function;
    const char *arguments[3];
    size_t lengths[3];
};

/* What a call gives, as text: the values, or that it failed. */
static void call_into(lua_State *lua, const struct duel *duel, char *out, size_t size) {
    int base = lua_gettop(lua); /* the function lies on top */
    for (int i = 0; i < 3 && duel->arguments[i] != NULL; i++) lua_pushlstring(lua, duel->arguments[i], duel->lengths[i]);
    out[0] = '\0';
    if (lua_pcall(lua, lua_gettop(lua) - base, LUA_MULTRET, 0) != LUA_OK) {
        snprintf(out, size, "failed");
        lua_settop(lua, base - 1);
        return;
    }
    for (int i = base; i <= lua_gettop(lua); i++) {
        size_t used = strlen(out);
        const char *text = lua_isnil(lua, i) ? "nil" : lua_tostring(lua, i);
        snprintf(out + used, size - used, "<%s>", text);
    }
    lua_settop(lua, base - 1);
}

static void fight(struct sandbox *sandbox, void *data) {
    struct duel *duel = data;
    char ours[1024], theirs[1024];
    lua_pushglobaltable(sandbox->lua);
    lua_getfield(sandbox->lua, -1, "string");
    lua_getfield(sandbox->lua, -1, duel->function);
    call_into(sandbox->lua, duel, ours, sizeof ours);
    lua_pop(sandbox->lua, 2);
    lua_getglobal(duel->plain, "string");
    lua_getfield(duel->plain, -1, duel->function);
    call_into(duel->plain, duel, theirs, sizeof theirs);
    lua_pop(duel->plain, 1);
    if (strcmp(ours, theirs) != 0) {
        fail_msg("%s(\"%s\", \"%s\") gives %s, plain Lua %s", duel->function, duel->arguments[0], duel->arguments[1], ours, theirs);
    }
}

static void open_state(struct sandbox *sandbox, void *data) {
    (void)data;
    sandbox_open(sandbox, NULL);
}

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static size_t random_text(uint32_t *seed, const char *const *parts, size_t count, size_t most, char *out) {
    out[0] = '\0';
    for (size_t n = next_random(seed) % (most + 1); n > 0; n--) strcat(out, parts[next_random(seed) % count]);
    return strlen(out);
}

static void test_patterns__agree_with_the_plain_library(void **state) {
    static const char *const letters[] = {"a", "b", "A", "1", " ", "(", ")", "-", "]", "x"};
    static const char *const parts[] = {"a", "b", ".", "%a", "%d", "%s", "%A", "%w", "[ab]", "[^a]", "[a-x]", "[%d]", "(", ")",
        "()", "*", "+", "-", "?", "^", "$", "%1", "%b()", "%f[a]", "%%", "]", "[]", "%x", "%u", "%p", "%l", "%g", "%c", "[%]", "%",
        "[a-", "%2"};
    static const char *const functions[] = {"find", "match", "gsub"};
    static const char *const replacements[] = {"<%0>", "%1", "x", "%%"};
    enum { DUELS = 30000, LETTERS = sizeof letters / sizeof letters[0], PARTS = sizeof parts / sizeof parts[0] };
    struct rule_trial *trial = *state;
    struct sandbox sandbox;
    uint32_t seed = 1;
    lua_State *plain = luaL_newstate();
    luaL_requiref(plain, "string", luaopen_string, 1);
    lua_settop(plain, 0);
    trial->limits.image_bytes = 64 * 1024 * 1024; /* garbage is never collected here */
    trial->limits.work = INT64_MAX / 2;
    assert_true(sandbox_init(&sandbox, &trial->seams, &trial->limits));
    sandbox.env = &trial->env;
    assert_int_equal(sandbox_run(&sandbox, open_state, NULL), LEFT_NOT);
    for (int i = 0; i < DUELS; i++) {
        char text[64], pattern[64];
        struct duel duel = {.plain = plain, .function = functions[i % 3], .arguments = {text, pattern, NULL}};
        duel.lengths[0] = random_text(&seed, letters, LETTERS, 12, text);
        duel.lengths[1] = random_text(&seed, parts, PARTS, 5, pattern);
        if (i % 3 == 2) {
            duel.arguments[2] = replacements[next_random(&seed) % 4];
            duel.lengths[2] = strlen(duel.arguments[2]);
        }
        assert_int_equal(sandbox_run(&sandbox, fight, &duel), LEFT_NOT);
    }
    lua_close(plain);
    sandbox_finish(&sandbox);
}

/* ---- What is reachable ---- */

enum { MOST_NAMES = 256, NAME_SIZE = 64 };

struct names {
    char names[MOST_NAMES][NAME_SIZE];
    size_t count;
};

static bool has_name(const struct names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->names[i], name) == 0) return true;
    }
    return false;
}

static void add_name(struct names *names, const char *prefix, const char *name) {
    assert_true(names->count < MOST_NAMES);
    snprintf(names->names[names->count++], NAME_SIZE, "%s%s", prefix, name);
}

/* Functions and constants below the table on top of the stack, tables in tables too. */
static void walk(lua_State *lua, const char *prefix, struct names *names) {
    lua_pushnil(lua);
    while (lua_next(lua, -2) != 0) {
        assert_int_equal(lua_type(lua, -2), LUA_TSTRING);
        const char *name = lua_tostring(lua, -2);
        if (lua_istable(lua, -1)) {
            char below[NAME_SIZE];
            snprintf(below, sizeof below, "%s%s.", prefix, name);
            assert_string_equal(prefix, ""); /* no deeper than a module: so no cycle, no _G */
            walk(lua, below, names);
        } else {
            add_name(names, prefix, name);
        }
        lua_pop(lua, 1);
    }
}

static void walk_methods(lua_State *lua, const char *prefix, struct names *names) {
    assert_true(lua_getmetatable(lua, -1));
    lua_getfield(lua, -1, "__index");
    if (strcmp(prefix, "string.") == 0) {
        lua_pushglobaltable(lua);
        lua_getfield(lua, -1, "string");
        assert_true(lua_rawequal(lua, -1, -3)); /* methods of texts are the same table */
        lua_pop(lua, 2);
    } else {
        walk(lua, prefix, names);
    }
    lua_pop(lua, 2);
}

static void collect(struct sandbox *sandbox, void *data) {
    struct names *names = data;
    sandbox_open(sandbox, NULL);
    lua_State *lua = sandbox->lua;
    lua_pushglobaltable(lua);
    walk(lua, "", names);
    lua_pop(lua, 1);
    lua_pushvalue(lua, SLOT_DEALER);
    walk(lua, "dealer.", names);
    lua_pop(lua, 1);
    lua_pushliteral(lua, "text");
    walk_methods(lua, "string.", names);
    lua_pop(lua, 1);
    api_push_money(lua, (struct money){1, "CNY"});
    walk_methods(lua, "money:", names);
    /* nothing else has a metatable: not functions, numbers, booleans, nil, threads */
    lua_settop(lua, SLOT_LAST);
    lua_pushnil(lua);
    lua_pushboolean(lua, 1);
    lua_pushinteger(lua, 1);
    lua_pushcfunction(lua, api_base_type);
    for (int i = SLOT_LAST + 1; i <= SLOT_LAST + 4; i++) assert_false(lua_getmetatable(lua, i));
}

static void test_allow_list__is_exactly_what_can_be_reached(void **state) {
    struct rule_trial *trial = *state;
    struct sandbox sandbox;
    static struct names names;
    names.count = 0;
    assert_true(sandbox_init(&sandbox, &trial->seams, &trial->limits));
    sandbox.env = &trial->env;
    assert_int_equal(sandbox_run(&sandbox, collect, &names), LEFT_NOT);
    size_t listed = 0;
    for (const struct api_entry *entry = api_entries(); entry->name != NULL; entry++, listed++) {
        char name[NAME_SIZE];
        bool method = strchr(entry->module, ':') != NULL;
        snprintf(name, sizeof name, "%s%s%s", entry->module, entry->module[0] == '\0' || method ? "" : ".", entry->name);
        if (!has_name(&names, name)) fail_msg("%s is listed but can't be reached", name);
        if (strlen(entry->reason) < 4) fail_msg("%s has no reason", name);
    }
    assert_int_equal(names.count, listed);
    sandbox_finish(&sandbox);
}

/* ---- What is documented ---- */

static char *read_file(const char *path) {
    char whole[512];
    snprintf(whole, sizeof whole, "%s/%s", DEALER_SOURCE_DIR, path);
    FILE *file = fopen(whole, "rb");
    if (file == NULL) fail_msg("%s is not there", whole);
    char *text = calloc(1, 128 * 1024);
    assert_true(fread(text, 1, 128 * 1024 - 1, file) > 0);
    fclose(file);
    return text;
}

/* "function money.new(" and "function Money:minor(", "math.pi = " declare a name. */
static void test_types__document_exactly_the_allow_list(void **state) {
    (void)state;
    char *text = read_file("rules/types/dealer.lua");
    size_t declared = 0, listed = 0;
    for (const struct api_entry *entry = api_entries(); entry->name != NULL; entry++, listed++) {
        char wanted[NAME_SIZE];
        if (strcmp(entry->module, "money:") == 0)
            snprintf(wanted, sizeof wanted, "\nfunction Money:%s(", entry->name);
        else if (entry->function == NULL)
            snprintf(wanted, sizeof wanted, "\n%s.%s = ", entry->module, entry->name);
        else if (entry->module[0] == '\0')
            snprintf(wanted, sizeof wanted, "\nfunction %s(", entry->name);
        else
            snprintf(wanted, sizeof wanted, "\nfunction %s.%s(", entry->module, entry->name);
        const char *found = strstr(text, wanted);
        if (found == NULL) fail_msg("%s is not documented", wanted + 1);
        if (found[-1] == '\n') fail_msg("%s has no comment above", wanted + 1);
    }
    for (const char *at = text; (at = strstr(at, "\nfunction ")) != NULL; at++) declared++;
    for (const char *at = text; (at = strstr(at, "\nmath.")) != NULL; at++) declared++;
    assert_int_equal(declared, listed);
    free(text);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_base__functions),
        TEST(test_pairs__walks_in_one_order),
        TEST(test_math__functions),
        TEST(test_string__functions),
        TEST(test_string_format__knows_what_reasons_need),
        TEST(test_patterns__are_those_of_lua),
        TEST(test_patterns__agree_with_the_plain_library),
        TEST(test_table__functions),
        TEST(test_money__is_exact),
        TEST(test_money__methods),
        TEST(test_date__counts_days),
        TEST(test_date__knows_the_calendar_of_the_call),
        TEST(test_allow_list__is_exactly_what_can_be_reached),
        TEST(test_types__document_exactly_the_allow_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
