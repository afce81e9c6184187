-- What rules may use, for luacheck: nothing of plain Lua but what the sandbox offers (rules/types/dealer.lua has it in words).
std = {
    read_globals = {
        "assert", "error", "ipairs", "pairs", "select", "tonumber", "tostring", "type",
        math = { fields = { "abs", "ceil", "exp", "floor", "fmod", "huge", "log", "max", "maxinteger", "min", "mininteger", "pi",
            "sqrt", "tointeger", "type" } },
        string = { fields = { "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "rep", "reverse", "sub",
            "upper" } },
        table = { fields = { "concat", "insert", "move", "pack", "remove", "sort", "unpack" } },
        money = { fields = { "from_number", "is", "max", "min", "minor", "new", "sum", "zero" } },
        date = { fields = { "add_business_days", "add_days", "add_months", "between", "day", "days", "from_days", "is",
            "is_business_day", "make", "month", "months_between", "of_instant", "parts", "weekday", "year" } },
    },
}
max_line_length = 132
unused_args = false -- a function may leave out what it does not need of (input, dealer)
exclude_files = { "rules/types/", "types/", "tests/hostile/", "build*/" }
