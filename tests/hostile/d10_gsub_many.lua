-- expect: limit
-- gsub of a long text in a loop.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local text = ("a"):rep(60000)
        while true do
            text = text:gsub("a", "a")
        end
    end,
}
