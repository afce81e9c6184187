-- expect: refused
-- bytes that are no UTF-8.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "ÿþ" },
    decide = function() return { outcome = "pass" } end,
}
