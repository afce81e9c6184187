-- expect: limit result
-- the same long text a thousand times is megabytes.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local s = ("x"):rep(60000)
        local t = {}
        for i = 1, 1000 do
            t[i] = s
        end
        return { outcome = "pass", t = t }
    end,
}
