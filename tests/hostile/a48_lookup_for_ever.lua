-- expect: limit
-- a look-up costs work of its own.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        while true do
            dealer.lookup("echo", {})
        end
    end,
}
