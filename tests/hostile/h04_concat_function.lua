-- expect: error
-- .. of a function would show an address.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", x = "" .. type }
    end,
}
