-- expect: error
-- a width that would fill memory.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return string.format("%999999999d", 1)
    end,
}
