-- expect: error
-- a currency of 60,000 letters.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", x = money.zero(("C"):rep(60000)) }
    end,
}
