-- expect: limit
-- a text that doubles.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local s = "x"
        while true do
            s = s .. s
        end
    end,
}
