-- expect: error
-- globals can not be written.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        shared = "secret"
        return { outcome = "pass" }
    end,
}
