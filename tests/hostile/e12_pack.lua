-- expect: limit
-- table.pack of many, kept.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        while true do
            t = table.pack(t, t, t, t, t, t, t, t)
        end
    end,
}
