-- expect: refused
-- _ENV as a value is the table of globals.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function() return { outcome = "pass", g = _ENV } end,
}
