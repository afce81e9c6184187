-- expect: limit
-- concat of what is longer than a text may be.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        for i = 1, 2000 do
            t[i] = ("x"):rep(100)
        end
        return table.concat(t)
    end,
}
