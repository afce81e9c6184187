-- expect: limit
-- table.unpack over all integers.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return table.unpack({}, 1, math.maxinteger)
    end,
}
