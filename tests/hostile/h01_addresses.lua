-- expect: contained
-- no text shows an address.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        assert(tostring({}) == "table" and tostring(tostring) == "function" and tostring(pairs) == "function")
        assert(string.format("%s", {}) == "table")
        return { outcome = "pass", contained = true }
    end,
}
