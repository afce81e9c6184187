-- expect: error
-- a look-up that the host does not offer.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return dealer.lookup("../../etc/passwd", {})
    end,
}
