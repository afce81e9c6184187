-- expect: limit
-- more than 10,000 entries.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        for i = 1, 10001 do
            t[i] = i
        end
        return { outcome = "pass", t = t }
    end,
}
