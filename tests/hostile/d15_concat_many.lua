-- expect: limit
-- a text from one long text many times.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local s = ("x"):rep(60000)
        local t = {}
        for i = 1, 100 do
            t[i] = s
        end
        return table.concat(t)
    end,
}
