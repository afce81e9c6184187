-- expect: limit
-- a generic for whose iterator never ends.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        for _ in function() return true end do
        end
    end,
}
