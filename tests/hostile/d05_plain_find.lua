-- expect: limit work
-- plain search of aaab in aaaa.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local text = ("a"):rep(60000)
        return text:find(("a"):rep(30000) .. "b", 1, true)
    end,
}
