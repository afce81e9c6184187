-- expect: error
-- a to-be-closed variable without a metamethod.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local x <close> = {}
        return { outcome = "pass" }
    end,
}
