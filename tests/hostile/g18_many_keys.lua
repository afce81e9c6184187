-- expect: limit
-- a table with 9,000 keys.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        for i = 1, 9000 do
            t["k" .. i] = i
        end
        local u = {}
        for i = 1, 9 do
            u[i] = t
        end
        return { outcome = "pass", t = u }
    end,
}
