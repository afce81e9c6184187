-- expect: limit
-- a.*b in a text without b is quadratic.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return (("a"):rep(60000)):find("a.*b")
    end,
}
