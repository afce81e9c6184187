-- expect: limit
-- ten years of business days, over and over.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        while true do
            date.add_business_days("2024-01-01", 3660)
        end
    end,
}
