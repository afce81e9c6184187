-- expect: contained
-- what a rule does to a library is gone with it.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        table.sort = nil
        table.concat = function()
            return ""
        end
        return { outcome = "pass", contained = true }
    end,
}
