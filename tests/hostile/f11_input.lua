-- expect: contained
-- the input is a copy.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local was = input.secret
        input.secret = "changed"
        return { outcome = "pass", contained = was == "given" }
    end,
}
