-- expect: contained
-- what a rule does to a library is gone with it.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        for name in pairs(date) do
            date[name] = nil
        end
        return { outcome = "pass", contained = true }
    end,
}
