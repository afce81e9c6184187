-- expect: error
-- the same by way of the methods of texts.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", code = ("").dump(function() end) }
    end,
}
