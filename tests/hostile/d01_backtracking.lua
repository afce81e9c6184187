-- expect: limit work
-- a pattern that tries every division of the text.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return (("a"):rep(40)):find(("a*"):rep(20) .. "b")
    end,
}
