-- expect: error
-- methods of money on something else.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", x = money.zero("CNY").minor("text") }
    end,
}
