-- expect: error
-- the fourth value of a generic for.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        for _ in function() return nil end, nil, nil, {} do
        end
        return { outcome = "pass" }
    end,
}
