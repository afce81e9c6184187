-- expect: error
-- a global that is not there, by a computed name.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local got = missing_name
        return got
    end,
}
