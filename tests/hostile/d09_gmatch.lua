-- expect: limit
-- gmatch that never matches, over and over.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local text = ("a"):rep(60000)
        while true do
            for _ in text:gmatch("a*b") do
            end
        end
    end,
}
