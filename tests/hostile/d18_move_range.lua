-- expect: limit
-- table.move over all integers.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return table.move({}, 1, math.maxinteger, 2)
    end,
}
