-- expect: limit
-- inserting at the front of a long list moves all of it.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        for i = 1, 15000 do
            t[i] = i
        end
        while true do
            table.insert(t, 1, 0)
            table.remove(t, 1)
        end
    end,
}
