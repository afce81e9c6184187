-- expect: error
-- money has no fields to set.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local m = money.zero("CNY")
        m.minor = 5
        return { outcome = "pass" }
    end,
}
