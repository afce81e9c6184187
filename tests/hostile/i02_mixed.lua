-- expect: error
-- currencies do not mix.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", x = money.new(1, "CNY") + money.new(1, "USD") }
    end,
}
