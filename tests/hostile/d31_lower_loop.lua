-- expect: limit
-- lower, upper and reverse of long texts.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local s = ("X"):rep(60000)
        while true do
            s:lower():upper():reverse()
        end
    end,
}
