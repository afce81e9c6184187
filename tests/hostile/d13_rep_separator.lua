-- expect: limit
-- the separator counts as well.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return (""):rep(math.maxinteger, "xx")
    end,
}
