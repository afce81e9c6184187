-- expect: limit instructions
-- the plainest of all.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        while true do
        end
    end,
}
