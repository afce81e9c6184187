-- expect: contained
-- what a rule does to a library is gone with it.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        string.rep = nil
        string.format = function()
            return "tampered"
        end
        string.extra = true
        return { outcome = "pass", contained = true }
    end,
}
