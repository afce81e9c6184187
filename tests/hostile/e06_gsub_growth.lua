-- expect: limit
-- gsub that doubles.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local s = "x"
        while true do
            s = s:gsub(".", "%0%0")
        end
    end,
}
