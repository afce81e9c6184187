-- expect: contained
-- what a rule does to a library is gone with it.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        math.floor = math.ceil
        math.pi = 4
        return { outcome = "pass", contained = true }
    end,
}
