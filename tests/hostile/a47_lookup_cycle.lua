-- expect: limit
-- a table that contains itself handed to the host.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        t.t = t
        return dealer.lookup("echo", t)
    end,
}
