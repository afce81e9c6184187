-- New price in CNY by category and weight: where the market says nothing. The rows are in guide_price.csv, for a dealer to put his own list.
return {
  id = "table.guide_price",
  title = { en = "guide prices of new machines", zh = "新机指导价" },
  table = {
    hit = "unique",
    inputs = { { name = "category", kind = "text" }, { name = "tons", kind = "number" } },
    outputs = { { name = "price", kind = "number" }, { name = "en", kind = "text" }, { name = "zh", kind = "text" } },
    csv = "guide_price.csv",
  },
  cases = {
    { name = "the limit of a class belongs to it", given = { category = "excavator", tons = 6 }, expect = { price = 280000 } },
    { name = "just above", given = { category = "excavator", tons = 6.1 }, expect = { price = 420000 } },
    { name = "the largest have no limit", given = { category = "excavator", tons = 90 }, expect = { price = 4200000 } },
    { name = "a class without sizes", given = { category = "dozer", tons = 20 }, expect = { price = 900000 } },
    { name = "a class that is not in the list", given = { category = "lawn_mower", tons = 1 }, expect = { price = 300000 } },
  },
}
