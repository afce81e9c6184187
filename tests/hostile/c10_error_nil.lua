-- expect: error
-- an error that is nil.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        error(nil)
    end,
}
