-- expect: limit
-- megabytes handed to the host.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local s = ("x"):rep(60000)
        local t = {}
        for i = 1, 100 do
            t[i] = s
        end
        return dealer.lookup("echo", t)
    end,
}
