---@meta dealer
--- What a rule of libdealer sees, for editors (LuaLS). A rule file returns one table; its functions get `input`, a plain
--- table with the fields of the document, and `dealer`, the look-ups of the host. Everything else is below. There is no
--- clock, no randomness, no file, no pcall: what is not here is not there.
---
--- Fields without a value are nil. Dates are text ("2026-01-31"), percents are basis points (1250 is 12.5 %), money is
--- exact and of one currency.

---@alias Rounding "half_up" | "half_even" | "down" | "up"
---@alias Outcome "pass" | "refuse" | "refer"

---@class Title
---@field en string
---@field zh string

---@class Adjustment
---@field name string short and stable, such as "age"
---@field en string
---@field zh string
---@field amount? Money either this
---@field percent_bp? integer or this

---@class Valuation
---@field valuation Money not negative
---@field low? Money at most the valuation
---@field high? Money at least the valuation
---@field allowance? Money
---@field adjustments? Adjustment[]
---@field evidence? any what it rests on

---@class Reason
---@field id string short and stable
---@field en string
---@field zh string

---@class Decision
---@field outcome Outcome
---@field reasons? Reason[] at least one unless the outcome is "pass"
---@field allowance? Money and other output values by name

---@class Case
---@field name string
---@field given table the input
---@field lookups? table<string, any> what look-ups answer, whatever they are asked
---@field applies? boolean what `applies` must say; true when absent
---@field condition? string run this condition
---@field expect? table | boolean part of the result
---@field fails? boolean | string the rule must fail, saying this

---@class Choice
---@field people { employee: string, en: string, zh: string }[] who approves, each with a reason; nobody is an error

---@alias TableKind "number" | "text" | "date" | "money" | "boolean"

---@class TableInput
---@field name string small letters, digits and "_"
---@field field? string where the value stands in the input of the rule; "document." and the name
---@field kind TableKind
---@field currency? string of money
---@field choices? string[] all texts there are, so that gaps can be found

---@class TableOutput
---@field name string "outcome" makes the rule a policy, "valuation" a valuation
---@field kind TableKind
---@field currency? string of money
---@field priority? any[] the values from first to last, for hit priority and output_order

---@class DecisionTable
---@field hit? "unique" | "any" | "first" | "priority" | "collect" | "rule_order" | "output_order" unique when absent
---@field aggregate? "list" | "sum" | "min" | "max" | "count" of hit collect
---@field inputs TableInput[]
---@field outputs TableOutput[]
---@field rows? table[] each a list of cells, inputs then outputs, or cells by name; default = true for the row that counts when no other fits
---@field csv? string instead of rows: a file beside the rule whose first line names the columns

---@class Rule
---@field id string "valuation.excavator": small letters, digits, "_", "-", "."
---@field title Title
---@field type? string the document type; none: every type
---@field order? integer rules of a kind are asked in this order; 100
---@field applies? fun(input: table, dealer: Dealer): boolean
---@field value? fun(input: table, dealer: Dealer): Valuation
---@field decide? fun(input: table, dealer: Dealer): Decision
---@field choose? fun(input: table, dealer: Dealer): Choice
---@field flow? table
---@field table? DecisionTable
---@field conditions? table<string, fun(input: table, dealer: Dealer): boolean>
---@field cases? Case[]

--- Stops the rule unless the value is true: a failing rule decides nothing.
---@generic T
---@param value T
---@param message? string
---@return T
function assert(value, message) end

--- Stops the rule. The text is shown to whoever asked, with file and line.
---@param message string
function error(message) end

--- Walks a list until the first nil.
---@generic T
---@param list T[]
---@return fun(list: T[], index?: integer): integer, T
---@return T[]
---@return integer
function ipairs(list) end

--- Walks a table in one order: numbers, then texts by bytes, then booleans. Values removed on the way are left out,
--- values added are not visited.
---@generic K, V
---@param table table<K, V>
---@return fun(): K, V
function pairs(table) end

--- The arguments from one on (negative: from the end), or with "#" how many there are.
---@param from integer | "#"
---@param ... any
---@return any ...
function select(from, ...) end

--- Number of a text, or nil.
---@param value any
---@param base? integer 2 to 36
---@return number?
function tonumber(value, base) end

--- Text of a value. Tables and functions give only the name of their type.
---@param value any
---@return string
function tostring(value) end

--- "nil", "boolean", "number", "string", "table", "function" or "money".
---@param value any
---@return string
function type(value) end

---@class mathlib
math = {}

--- Positive infinity; as a result of a rule it is an error.
math.huge = 1e999
--- The largest integer.
math.maxinteger = 9223372036854775807
--- The smallest integer.
math.mininteger = -9223372036854775807 - 1
--- 3.14159...
math.pi = 3.141592653589793

--- Without the sign.
---@param x number
---@return number
function math.abs(x) end

--- The smallest whole number not below x.
---@param x number
---@return integer
function math.ceil(x) end

--- e to the power of x.
---@param x number
---@return number
function math.exp(x) end

--- The largest whole number not above x.
---@param x number
---@return integer
function math.floor(x) end

--- Remainder with the sign of x.
---@param x number
---@param y number
---@return number
function math.fmod(x, y) end

--- Logarithm; natural without a base.
---@param x number
---@param base? number
---@return number
function math.log(x, base) end

--- The largest.
---@param x number
---@param ... number
---@return number
function math.max(x, ...) end

--- The smallest.
---@param x number
---@param ... number
---@return number
function math.min(x, ...) end

--- Square root.
---@param x number
---@return number
function math.sqrt(x) end

--- The integer that the number is, or nil.
---@param x any
---@return integer?
function math.tointeger(x) end

--- "integer", "float" or nil.
---@param x any
---@return string?
function math.type(x) end

--- Texts are bytes: a Chinese character has three. All of these are methods as well: text:upper().
---@class stringlib
string = {}

--- Codes of bytes i to j, at most 250.
---@param text string
---@param i? integer
---@param j? integer
---@return integer ...
function string.byte(text, i, j) end

--- Text of byte codes, at most 250.
---@param ... integer
---@return string
function string.char(...) end

--- Where a pattern (or with `plain` a text) first matches, and its captures; nil when nowhere.
---@param text string
---@param pattern string
---@param from? integer
---@param plain? boolean
---@return integer? first
---@return integer? last
---@return any ... captures
function string.find(text, pattern, from, plain) end

--- printf with %d %i %x %X %o %c %e %E %f %F %g %G %s %%.
---@param format string
---@param ... any
---@return string
function string.format(format, ...) end

--- Walks all matches.
---@param text string
---@param pattern string
---@return fun(): string, ...
function string.gmatch(text, pattern) end

--- Replaces matches; also gives how many.
---@param text string
---@param pattern string
---@param replacement string | number | table | function
---@param most? integer
---@return string
---@return integer
function string.gsub(text, pattern, replacement, most) end

--- Bytes in the text.
---@param text string
---@return integer
function string.len(text) end

--- A to Z become a to z, nothing else changes.
---@param text string
---@return string
function string.lower(text) end

--- The captures of the first match, or the match itself; nil when there is none.
---@param text string
---@param pattern string
---@param from? integer
---@return any ...
function string.match(text, pattern, from) end

--- The text n times, with a separator between.
---@param text string
---@param n integer
---@param separator? string
---@return string
function string.rep(text, n, separator) end

--- Its bytes backwards.
---@param text string
---@return string
function string.reverse(text) end

--- Bytes i to j; negative ones count from the end.
---@param text string
---@param i integer
---@param j? integer
---@return string
function string.sub(text, i, j) end

--- a to z become A to Z, nothing else changes.
---@param text string
---@return string
function string.upper(text) end

---@class tablelib
table = {}

--- Texts and numbers of a list joined.
---@param list (string | number)[]
---@param separator? string
---@param i? integer
---@param j? integer
---@return string
function table.concat(list, separator, i, j) end

--- Puts a value at a place, or at the end: table.insert(list, value), table.insert(list, place, value).
---@param list any[]
---@param place any
---@param value? any
function table.insert(list, place, value) end

--- Copies list[first .. last] to place `to` on, in the same list or in another.
---@param list any[]
---@param first integer
---@param last integer
---@param to integer
---@param target? any[]
---@return any[]
function table.move(list, first, last, to, target) end

--- A list of the arguments, with n.
---@param ... any
---@return { n: integer, [integer]: any }
function table.pack(...) end

--- Takes a value out, the last one without a place.
---@param list any[]
---@param place? integer
---@return any
function table.remove(list, place) end

--- Sorts in place; what compares equal keeps its order.
---@generic T
---@param list T[]
---@param before? fun(a: T, b: T): boolean
function table.sort(list, before) end

--- The values i to j as arguments, at most 250.
---@param list any[]
---@param i? integer
---@param j? integer
---@return any ...
function table.unpack(list, i, j) end

--- An exact amount. + - and unary - between amounts of one currency, * by whole numbers, and comparison; anything that
--- would mix currencies, overflow or round silently stops the rule.
---@class Money
---@operator add(Money): Money
---@operator sub(Money): Money
---@operator mul(integer): Money
---@operator unm: Money
local Money = {}

--- Without the sign.
---@return Money
function Money:abs() end

--- Split over whole weights so that the parts add up to the whole.
---@param weights integer[]
---@return Money[]
function Money:allocate(weights) end

--- "CNY"
---@return string
function Money:currency() end

--- Below zero?
---@return boolean
function Money:is_negative() end

--- Exactly zero?
---@return boolean
function Money:is_zero() end

--- Minor units: 1.23 CNY is 123.
---@return integer
function Money:minor() end

--- As a number, for statistics; bring it back with money.from_number.
---@return number
function Money:number() end

--- A percentage in basis points: price:percent_bp(1250) is 12.5 % of the price.
---@param bp integer
---@param rounding? Rounding
---@return Money
function Money:percent_bp(bp, rounding) end

--- How many basis points of another amount this is.
---@param whole Money
---@param rounding? Rounding
---@return integer
function Money:ratio_bp(whole, rounding) end

--- To whole multiples of a step, such as money.new(100, "CNY").
---@param step Money
---@param rounding? Rounding
---@return Money
function Money:round_to(step, rounding) end

--- Times numerator / denominator, rounded once.
---@param numerator integer
---@param denominator integer
---@param rounding? Rounding
---@return Money
function Money:scale(numerator, denominator, rounding) end

--- "1234.50", without the currency; tostring gives both.
---@return string
function Money:text() end

---@class moneylib
money = {}

--- Money of a computed number, rounded to the currency's minor unit.
---@param number number
---@param currency string
---@param rounding? Rounding
---@return Money
function money.from_number(number, currency, rounding) end

--- Is the value money?
---@param value any
---@return boolean
function money.is(value) end

--- The largest of one currency.
---@param amount Money
---@param ... Money
---@return Money
function money.max(amount, ...) end

--- The smallest of one currency.
---@param amount Money
---@param ... Money
---@return Money
function money.min(amount, ...) end

--- Of minor units: money.minor(123, "CNY") is 1.23 CNY.
---@param minor integer
---@param currency string
---@return Money
function money.minor(minor, currency) end

--- Of a written amount: money.new("1234.50", "CNY"), or of whole units: money.new(1234, "CNY").
---@param amount string | integer
---@param currency string
---@return Money
function money.new(amount, currency) end

--- The sum of a list; of an empty one only with a currency.
---@param amounts Money[]
---@param currency? string
---@return Money
function money.sum(amounts, currency) end

--- Nothing of a currency.
---@param currency string
---@return Money
function money.zero(currency) end

---@class datelib
date = {}

--- Business days later (negative: earlier), by the calendar of the configuration.
---@param day string
---@param count integer at most ten years
---@return string
function date.add_business_days(day, count) end

--- Days later.
---@param day string
---@param count integer
---@return string
function date.add_days(day, count) end

--- Months later; from 31 January one month leads to the last day of February.
---@param day string
---@param count integer
---@return string
function date.add_months(day, count) end

--- Days from one date to another.
---@param from string
---@param to string
---@return integer
function date.between(from, to) end

--- Day of the month.
---@param day string
---@return integer
function date.day(day) end

--- Days since 1970-01-01.
---@param day string
---@return integer
function date.days(day) end

--- And back.
---@param days integer
---@return string
function date.from_days(days) end

--- Is it the text of a date that exists?
---@param value any
---@return boolean
function date.is(value) end

--- By the calendar of the configuration.
---@param day string
---@return boolean
function date.is_business_day(day) end

--- date.make(2026, 1, 31)
---@param year integer
---@param month integer
---@param day integer
---@return string
function date.make(year, month, day) end

--- Month of the year.
---@param day string
---@return integer
function date.month(day) end

--- Full months from one date to another.
---@param from string
---@param to string
---@return integer
function date.months_between(from, to) end

--- Date of a moment in UTC milliseconds, at an offset in minutes (480 for China).
---@param utc_ms integer
---@param offset_minutes? integer
---@return string
function date.of_instant(utc_ms, offset_minutes) end

--- Year, month and day.
---@param day string
---@return integer
---@return integer
---@return integer
function date.parts(day) end

--- 1 is Monday, 7 Sunday.
---@param day string
---@return integer
function date.weekday(day) end

--- The year.
---@param day string
---@return integer
function date.year(day) end

--- The second argument of every function of a rule.
---@class Dealer
local dealer = {}

--- Does the host offer this look-up?
---@param name string
---@return boolean
function dealer.has_lookup(name) end

--- Data that the host offers by name; nil when it found nothing.
---@param name string
---@param arguments? table
---@return any
function dealer.lookup(name, arguments) end

--- What would have changed the outcome, for the explanation of the decision: "not the fleet discount: 4 machines, needs 5".
---@param id string
---@param en string
---@param zh string
function dealer.near_miss(id, en, zh) end

--- Asks a decision table of the same rule set. One row's outputs by name, or nil when none fits; a list where its hit policy lets several
--- rows fit; sums where it aggregates.
---@param id string
---@param inputs? table<string, any> by the names of the table's inputs; what is left out counts as missing
---@return any
function dealer.table(id, inputs) end
