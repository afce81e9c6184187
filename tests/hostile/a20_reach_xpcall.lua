-- expect: error
-- xpcall is not there: naming it stops the rule.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local got = xpcall
        return { outcome = "pass", got = got ~= nil }
    end,
}
