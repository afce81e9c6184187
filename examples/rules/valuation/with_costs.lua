-- 10. Putting together: a look-up of the host, a table of the same set, and rounding to whole thousands.
return {
  id = "valuation.with_costs",
  title = { en = "market less reconditioning", zh = "市场价减整备费用" },
  type = "trade_in",
  order = 50, -- asked before valuation.by_hours, which has no order and so 100
  applies = function(input) -- what the host offers can be asked in value, not here
    return input.document.model ~= nil
  end,
  value = function(input, dealer)
    local document = input.document
    local market = dealer.lookup("market", { category = document.category, model = document.model, date = document.offered_on })
    if not market then
      error("the market knows nothing of this machine")
    end
    local cost = dealer.table("table.reconditioning", { hours = document.hours, tracks = "worn", painted = true }).cost
    local value = money.max(market.estimate - cost, money.zero("CNY")):round_to(money.new(1000, "CNY"), "down")
    return {
      valuation = value,
      adjustments = {
        { name = "market", en = "comparable sales", zh = "可比成交", amount = market.estimate },
        { name = "costs", en = "reconditioning", zh = "整备费用", amount = -cost },
      },
    }
  end,
  cases = {
    {
      name = "market less costs, in whole thousands",
      given = { document = { category = "excavator", model = "PC200-8", hours = 6000, offered_on = "2026-03-01" } },
      lookups = { market = { estimate = { amount_minor = 31234500, currency = "CNY" } } },
      expect = { valuation = { amount_minor = 27200000, currency = "CNY" } },
    },
    {
      name = "nothing known fails, and does not value",
      given = { document = { category = "excavator", model = "X", offered_on = "2026-03-01" } },
      lookups = { market = false },
      fails = true,
    },
    { name = "without a model it is another rule's turn", given = { document = {} }, applies = false },
  },
}
