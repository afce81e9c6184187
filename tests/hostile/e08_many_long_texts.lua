-- expect: limit
-- texts of 60 KB kept.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        for i = 1, 1e6 do
            t[i] = ("x"):rep(60000 - i)
        end
    end,
}
