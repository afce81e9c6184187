-- expect: limit
-- comparing texts of 60 KB that differ in the last byte.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        for i = 1, 60 do
            t[i] = ("x"):rep(60000) .. string.char(122 - i % 26)
        end
        while true do
            table.sort(t)
        end
    end,
}
