-- expect: refused
-- a field that nobody reads might be what the author relied on.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    __gc = function() end,
    decide = function() return { outcome = "pass" } end,
}
