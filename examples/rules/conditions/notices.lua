-- One more: conditions by name, for flows and messages.
return {
  id = "conditions.notices",
  title = { en = "notices", zh = "通知条件" },
  conditions = {
    large = function(input)
      local price = input.document.price
      return price ~= nil and price >= money.new("1000000", "CNY")
    end,
  },
  cases = {
    { name = "a million is large", condition = "large", given = { document = { price = { amount_minor = 100000000, currency = "CNY" } } }, expect = true },
    { name = "no price is not", condition = "large", given = { document = {} }, expect = false },
  },
}
