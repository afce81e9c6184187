-- expect: refused
-- cases that hold a function.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function() return { outcome = "pass" } end,
    cases = { { name = "x", given = { f = function() end }, expect = {} } },
}
