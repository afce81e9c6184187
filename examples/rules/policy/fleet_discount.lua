-- 4. A discount by number, and a near miss: the decision shows what would have been needed.
local STEPS = { { from = 10, bp = 500 }, { from = 5, bp = 300 } }

return {
  id = "policy.fleet_discount",
  title = { en = "fleet discount", zh = "批量折扣" },
  type = "sales",
  decide = function(input, dealer)
    local document = input.document
    local quantity, given = document.quantity or 1, document.discount
    local allowed = 0
    for _, step in ipairs(STEPS) do
      if quantity >= step.from then
        allowed = step.bp
        break
      end
      dealer.near_miss("fleet", "not the discount of " .. step.bp // 100 .. " %: " .. quantity .. " machines, needs " .. step.from,
        "未达 " .. step.bp // 100 .. "% 折扣：" .. quantity .. " 台，需 " .. step.from .. " 台")
    end
    if not given or given <= document.list_price:percent_bp(allowed, "down") then
      return { outcome = "pass" }
    end
    return {
      outcome = "refuse",
      reasons = { { id = "discount", en = "at most " .. allowed .. " hundredths of a percent for " .. quantity, zh = quantity .. " 台最多可优惠万分之 " .. allowed } },
    }
  end,
  cases = {
    {
      name = "four machines, three percent: one is missing",
      given = { document = { quantity = 4, list_price = { amount_minor = 1000000, currency = "CNY" }, discount = { amount_minor = 30000, currency = "CNY" } } },
      expect = { outcome = "refuse", near_misses = { { en = "not the discount of 5 %: 4 machines, needs 10" }, { en = "not the discount of 3 %: 4 machines, needs 5" } } },
    },
    {
      name = "five machines",
      given = { document = { quantity = 5, list_price = { amount_minor = 1000000, currency = "CNY" }, discount = { amount_minor = 30000, currency = "CNY" } } },
      expect = { outcome = "pass" },
    },
    { name = "ten, and no discount given", given = { document = { quantity = 10 } }, expect = { outcome = "pass" } },
  },
}
