-- 2. Comparing money: a sale above the limit of its company is referred to finance. An amount in another currency stops the rule.
local LIMIT = { ["HT-SH"] = "500000", ["HT-JS"] = "300000" }

return {
  id = "policy.credit_limit",
  title = { en = "credit limit", zh = "授信额度" },
  type = "sales",
  decide = function(input, dealer)
    local limit = money.new(LIMIT[input.place.company] or "100000", "CNY")
    local asked = input.document.credit_limit
    if not asked then
      return { outcome = "pass" }
    end
    if asked <= limit then
      if asked:ratio_bp(limit) > 9000 then
        dealer.near_miss("credit_limit", "nearly referred: " .. asked:text() .. " of " .. limit:text(), "接近额度：" .. asked:text() .. "，额度 " .. limit:text())
      end
      return { outcome = "pass" }
    end
    return {
      outcome = "refer",
      reasons = {
        {
          id = "credit_limit",
          en = asked:text() .. " is above the limit of " .. limit:text(),
          zh = asked:text() .. " 超过额度 " .. limit:text(),
        },
      },
    }
  end,
  cases = {
    { name = "no credit asked for", given = { document = {}, place = { company = "HT-SH" } }, expect = { outcome = "pass" } },
    {
      name = "exactly the limit passes, and says that it was near",
      given = { document = { credit_limit = { amount_minor = 50000000, currency = "CNY" } }, place = { company = "HT-SH" } },
      expect = { outcome = "pass", near_misses = { { id = "credit_limit" } } },
    },
    {
      name = "a cent more is referred",
      given = { document = { credit_limit = { amount_minor = 50000001, currency = "CNY" } }, place = { company = "HT-SH" } },
      expect = { outcome = "refer", reasons = { { id = "credit_limit" } } },
    },
    {
      name = "dollars are not compared with yuan",
      given = { document = { credit_limit = { amount_minor = 1, currency = "USD" } }, place = { company = "HT-SH" } },
      fails = true,
    },
  },
}
