-- expect: limit
-- %f with a long set.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local set = "%f[" .. ("a-b"):rep(5000) .. "]"
        return (("z"):rep(60000)):find(set)
    end,
}
