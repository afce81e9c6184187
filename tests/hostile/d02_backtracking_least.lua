-- expect: limit
-- the same with -.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return (("a"):rep(3000)):find((".-"):rep(12) .. "b")
    end,
}
