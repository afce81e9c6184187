-- expect: error
-- a function handed to the host.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return dealer.lookup("echo", { f = function() end })
    end,
}
