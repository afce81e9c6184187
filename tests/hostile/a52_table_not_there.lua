-- expect: error
-- another rule is no table, nor is the rule itself.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", stolen = dealer.table("good", { n = 1 }) }
    end,
}
