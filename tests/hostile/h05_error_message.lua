-- expect: error
-- an error message shows no address.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        return t < t
    end,
}
