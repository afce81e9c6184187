-- expect: limit
-- a long set for every character.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local set = "[" .. ("ab"):rep(10000) .. "]+$"
        return (("z"):rep(60000)):find(set)
    end,
}
