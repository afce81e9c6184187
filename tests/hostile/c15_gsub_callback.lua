-- expect: limit
-- time spent in the replacing function.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return ("x"):gsub("x", function()
            while true do
            end
        end)
    end,
}
