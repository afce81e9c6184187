-- expect: error
-- the smallest amount has no opposite.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", x = -money.minor(math.mininteger, "CNY") }
    end,
}
