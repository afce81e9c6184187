-- expect: limit text
-- a repetition beyond any memory.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return ("x"):rep(math.maxinteger)
    end,
}
