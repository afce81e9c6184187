-- expect: error
-- what is explained must be plain text.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        dealer.near_miss("n", "a" .. string.char(0) .. "b", "y")
        return { outcome = "pass" }
    end,
}
