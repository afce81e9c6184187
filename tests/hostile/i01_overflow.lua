-- expect: error
-- money never wraps around.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", x = money.minor(math.maxinteger, "CNY") + money.minor(1, "CNY") }
    end,
}
