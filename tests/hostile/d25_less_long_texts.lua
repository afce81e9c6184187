-- expect: limit work
-- the same with <.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local b = ("x"):rep(60000) .. "a"
        local c = ("x"):rep(60000) .. "b"
        while true do
            local less = b < c
        end
    end,
}
