-- expect: limit
-- goto.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        ::again::
        goto again
    end,
}
