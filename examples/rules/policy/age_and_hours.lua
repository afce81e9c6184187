-- 8. A table that decides by itself: its output is called outcome, so it is a policy. The first row that fits counts.
return {
  id = "policy.age_and_hours",
  title = { en = "age and hours", zh = "机龄与工时" },
  type = "trade_in",
  table = {
    hit = "first",
    inputs = {
      { name = "hours", kind = "number" }, -- document.hours
      { name = "asking", field = "document.asking_price", kind = "money", currency = "CNY" },
    },
    outputs = {
      { name = "outcome", kind = "text" },
      { name = "reason_id", kind = "text" },
      { name = "reason_en", kind = "text" },
      { name = "reason_zh", kind = "text" },
    },
    rows = {
      { "missing", "-", "refer", "hours", "hours unknown: somebody has to look", "工时不明，需实地查看" },
      { "> 20000", "-", "refuse", "hours", "too many hours", "工时过高" },
      { "> 12000", "> 300000", "refer", "asking", "a high price for many hours", "工时较高而要价偏高" },
      { "-", "-", "pass" },
    },
  },
  cases = {
    { name = "unknown hours", given = { document = {} }, expect = { outcome = "refer", reasons = { { id = "hours" } } } },
    { name = "too many", given = { document = { hours = 20001 } }, expect = { outcome = "refuse", row = 2 } },
    {
      name = "many, and expensive",
      given = { document = { hours = 15000, asking_price = { amount_minor = 30000001, currency = "CNY" } } },
      expect = { outcome = "refer", reasons = { { id = "asking" } } },
    },
    { name = "many, and cheap", given = { document = { hours = 15000 } }, expect = { outcome = "pass" } },
  },
}
