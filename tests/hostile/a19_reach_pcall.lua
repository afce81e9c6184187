-- expect: error
-- pcall is not there: naming it stops the rule.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local got = pcall
        return { outcome = "pass", got = got ~= nil }
    end,
}
