-- The valuation that is measured: 13 inputs, a table of 40 rows of which the first that fits counts, six factors. Plain Lua but for
-- money.minor, so that the same text runs bare.
local GUIDE = {}
for _, category in ipairs({ "excavator", "wheel_loader", "dozer", "crane" }) do
  for step = 1, 10 do
    GUIDE[#GUIDE + 1] = { category = category, upto = step * 6, price = 20000000 + step * 9000000 + #category * 1000000 }
  end
end
local REGION_BP = { east = 300, south = 200, north = -100, west = -250 }

local function guide_of(category, tons)
  for _, row in ipairs(GUIDE) do
    if row.category == category and tons <= row.upto then
      return row.price
    end
  end
  return 30000000
end

local function clamp(value, least, most)
  if value < least then
    return least
  end
  return value > most and most or value
end

return {
  id = "valuation.bench",
  title = { en = "measured", zh = "测量" },
  value = function(input)
    local age = input.today_year - input.year
    local value = guide_of(input.category, input.tons)
    value = value * (0.9 ^ age)
    value = value * (1 - clamp((input.hours - age * 1500) / 1000 * 0.025, -0.3, 0.3))
    value = value * (1 + (input.rating_engine * 0.3 + input.rating_hydraulics * 0.25 + input.rating_undercarriage * 0.45 - 3) * 0.04)
    value = value * (1 + (REGION_BP[input.region] or 0) / 10000)
    if input.attachments > 1 then
      value = value * 1.02
    end
    if input.original_paint then
      value = value * 1.01
    end
    if input.owners > 2 then
      value = value * 0.97
    end
    if input.accident then
      value = value * 0.85
    end
    return { valuation = money.minor(math.floor(value), "CNY") }
  end,
}
