-- expect: error
-- an error that is no text.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        error({ outcome = "pass" })
    end,
}
