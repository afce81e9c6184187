-- expect: limit block
-- one table without end.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        for i = 1, math.huge do
            t[i] = i
        end
    end,
}
