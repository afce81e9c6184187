-- 5. Dates: the workshop needs three business days before a machine can leave.
local DAYS = 3

return {
  id = "policy.delivery_date",
  title = { en = "delivery date", zh = "交货日期" },
  type = "dispatch",
  decide = function(input)
    local earliest = date.add_business_days(input.today, DAYS)
    local wanted = input.document.deliver_on
    if not wanted or wanted >= earliest then
      return { outcome = "pass" }
    end
    return {
      outcome = "refuse",
      reasons = { { id = "deliver_on", en = wanted .. " is too soon: " .. earliest .. " at the earliest", zh = wanted .. " 过早，最早 " .. earliest } },
    }
  end,
  cases = {
    { name = "Friday and three business days is Wednesday", given = { today = "2026-03-06", document = { deliver_on = "2026-03-11" } }, expect = { outcome = "pass" } },
    { name = "Tuesday is too soon", given = { today = "2026-03-06", document = { deliver_on = "2026-03-10" } }, expect = { outcome = "refuse" } },
    { name = "no date, nothing to check", given = { today = "2026-03-06", document = {} }, expect = { outcome = "pass" } },
  },
}
