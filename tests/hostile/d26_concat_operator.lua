-- expect: limit
-- .. of long texts.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local s = ("x"):rep(32000)
        while true do
            local t = s .. s
        end
    end,
}
