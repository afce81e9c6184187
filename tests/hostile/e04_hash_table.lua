-- expect: limit
-- one table by text keys without end.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        local i = 0
        while true do
            i = i + 1
            t["k" .. i] = true
        end
    end,
}
