-- expect: limit
-- money values without end.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local m = money.new(1, "CNY")
        while true do
            m = m + money.minor(1, "CNY")
        end
    end,
}
