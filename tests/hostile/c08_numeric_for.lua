-- expect: limit
-- a numeric for over all integers.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local n = 0
        for i = math.mininteger, math.maxinteger do
            n = n + 1
        end
        return n
    end,
}
