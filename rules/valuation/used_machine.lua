-- What a used machine is worth: from sales of comparable machines where the market data has enough of them, else from a guide price by
-- category and size (table/guide_price.csv). Either way every adjustment is named. The figures at the top are a dealer's to change.
local RATING_PERCENT_BP = 400 -- one point of condition above or below 3, for the whole machine
local WEIGHTS = { engine = 30, hydraulics = 25, undercarriage = 25, structure = 10, cab = 4, attachment = 4, paint = 2 }
local ENOUGH = 5 -- sales of the category before the market is trusted
local RANGE_BP = 2000 -- range of a guide price
local FIRST_YEAR_BP, LATER_YEAR_BP, LEAST_BP = 2200, 1000, 800 -- loss of value; the least that is left
local HOURS_PER_YEAR, HOURS_STEP, HOURS_STEP_BP = 1500, 1000, 250 -- hours beyond (or below) what the age lets expect

-- What a guide price in CNY is roughly in other currencies, in hundredths of a percent; a currency that is not here counts like CNY.
local PER_CNY_BP = { USD = 1400, EUR = 1300, HKD = 10900, JPY = 210000 }

-- The average of what was rated, each component by its weight; nil when nothing was rated.
local function average_rating(conditions)
  local sum, weight = 0, 0
  for _, line in ipairs(conditions or {}) do
    local share = WEIGHTS[line.component]
    sum, weight = sum + line.rating * share, weight + share
  end
  return weight > 0 and sum / weight or nil
end

local function condition_bp(conditions)
  local average = average_rating(conditions)
  return average and math.floor((average - 3) * RATING_PERCENT_BP + 0.5) or 0
end

local function add(list, name, en, zh, bp)
  if bp ~= 0 then
    list[#list + 1] = { name = name, en = en, zh = zh, percent_bp = bp }
  end
end

-- The weight in tons that a size class ("19.0 to 21.0 Metric Tons", "21t") or a model ("PC200-8") speaks of.
local function tons_of(document)
  local text = document.size_class or ""
  local low, high = text:match("(%d+%.?%d*) to (%d+%.?%d*)")
  if low then
    return (tonumber(low) + tonumber(high)) / 2
  end
  local plain = text:match("(%d+%.?%d*)")
  if plain then
    return tonumber(plain)
  end
  local digits = tonumber((document.model or ""):match("%d+") or "")
  if not digits then
    return 20
  end
  return digits > 60 and digits / 10 or digits
end

local function age_bp(age)
  if age < 1 then
    return 0
  end
  local left = (10000 - FIRST_YEAR_BP) * ((10000 - LATER_YEAR_BP) / 10000) ^ (age - 1)
  return math.floor(math.max(left, LEAST_BP) + 0.5) - 10000
end

local function hours_bp(hours, age)
  if not hours or hours == 0 then
    return 0 -- unknown hours: the age alone counts
  end
  local beyond = (hours - age * HOURS_PER_YEAR) / HOURS_STEP
  return math.floor(math.max(-3000, math.min(3000, -beyond * HOURS_STEP_BP)) + 0.5)
end

local function by_guide(document, day, dealer)
  local row = dealer.table("table.guide_price", { category = document.category, tons = tons_of(document) })
  local currency = document.currency or "CNY"
  local base = money.new(row.price, currency):percent_bp(PER_CNY_BP[currency] or 10000)
  local adjustments = { { name = "guide", en = "guide price new, " .. row.en, zh = "新机指导价，" .. row.zh, amount = base } }
  local age = document.year and math.max(0, date.year(day) - document.year) or 8
  add(adjustments, "age", document.year and age .. " years old" or "year unknown: taken as 8 years old",
    document.year and "机龄 " .. age .. " 年" or "年份不明，按 8 年计", age_bp(age))
  add(adjustments, "hours", "machine hours against the age", "工作小时与机龄相比", hours_bp(document.hours, age))
  add(adjustments, "condition", "condition ratings", "机况评分", condition_bp(document.conditions))
  local value = base
  for i = 2, #adjustments do
    value = value:percent_bp(10000 + adjustments[i].percent_bp)
  end
  return {
    valuation = value,
    low = value:percent_bp(10000 - RANGE_BP),
    high = value:percent_bp(10000 + RANGE_BP),
    adjustments = adjustments,
    evidence = { basis = "guide" },
  }
end

local LABELS = {
  market = { "price level of the market", "市场价格水平" },
  category = { "category", "品类" },
  size = { "size class", "吨级" },
  model = { "model", "型号" },
  age = { "age", "机龄" },
  hours = { "machine hours", "工作小时" },
  region = { "region", "地区" },
  equipment = { "equipment", "配置" },
  time = { "the market since", "市场走势" },
  event = { "where it is sold", "成交场合" },
  ["same machine"] = { "this very machine sold before", "该机以往成交" },
  ["limit of the market"] = { "no further than prices have been seen", "不超出已有成交价格范围" },
}

local function by_market(document, market)
  local adjustments = { { name = "market", en = "price level of comparable sales", zh = "可比成交价格水平", amount = market.base } }
  for _, effect in ipairs(market.effects) do
    local label = effect.detail and { effect.detail, "配置：" .. effect.detail } or LABELS[effect.name] or { effect.name, effect.name }
    add(adjustments, effect.name, label[1], label[2], effect.percent_bp)
  end
  local bp = condition_bp(document.conditions)
  add(adjustments, "condition", "condition ratings", "机况评分", bp)
  return {
    valuation = market.estimate:percent_bp(10000 + bp),
    low = market.low:percent_bp(10000 + bp),
    high = market.high:percent_bp(10000 + bp),
    adjustments = adjustments,
    evidence = { basis = "market", sales = market.evidence, nearest = market.nearest },
  }
end

local function market_of(document, day, dealer)
  if not dealer.has_lookup("market") then
    return nil
  end
  local market = dealer.lookup("market", {
    category = document.category, model = document.model, brand = document.brand, base_model = document.base_model,
    series = document.series, size_class = document.size_class, serial_number = document.serial_number, year = document.year,
    hours = document.hours, region = document.region, options = document.options, date = day,
    currency = document.currency,
  })
  return market and market.evidence.category >= ENOUGH and market or nil
end

return {
  id = "valuation.used_machine",
  title = { en = "used machines", zh = "二手设备估值" },
  type = "trade_in",
  value = function(input, dealer)
    local document, day = input.document, input.document.offered_on or input.today
    local market = market_of(document, day, dealer)
    return market and by_market(document, market) or by_guide(document, day, dealer)
  end,
  cases = {
    {
      name = "a 20 t excavator, five years old, ordinary hours, without market data",
      given = { document = { category = "excavator", brand = "小松", model = "PC200-8", year = 2021, hours = 7500, offered_on = "2026-03-01", currency = "CNY" } },
      expect = { valuation = { amount_minor = 50156400, currency = "CNY" }, evidence = { basis = "guide" } },
    },
    {
      name = "unknown year and unknown hours are valued all the same",
      given = { document = { category = "excavator", brand = "卡特彼勒", model = "320D", offered_on = "2026-03-01", currency = "CNY" } },
      expect = { evidence = { basis = "guide" } },
    },
    {
      name = "nothing known but the category is valued as of today",
      given = { today = "2026-03-01", document = { category = "grader", currency = "CNY" } },
      expect = { evidence = { basis = "guide" } },
    },
    {
      name = "a worn undercarriage takes value away",
      given = {
        document = {
          category = "excavator", brand = "小松", model = "PC200-8", year = 2021, hours = 7500, offered_on = "2026-03-01", currency = "CNY",
          conditions = { { component = "undercarriage", rating = 1 }, { component = "engine", rating = 3 } },
        },
      },
      expect = { adjustments = { { name = "guide" }, { name = "age" }, { name = "condition", percent_bp = -364 } } },
    },
    {
      name = "with enough comparable sales the market speaks",
      given = { document = { category = "excavator", brand = "小松", model = "PC200-8", year = 2021, offered_on = "2026-03-01", currency = "CNY" } },
      lookups = {
        market = {
          base = { amount_minor = 40000000, currency = "CNY" }, estimate = { amount_minor = 44000000, currency = "CNY" },
          low = { amount_minor = 36000000, currency = "CNY" }, high = { amount_minor = 53000000, currency = "CNY" },
          effects = { { name = "age", percent_bp = 1000 } }, nearest = {},
          evidence = { category = 30, model = 6, size_class = 12, base_model = 8, machine = 0, all = 40 },
        },
      },
      expect = { valuation = { amount_minor = 44000000, currency = "CNY" }, evidence = { basis = "market" } },
    },
    {
      name = "a guide price in another currency",
      given = { document = { category = "wheel_loader", brand = "柳工", model = "856H", year = 2026, offered_on = "2026-03-01", currency = "USD" } },
      expect = { valuation = { amount_minor = 5040000, currency = "USD" } },
    },
    {
      name = "options are told by their own names",
      given = { document = { category = "excavator", brand = "小松", model = "PC200-8", offered_on = "2026-03-01", currency = "CNY" } },
      lookups = {
        market = {
          base = { amount_minor = 40000000, currency = "CNY" }, estimate = { amount_minor = 44000000, currency = "CNY" },
          low = { amount_minor = 36000000, currency = "CNY" }, high = { amount_minor = 53000000, currency = "CNY" },
          effects = { { name = "attribute", detail = "Hammer", percent_bp = 1000 } }, nearest = {},
          evidence = { category = 30, model = 6, size_class = 12, base_model = 8, machine = 0, all = 40 },
        },
      },
      expect = { adjustments = { { name = "market" }, { en = "Hammer", percent_bp = 1000 } } },
    },
    {
      name = "a machine of a class without sizes has its class's guide price",
      given = { document = { category = "wheel_loader", brand = "柳工", model = "856H", year = 2026, offered_on = "2026-03-01", currency = "CNY" } },
      expect = { valuation = { amount_minor = 36000000, currency = "CNY" } },
    },
  },
}
