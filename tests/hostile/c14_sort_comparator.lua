-- expect: limit
-- time spent in the comparing function.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        table.sort({ 3, 2, 1 }, function()
            while true do
            end
        end)
    end,
}
