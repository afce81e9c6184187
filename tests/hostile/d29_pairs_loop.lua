-- expect: limit
-- pairs sorts: walking a large table again and again.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        for i = 1, 4000 do
            t["k" .. i] = i
        end
        while true do
            for _ in pairs(t) do
                break
            end
        end
    end,
}
