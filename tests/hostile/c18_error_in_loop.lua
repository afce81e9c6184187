-- expect: error
-- raising again and again is raising once: there is no pcall.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        for i = 1, 1e9 do
            error("again")
        end
    end,
}
