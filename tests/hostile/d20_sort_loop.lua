-- expect: limit
-- sorting a long list again and again.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        for i = 1, 15000 do
            t[i] = -i
        end
        while true do
            t[1] = t[15000] + 1
            table.sort(t)
        end
    end,
}
