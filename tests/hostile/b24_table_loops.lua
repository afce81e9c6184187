-- expect: refused
-- a table that holds itself.
local t = { hit = "first", inputs = { { name = "n", kind = "number" } }, outputs = { { name = "r", kind = "text" } } }
t.rows = { t }
return { id = "hostile", title = { en = "Hostile", zh = "恶意规则" }, table = t }
