-- expect: error
-- an error message of 60 KB.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        error(("x"):rep(60000))
    end,
}
