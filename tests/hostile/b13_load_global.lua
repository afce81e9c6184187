-- expect: refused
-- a file that leaves a global behind.
leak = 1
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function() return { outcome = "pass" } end,
}
