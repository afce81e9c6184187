-- expect: limit
-- the text keys of m03: 5.4.4 frees memory twice when its allocator refuses inside a table assignment.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        local k = 0
        while true do
            k = k + 1
            local inner = {}
            inner[("k" .. k):rep(50)] = t
            t = inner
        end
    end,
}
