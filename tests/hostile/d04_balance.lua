-- expect: limit
-- %b is quadratic.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return (("("):rep(60000)):find("%b()")
    end,
}
