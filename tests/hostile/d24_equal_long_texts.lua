-- expect: limit work
-- comparing two equal texts of 60 KB costs more than an instruction.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local a = ("x"):rep(30000)
        local b = a .. a:sub(1)
        local c = a .. a:sub(1)
        local n = 0
        while true do
            if b == c then
                n = n + 1
            end
        end
    end,
}
