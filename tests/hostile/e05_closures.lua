-- expect: limit
-- functions without end.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t
        while true do
            local u = t
            t = function()
                return u
            end
        end
    end,
}
