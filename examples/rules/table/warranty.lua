-- 7. A table in a spreadsheet: the rows are in warranty.csv beside this file.
return {
  id = "table.warranty",
  title = { en = "warranty of used machines", zh = "二手设备质保" },
  table = {
    hit = "unique", -- two rows for one machine are refused when this is published
    inputs = { { name = "category", kind = "text" }, { name = "hours", kind = "number" } },
    outputs = { { name = "months", kind = "number" }, { name = "en", kind = "text" }, { name = "zh", kind = "text" } },
    csv = "warranty.csv",
  },
  cases = {
    { name = "just below a limit", given = { category = "excavator", hours = 2999.5 }, expect = { months = 12 } },
    { name = "at the limit", given = { category = "excavator", hours = 3000 }, expect = { months = 6 } },
    { name = "a list of categories", given = { category = "dozer", hours = 10 }, expect = { months = 6 } },
    { name = "unknown hours get the default", given = { category = "dozer" }, expect = { months = 0 } },
  },
}
