-- expect: limit
-- %1 compares long parts again and again.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return (("a"):rep(60000)):find("(.*)%1b")
    end,
}
