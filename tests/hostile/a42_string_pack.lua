-- expect: error
-- string.pack and unpack read memory layouts.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", x = string.pack("i4", 1) }
    end,
}
