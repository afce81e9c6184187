-- What must have been paid before a machine leaves the warehouse: the down payment of its contract, in full.
return {
  id = "policy.dispatch_money",
  title = { en = "money before dispatch", zh = "发车收款政策" },
  type = "dispatch",
  decide = function(input)
    local contract, paid = input.links.contract, input.document.paid
    local needed = contract.down_payment
    if not needed or needed:is_zero() or (paid and paid >= needed) then
      return { outcome = "pass" }
    end
    local have = paid and paid:text() or "0"
    return {
      outcome = "refuse",
      reasons = {
        {
          id = "down_payment",
          en = "the down payment is " .. needed:text() .. ", received so far: " .. have,
          zh = "首付为 " .. needed:text() .. "，目前已收 " .. have,
        },
      },
    }
  end,
  cases = {
    {
      name = "paid in full",
      given = {
        document = { paid = { amount_minor = 30000000, currency = "CNY" } },
        links = { contract = { down_payment = { amount_minor = 30000000, currency = "CNY" } } },
      },
      expect = { outcome = "pass" },
    },
    {
      name = "a cent is missing",
      given = {
        document = { paid = { amount_minor = 29999999, currency = "CNY" } },
        links = { contract = { down_payment = { amount_minor = 30000000, currency = "CNY" } } },
      },
      expect = { outcome = "refuse", reasons = { { id = "down_payment" } } },
    },
    {
      name = "nothing received is nothing paid",
      given = { document = {}, links = { contract = { down_payment = { amount_minor = 1, currency = "CNY" } } } },
      expect = { outcome = "refuse" },
    },
    {
      name = "no down payment, nothing to wait for",
      given = { document = {}, links = { contract = { down_payment = { amount_minor = 0, currency = "CNY" } } } },
      expect = { outcome = "pass" },
    },
  },
}
