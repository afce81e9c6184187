-- 1. A value from a list price and the hours. Says what it does when the hours are not known.
local LIST_PRICE = { excavator = 900000, wheel_loader = 350000 } -- CNY
local PER_THOUSAND_HOURS_BP = 450 -- 4.5 % for each thousand hours
local UNKNOWN_HOURS = 9000 -- what an unknown machine is taken to have

return {
  id = "valuation.by_hours",
  title = { en = "by hours", zh = "按工时估值" },
  type = "trade_in",
  applies = function(input)
    return LIST_PRICE[input.document.category] ~= nil
  end,
  value = function(input)
    local document = input.document
    local hours = document.hours or UNKNOWN_HOURS
    local list = money.new(LIST_PRICE[document.category], "CNY")
    local bp = -math.min(8000, hours * PER_THOUSAND_HOURS_BP // 1000)
    local value = list:percent_bp(10000 + bp)
    return {
      valuation = value,
      low = value:percent_bp(9000),
      high = value:percent_bp(11000),
      adjustments = {
        { name = "list", en = "list price", zh = "指导价", amount = list },
        {
          name = "hours",
          en = document.hours and hours .. " hours" or "hours unknown: taken as " .. hours,
          zh = document.hours and hours .. " 小时" or "工时不明，按 " .. hours .. " 小时计",
          percent_bp = bp,
        },
      },
    }
  end,
  cases = {
    {
      name = "4,000 hours take 18 % away",
      given = { document = { category = "excavator", hours = 4000 } },
      expect = { valuation = { amount_minor = 73800000, currency = "CNY" } },
    },
    {
      name = "unknown hours are taken as 9,000",
      given = { document = { category = "excavator" } },
      expect = { valuation = { amount_minor = 53550000, currency = "CNY" }, adjustments = { { name = "list" }, { percent_bp = -4050 } } },
    },
    { name = "a crane is not in the list", given = { document = { category = "crane" } }, applies = false },
  },
}
