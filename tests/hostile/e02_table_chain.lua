-- expect: limit bytes
-- tables in tables.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        while true do
            t = { t }
        end
    end,
}
