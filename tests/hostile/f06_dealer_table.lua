-- expect: contained
-- what a rule does to a library is gone with it.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        dealer.lookup = function()
            return "tampered"
        end
        dealer.extra = {}
        return { outcome = "pass", contained = true }
    end,
}
