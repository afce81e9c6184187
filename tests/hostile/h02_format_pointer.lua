-- expect: error
-- %p shows an address.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", x = string.format("%p", {}) }
    end,
}
