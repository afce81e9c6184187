-- expect: error
-- NaN is no money.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", x = money.from_number(0 / 0, "CNY") }
    end,
}
