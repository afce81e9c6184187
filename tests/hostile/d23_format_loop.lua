-- expect: limit
-- format of long texts in a loop.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local s = ("x"):rep(30000)
        while true do
            string.format("%s%s", s, s)
        end
    end,
}
