-- expect: error
-- a table that looks like money is no money.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local forged = { amount_minor = 5, currency = "CNY" }
        return { outcome = "pass", x = money.zero("CNY") + forged }
    end,
}
