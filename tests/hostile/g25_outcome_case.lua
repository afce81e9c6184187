-- expect: error
-- only a table of the right shape is a decision.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "Pass", reasons = { { id = "a", en = "A", zh = "甲" } } }
    end,
}
