-- expect: limit
-- splitting money over 1,000 weights, over and over.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local weights = {}
        for i = 1, 1000 do
            weights[i] = i
        end
        local m = money.new(1, "CNY")
        while true do
            m:allocate(weights)
        end
    end,
}
