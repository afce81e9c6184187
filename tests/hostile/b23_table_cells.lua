-- expect: refused
-- a cell with thousands of values in a table of many rows.
local rows = {}
local cell = ("1,"):rep(5000) .. "1"
for i = 1, 50 do
    rows[i] = { cell, "x" }
end
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    table = {
        hit = "first",
        inputs = { { name = "n", kind = "number" } },
        outputs = { { name = "r", kind = "text" } },
        rows = rows,
    },
}
