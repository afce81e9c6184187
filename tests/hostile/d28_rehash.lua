-- expect: limit work
-- removing and adding keys rebuilds a full table every time.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        for i = 1, 4096 do
            t["k" .. i] = i
        end
        local n = 0
        while true do
            n = n + 1
            t["k" .. n] = nil
            t["k" .. (n + 4096)] = n
        end
    end,
}
