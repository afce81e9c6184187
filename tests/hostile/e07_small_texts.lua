-- expect: limit
-- small texts without end; nothing is collected.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local i = 0
        while true do
            i = i + 1
            local s = "text" .. i
        end
    end,
}
