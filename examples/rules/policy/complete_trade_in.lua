-- 3. What must be filled in before a trade-in may be submitted. All that is missing is told at once.
local NEEDED = {
  { "serial_number", "serial number", "序列号" },
  { "year", "year of manufacture", "出厂年份" },
  { "hours", "machine hours", "工作小时" },
}

return {
  id = "policy.complete_trade_in",
  title = { en = "complete trade-in", zh = "置换单完整性" },
  type = "trade_in",
  order = 1, -- before the other policies
  decide = function(input)
    local reasons = {}
    for _, field in ipairs(NEEDED) do
      if input.document[field[1]] == nil then
        reasons[#reasons + 1] = { id = field[1], en = field[2] .. " is missing", zh = "缺少" .. field[3] }
      end
    end
    return { outcome = #reasons == 0 and "pass" or "refuse", reasons = reasons }
  end,
  cases = {
    { name = "complete", given = { document = { serial_number = "A1", year = 2020, hours = 0 } }, expect = { outcome = "pass" } },
    {
      name = "two are missing",
      given = { document = { year = 2020 } },
      expect = { outcome = "refuse", reasons = { { id = "serial_number" }, { id = "hours" } } },
    },
  },
}
