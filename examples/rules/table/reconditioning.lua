-- 6. A table whose rows add up: what a used machine costs before it can be sold again.
return {
  id = "table.reconditioning",
  title = { en = "reconditioning", zh = "整备费用" },
  table = {
    hit = "collect",
    aggregate = "sum",
    inputs = {
      { name = "hours", kind = "number" },
      { name = "tracks", kind = "text", choices = { "good", "worn", "broken" } },
      { name = "painted", kind = "boolean" },
    },
    outputs = { { name = "cost", kind = "money", currency = "CNY" } },
    rows = {
      { "-", "-", "-", 2000 }, -- every machine is cleaned
      { ">= 5000", "-", "-", 8000 },
      { "-", "worn", "-", 30000 },
      { "-", "broken", "-", 75000 },
      { "-", "-", "not(true)", 12000 },
      { "missing", "-", "-", 5000 }, -- nobody knows its hours: somebody has to look
    },
  },
  cases = {
    { name = "a good one", given = { hours = 100, tracks = "good", painted = true }, expect = { cost = { amount_minor = 200000, currency = "CNY" } } },
    { name = "an old one", given = { hours = 5000, tracks = "worn", painted = false }, expect = { cost = { amount_minor = 5200000, currency = "CNY" } } },
    { name = "unknown hours", given = { tracks = "good", painted = true }, expect = { cost = { amount_minor = 700000, currency = "CNY" } } },
  },
}
