-- expect: refused
-- reads differently from what it does (Trojan Source).
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function() --[[ ‮ } ⁦ ]] return { outcome = "pass" } end,
}
