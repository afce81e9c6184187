-- expect: contained
-- ("") repeated for ever is empty at once.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        assert((""):rep(math.maxinteger) == "")
        return { outcome = "pass", contained = true }
    end,
}
