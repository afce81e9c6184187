-- expect: contained
-- what a rule does to a library is gone with it.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        money.new = function()
            return 5
        end
        money.zero = nil
        return { outcome = "pass", contained = true }
    end,
}
