-- expect: limit
-- reading a number of 60,000 digits again and again.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local s = ("1"):rep(60000)
        while true do
            tonumber(s, 10)
        end
    end,
}
